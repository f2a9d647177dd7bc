// Paper is white: a dark page is printed in its light colours, with folded answers open.
(() => {
  const page = document.documentElement;
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
