// Prints in light colours, with collapsed answers open, and names the button for colours.
(() => {
  const SAYS = { mode: (name) => `Colour mode: ${name}` }; // for translators
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
  let shown, folded;
  addEventListener("beforeprint", () => {
    shown = page.dataset.theme;
    page.dataset.theme = "light";
    // Browsers that do not know ::details-content (book.css) print only what is open.
    folded = [...document.querySelectorAll(".bd-article details:not([open], .chart-data)")];
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
