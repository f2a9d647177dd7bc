// A button that copies a block of code, also on plain http, where browsers keep their clipboard back.
(() => {
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = globalThis.bookElement("textarea", { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  for (const code of document.querySelectorAll(".bd-article div.highlight > pre")) {
    if (code.closest(".cell_output")) continue;
    const act = async ({ currentTarget: button }) => {
      await copy(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    };
    code.parentElement.append(globalThis.bookButton("Copy", act, { className: "copy-code" }));
  }
})();
