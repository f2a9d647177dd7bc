// Adds a button to each box "Modify" that makes its change in the cell, if the page can run cells.
(() => {
  // Texts, for translators.
  const SAYS = {
    press: "Make this change in the cell",
    cannot: "That cell can’t run in the browser, so the change cannot be made here.",
    toMake: " To make it, ",
  };
  const { liveCells: lab } = globalThis;
  if (!lab?.isHere) return;
  const lines = (cell) =>
    cell
      .querySelector(".cell_input pre")
      ?.textContent.split("\n")
      .map((line) => line.trim()) ?? [];
  for (const box of document.querySelectorAll(".admonition.modify")) {
    const [old, changed] = box
      .querySelector("pre")
      .textContent.split("\n")
      .map((line) => line.slice(2));
    const cell = [...document.querySelectorAll(".cell")].find((candidate) =>
      lines(candidate).includes(old),
    );
    if (!cell) continue;
    const after = box.querySelector("details");
    const edit = cell.querySelector(".lab-edit");
    if (!edit) {
      after.before(lab.withEnd(SAYS.cannot, SAYS.toMake));
      continue;
    }
    const press = lab.button(SAYS.press, () => {
      cell.querySelectorAll("details:has(.cell_input)").forEach((fold) => {
        fold.open = true;
      });
      if (!edit.hidden) edit.click();
      const { writer } = cell.querySelector(".lab-writer");
      writer.text = writer.text.replace(old, () => changed);
      cell.scrollIntoView({ block: "center" });
      cell.querySelector(".lab-run").focus({ preventScroll: true });
    });
    press.ariaLabel = `${press.textContent}: ${cell.querySelector(".lab-bar").ariaLabel}`;
    after.before(press);
  }
})();
