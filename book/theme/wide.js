// What is wider than its column is a stop of the Tab key, with a name, and arrows move it sideways; else it is none.
document.querySelectorAll(".in-columns.scroll, .math-block.scroll").forEach((box) => {
  const [moves, stays] = [{ tabIndex: 0, role: "group", ariaLabel: "Wider than the page: arrow keys move it" }, { tabIndex: -1, role: null, ariaLabel: null }];
  new ResizeObserver(() => Object.assign(box, box.scrollWidth > box.clientWidth ? moves : stays)).observe(box);
});
