// Makes an element that is wider than its column a named stop of the Tab key, so that arrow keys
// scroll it.
(() => {
  // for translators
  const SAYS = { wide: (name) => `Wider than the page: arrow keys move it${name && `. ${name}`}` };
  const BOXES = [
    ".cell_output .scroll",
    ".math-block.scroll",
    ".bd-article .pst-scrollable-table-container",
    ".bd-article :not(.output) > div.highlight > pre",
    "pre.literal-block",
  ];
  const nameOf = (box) =>
    box.querySelector("caption, thead tr:last-child")?.innerText.trim().replace(/\s+/g, " ") ?? "";
  const stateOf = (box) =>
    box.scrollWidth > box.clientWidth
      ? { tabIndex: 0, role: "group", ariaLabel: SAYS.wide(nameOf(box)) }
      : { tabIndex: -1, role: null, ariaLabel: null };
  // Only what is laid out is measured, and all of it before the first change: each would have the
  // page laid out again.
  const watch = new ResizeObserver((seen) =>
    seen.map(({ target }) => [target, stateOf(target)]).forEach((found) => Object.assign(...found)),
  );
  document.querySelectorAll(BOXES.join()).forEach((box) => watch.observe(box));
})();
