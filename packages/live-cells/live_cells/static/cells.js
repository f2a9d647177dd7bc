// The cells of a page, each with Run, Edit and Reset. Cells are identified by their ids in the
// notebook.
(() => {
  const { liveCells } = globalThis;
  const places = [...document.querySelectorAll(".cell[id^='cell-']")];
  if (!liveCells || !places.length) return;
  const {
    about,
    at,
    why,
    run,
    forget,
    memory,
    make,
    render,
    withEnd,
    button,
    writer,
    controls,
    rove,
    says: SAYS,
  } = liveCells;
  if (why) {
    document.documentElement.classList.add("lab-off");
    places[0].before(withEnd(why));
    return;
  }
  const anchorOf = (id) => `cell-${id}`;

  let notebook; // [id, code] of every cell of the notebook, hidden ones too
  const written = new Map(); // id -> the reader's code
  const cells = []; // cells that run: { id, place, original, said, ... }
  const codeOf = ({ id, original }) => written.get(id) ?? original;
  const above = (cell) => cells.slice(0, cells.indexOf(cell) + 1);

  // An output is old if the code of its cell, or of one above, changed after the run, or after the
  // build of the book.
  const isOld = (cell) =>
    above(cell).some((other, i) => codeOf(other) !== (cell.made?.[i] ?? other.original));
  const refresh = () => {
    const old = cells.map(isOld);
    cells.forEach((cell, i) => {
      const isDone = !cell.made || old[i] || !old.includes(true, i + 1);
      if (isDone && document.activeElement === cell.below)
        cell.place.querySelector(".lab-run").focus();
      cell.below.hidden = isDone;
      cell.back.hidden = !(cell.field || cell.made);
      const output = cell.place.querySelector(":scope > .cell_output:not([hidden])");
      if (!old[i] || !output) cell.note.remove();
      else if (output.previousSibling !== cell.note) output.before(cell.note);
    });
  };

  const show = (cell, result, codes) => {
    const { place } = cell;
    const stored = place.querySelector(":scope > .cell_output:not(.lab-output)");
    let fresh = place.querySelector(":scope > .lab-output");
    if (!fresh) place.append((fresh = make("div", { className: "cell_output lab-output" })));
    const parts = render(result);
    // What the reader changed draws no longer what the book's caption says.
    const isOurs = above(cell).every((other) => codeOf(other) === other.original);
    const caption = isOurs && stored?.querySelector("figcaption")?.cloneNode(true);
    const drawn = parts.find((part) => part.className === "chart");
    fresh.replaceChildren(...parts);
    if (caption && drawn) {
      caption.removeAttribute("id");
      const figure = make("figure");
      drawn.replaceWith(figure);
      figure.append(drawn, caption);
    }
    // Keep the stored output of a cell that cannot run here.
    if (stored) stored.hidden = !result.error?.package;
    cell.field?.mark(result.error?.line);
    cell.made = codes;
  };

  // Run a cell after those above; returns its status and whether it succeeded.
  const execute = async (cell, tell) => {
    tell(SAYS.starting);
    try {
      notebook ??= await (await fetch(at(about.cells))).json();
    } catch {
      return { isWell: false, end: [SAYS.noCells] };
    }
    const all = notebook.map(([id, code]) => ({
      id,
      code: written.get(id) ?? code,
      mayFail: about.stored.includes(id),
    }));
    const codes = cells.map(codeOf); // as they run now, even if the reader goes on writing
    const known = (index) => cells.find(({ id }) => id === all[index].id);
    const index = all.findIndex(({ id }) => id === cell.id);
    const firstOther = all.findIndex(({ code }, i) => code !== notebook[i][1]);
    const result = await run(all[index].code, {
      before: all.slice(0, index),
      tell,
      // Below a changed cell, stored outputs no longer match.
      show: (i, gave) =>
        known(i) && firstOther >= 0 && i >= firstOther && show(known(i), gave, codes),
    });
    const { error } = result;
    if (error?.above !== undefined) {
      const first = known(error.above);
      if (first) show(first, { outputs: [], error }, codes);
      const link = first
        ? make("a", { href: `#${anchorOf(first.id)}`, textContent: error.message })
        : error.message;
      return { isWell: false, end: [SAYS.stoppedAbove, link] };
    }
    if (["Stopped", "Unavailable"].includes(error?.name))
      return { isWell: false, end: [error.message] };
    show(cell, result, codes);
    const end = error ? SAYS.failed : result.outputs.length ? SAYS.done : SAYS.shows;
    const isLost = !memory.isKept && codeOf(cell) !== cell.original;
    return { isWell: !error, end: [isLost ? end + SAYS.lost : end] };
  };
  const act = async (cell, tell) => {
    const { end } = await execute(cell, tell);
    cell.said.replaceChildren(...end);
    refresh();
  };
  const actOn = async (list, said, tell) => {
    let done;
    for (const [index, cell] of list.entries()) {
      done = await execute(cell, (...step) =>
        tell(
          ...(step[0] === SAYS.running
            ? [SAYS.runningCell(index + 1, list.length), (index + 1) / list.length]
            : step),
        ),
      );
      refresh();
      if (done.isWell) continue;
      const link = make("a", { href: `#${cell.place.id}`, textContent: SAYS.cell(cell.number) });
      return said.replaceChildren(link, SAYS.notWell, ...done.end);
    }
    said.textContent = SAYS.ran(list.length);
  };

  // The first cell whose code is seen has the button that runs all, and says what the first run
  // downloads.
  const isSeen = (place) =>
    place.querySelector(".cell_input") && !place.querySelector(".cell_input").closest("details");
  const runnable = places.filter(
    (place) =>
      place.querySelector(".cell_input") &&
      !about.stored.includes(place.id.slice(anchorOf("").length)),
  );
  const leading = runnable.find(isSeen) ?? runnable[0];

  const equip = (place, order) => {
    const id = place.id.slice(anchorOf("").length);
    const input = place.querySelector(".cell_input");
    if (!input) return;
    if (about.stored.includes(id)) {
      input.append(withEnd(SAYS.stored(about.absent), SAYS.toRun));
      return;
    }
    const shown = input.firstElementChild;
    const original = shown.querySelector("pre").textContent.replace(/\n$/, "");
    const cell = {
      id,
      place,
      original,
      number: order + 1,
      note: make("p", { className: "lab-old", textContent: SAYS.old }),
    };
    cells.push(cell);

    const keep = (text) => {
      written.set(id, text);
      memory.keepCode(original, text === original ? undefined : text);
      if (!memory.isKept) said.textContent = SAYS.notKept;
      refresh();
    };
    const open = (text) => {
      cell.field = writer(text, {
        label: SAYS.code(order + 1),
        onInput: keep,
        onRun: () => offer(),
        onLeave: () => bar.querySelector(".lab-run").focus(),
      });
      shown.hidden = true;
      shown.after(cell.field.box);
      edit.hidden = true;
    };
    const edit = button(
      SAYS.edit,
      () => {
        open(original);
        refresh();
        cell.field.focus();
      },
      "lab-edit",
    );
    const back = button(SAYS.reset, async () => {
      cell.field?.box.remove();
      cell.field = cell.made = undefined;
      shown.hidden = false;
      edit.hidden = false;
      edit.focus();
      written.delete(id);
      memory.keepCode(original, undefined);
      place.querySelector(":scope > .lab-output")?.remove();
      const stored = place.querySelector(":scope > .cell_output");
      if (stored) stored.hidden = false;
      said.textContent = SAYS.asItWas;
      refresh();
      await forget();
    });
    const several = (name, list) => button(name, () => offer((tell) => actOn(list(), said, tell)));
    cell.back = back;
    cell.below = several(SAYS.below, () => cells.slice(cells.indexOf(cell) + 1));
    const parts = [
      edit,
      back,
      cell.below,
      ...(place === leading ? [several(SAYS.all, () => cells)] : []),
    ];

    const { bar, said, offer } = controls({
      run: (tell) => act(cell, tell),
      label: SAYS.cell(order + 1),
      parts,
    });
    cell.said = said;
    input.append(bar);
    if (place === leading && !bar.querySelector(".lab-cost"))
      said.before(...document.querySelectorAll(".lab-cost"));
    rove(input, ".lab-bar > button, .copy-code");
    const before = memory.code(original);
    if (before !== undefined) {
      written.set(id, before);
      open(before);
      said.textContent = SAYS.again;
    }
  };
  places.forEach(equip);
  if (cells.length) refresh();
})();
