// Adds a button that copies a block of code, also on plain http, where browsers have no clipboard
// API.
(() => {
  const SAYS = {
    copy: "Copy",
    copied: "Copied",
    named: (name) => `Copy, ${name}`,
    code: (number) => `code ${number}`,
  }; // for translators
  globalThis.bookCopy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = globalThis.bookElement("textarea", { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  [...document.querySelectorAll(".bd-article div.highlight > pre")].forEach((code, order) => {
    if (code.closest(".cell_output")) return;
    const name = SAYS.named(
      code.closest(".cell_input")?.querySelector(".lab-bar")?.ariaLabel ?? SAYS.code(order + 1),
    );
    code.parentElement.append(
      globalThis.bookButton(
        SAYS.copy,
        async ({ currentTarget: button }) => {
          await globalThis.bookCopy(code.textContent);
          button.textContent = button.ariaLabel = SAYS.copied;
          setTimeout(
            () => Object.assign(button, { textContent: SAYS.copy, ariaLabel: name }),
            1500,
          );
        },
        { className: "copy-code", "aria-label": name },
      ),
    );
  });
})();
