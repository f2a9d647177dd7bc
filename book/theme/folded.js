// Reading or working, as guard.js set it: folds what belongs to the work on a page, or opens it.
// Neighbours of folded code open with the first of them. A link into collapsed content, or to the
// section, cell or row that contains it, opens it.
(() => {
  const page = document.documentElement;
  const buttons = document.querySelectorAll(".layers button");
  const turn = () => {
    document.querySelectorAll("details.work").forEach((part) => {
      part.open = page.dataset.layer !== "read";
    });
    buttons.forEach((button) => {
      button.ariaPressed = button.value === page.dataset.layer;
    });
  };
  const choose = ({ currentTarget: { value } }) => {
    // The paragraph that is being read stays where it is.
    const mark = [...document.querySelectorAll(".bd-article :is(h1, h2, section > p, .cell)")].find(
      (part) => part.getBoundingClientRect().bottom > 90,
    );
    const before = mark?.getBoundingClientRect().top;
    localStorage.setItem("layer", (page.dataset.layer = value));
    turn();
    if (mark) scrollBy({ top: mark.getBoundingClientRect().top - before, behavior: "instant" });
  };
  buttons.forEach((button) => button.addEventListener("click", choose));
  const runs = [];
  for (const fold of document.querySelectorAll(".cell > details.hide")) {
    if (fold.matches(".follows")) runs.at(-1).push(fold);
    else runs.push([fold]);
  }
  for (const [first, ...others] of runs) {
    first.addEventListener("toggle", () =>
      others.forEach((fold) => {
        fold.open = first.open;
      }),
    );
  }
  // A fragment such as #100% is no text in per cent signs; it may be an id as it stands.
  const find = (name) => {
    try {
      return document.getElementById(decodeURIComponent(name));
    } catch {
      return document.getElementById(name);
    }
  };
  const open = () => {
    const [name] = location.hash.slice(1).split("?"); // after it stands the state of a chart
    const target = name && find(name);
    if (!target) return;
    const inside = target.querySelector(
      ":scope > .folded-box > details, :scope > td > .folded-box > details, :scope > details.work",
    );
    const around = target.closest("details");
    const first = runs.find((run) => run.includes(around))?.[0];
    const closed = [inside, first, around].filter((box) => box && !box.open);
    for (const box of closed) box.open = true;
    if (closed.length) target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  turn();
  page.classList.add("is-folded");
  open();
})();
