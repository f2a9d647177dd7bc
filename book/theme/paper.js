// Light, dark and paper. Paper is white: a dark page is printed in its light colours, with folded answers open.
(() => {
  const SAYS = { mode: (name) => `Colour mode: ${name}` }; // for translators
  const page = document.documentElement;
  // The button of the theme says in which mode it is, which else its sign alone does.
  const say = () => document.querySelectorAll(".theme-switch-button").forEach((one) => (one.ariaLabel = SAYS.mode(page.dataset.mode || "auto")));
  new MutationObserver(say).observe(page, { attributeFilter: ["data-mode"] });
  say();
  let shown, folded;
  addEventListener("beforeprint", () => {
    shown = page.dataset.theme;
    page.dataset.theme = "light";
    // Browsers that do not know ::details-content (book.css) print only what is open.
    folded = [...document.querySelectorAll(".bd-article details:not([open], .chart-data)")];
    folded.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = shown;
    folded.forEach((part) => { part.open = false; });
  });
})();
