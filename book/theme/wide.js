// Makes an element that is wider than its column a named stop of the Tab key, so that arrow keys scroll it.
(() => {
  const SAYS = { wide: (name) => `Wider than the page: arrow keys move it${name && `. ${name}`}` }; // for translators
  for (const box of document.querySelectorAll(".cell_output .scroll, .math-block.scroll, .bd-article :not(.output) > div.highlight > pre")) {
    const name = box.querySelector("caption, thead tr:last-child")?.innerText.trim().replace(/\s+/g, " ") ?? "";
    const [moves, stays] = [{ tabIndex: 0, role: "group", ariaLabel: SAYS.wide(name) }, { tabIndex: -1, role: null, ariaLabel: null }];
    new ResizeObserver(() => Object.assign(box, box.scrollWidth > box.clientWidth ? moves : stays)).observe(box);
  }
})();
