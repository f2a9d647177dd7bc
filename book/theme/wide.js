// Makes an element that is wider than its column a named stop of the Tab key, so that arrow keys scroll it.
(() => {
  const SAYS = { wide: "Wider than the page: arrow keys move it" }; // for translators
  const [moves, stays] = [{ tabIndex: 0, role: "group", ariaLabel: SAYS.wide }, { tabIndex: -1, role: null, ariaLabel: null }];
  for (const box of document.querySelectorAll(".cell_output .scroll, .math-block.scroll")) {
    new ResizeObserver(() => Object.assign(box, box.scrollWidth > box.clientWidth ? moves : stays)).observe(box);
  }
})();
