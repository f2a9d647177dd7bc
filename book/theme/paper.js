// Prints in light colours, with collapsed answers open, title, address and licence on the sheets,
// and names the button for colours.
(() => {
  const SAYS = { mode: (name) => `Colour mode: ${name}` }; // for translators
  // What is printed only if the reader opened it: code, and what stands behind a claim or a table.
  const LEFT = [
    ".chart-data",
    ".hide",
    ".work",
    ":has(> .facts)",
    ".claim details",
    ":has(.claim) section section details",
  ];
  const page = document.documentElement;
  // The theme shows the mode by an icon alone.
  const label = () =>
    document
      .querySelectorAll(".theme-switch-button")
      .forEach((button) => (button.ariaLabel = SAYS.mode(page.dataset.mode || "auto")));
  new MutationObserver(label).observe(page, { attributeFilter: ["data-mode"] });
  label();
  document
    .querySelectorAll("[data-print]")
    .forEach((button) => button.addEventListener("click", () => print()));
  // At the foot of each sheet; `address` has its place at the end of the text, where it may break.
  const foot = new CSSStyleSheet();
  const address = document.createElement("p");
  address.className = "on-paper address";
  const sign = () => {
    const licence = document.querySelector("a[rel^='license']")?.textContent ?? "";
    const words = JSON.stringify([document.title, licence].filter(Boolean).join(" · "));
    foot.replaceSync(
      `@page { @bottom-left { content: ${words}; } @bottom-right { content: counter(page); } }`,
    );
    document.adoptedStyleSheets = [...new Set([...document.adoptedStyleSheets, foot])];
    address.textContent = location.href;
    document.querySelector(".bd-article").append(address);
  };
  let shown, folded;
  addEventListener("beforeprint", () => {
    shown = page.dataset.theme;
    page.dataset.theme = "light";
    sign();
    // Browsers that do not know ::details-content (book.css) print only what is open.
    folded = [...document.querySelectorAll(`.bd-article details:not([open], ${LEFT.join()})`)];
    folded.forEach((part) => {
      part.open = true;
    });
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = shown;
    folded.forEach((part) => {
      part.open = false;
    });
  });
})();
