// A link into collapsed content, or to the section or row that contains it, opens it.
(() => {
  const open = () => {
    const [name] = location.hash.slice(1).split("?"); // after it stands the state of a chart
    const target = name && document.getElementById(decodeURIComponent(name));
    if (!target) return;
    const inside = target.querySelector(":scope > .folded-box > details, :scope > td > .folded-box > details");
    for (const box of [inside, target.closest("details")]) if (box) box.open = true;
  };
  addEventListener("hashchange", open);
  open();
})();
