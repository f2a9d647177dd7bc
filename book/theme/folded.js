// A link into collapsed content, or to the section or row that contains it, opens it.
(() => {
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const inside = target.querySelector(":scope > .folded-box > details, :scope > td > .folded-box > details");
    for (const box of [inside, target.closest("details")]) if (box) box.open = true;
  };
  addEventListener("hashchange", open);
  open();
})();
