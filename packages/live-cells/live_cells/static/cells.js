// The cells of a page: each with Run, Edit and Reset. A cell is known by its id, here as in its notebook.
(() => {
  const { liveCells } = globalThis;
  const cells = [...document.querySelectorAll(".cell[id^='cell-']")];
  if (!liveCells || !cells.length) return;
  const { about, at, why, run, forget, memory, make, render, withEnd, button, writer, controls } = liveCells;
  if (why) {
    document.documentElement.classList.add("lab-off");
    cells[0].before(withEnd(why));
    return;
  }
  const anchorOf = (id) => `cell-${id}`;

  let notebook; // [id, code] of every cell of the notebook, hidden ones too
  const written = new Map(); // id -> what the reader made of the cell
  const show = (cell, result) => {
    const stored = cell.querySelector(":scope > .cell_output:not(.lab-output)");
    let fresh = cell.querySelector(":scope > .lab-output");
    if (!fresh) cell.append((fresh = make("div", { className: "cell_output lab-output" })));
    const parts = render(result);
    const caption = stored?.querySelector("figcaption")?.cloneNode(true);
    const drawn = parts.find((part) => part.className === "chart");
    fresh.replaceChildren(...parts);
    if (caption && drawn) {
      caption.removeAttribute("id");
      const figure = make("figure");
      drawn.replaceWith(figure);
      figure.append(drawn, caption);
    }
    // What cannot run here leaves what the book has.
    if (stored) stored.hidden = !result.error?.package;
  };

  const equip = (cell, order) => {
    const id = cell.id.slice(anchorOf("").length);
    const input = cell.querySelector(".cell_input");
    if (!input) return;
    if (about.stored.includes(id)) {
      const packages = about.absent.join(" or ");
      input.append(withEnd(`This cell keeps its output: it needs ${packages}, or what a cell above makes with it, which no page can run.`, " To run it, "));
      return;
    }
    const shown = input.firstElementChild;
    const original = shown.querySelector("pre").textContent.replace(/\n$/, "");
    const isOther = () => written.has(id) && written.get(id) !== original;
    let field;

    const keep = (text) => {
      written.set(id, text);
      memory.keepCode(original, text === original ? undefined : text);
      back.hidden = false;
      if (!memory.isKept) said.textContent = "This browser does not keep your changes: its storage is full or switched off.";
    };
    const open = (text) => {
      field = writer(text, { label: `Code of cell ${order + 1}`, onInput: keep, onRun: () => offer() });
      shown.hidden = true;
      shown.after(field.box);
      edit.hidden = true;
      back.hidden = false;
    };
    const edit = button(
      "Edit",
      () => {
        open(original);
        field.area.focus();
      },
      "lab-edit",
    );
    const back = button("Reset", async () => {
      field?.box.remove();
      shown.hidden = false;
      edit.hidden = false;
      edit.focus();
      back.hidden = true;
      written.delete(id);
      memory.keepCode(original, undefined);
      cell.querySelector(":scope > .lab-output")?.remove();
      const stored = cell.querySelector(":scope > .cell_output");
      if (stored) stored.hidden = false;
      said.textContent = "As it was. The next run starts with no names from before.";
      await forget();
    });
    back.hidden = true;

    const act = async (tell) => {
      tell("Starting Python");
      try {
        notebook ??= await (await fetch(at(about.cells))).json();
      } catch {
        said.textContent = "The cells of this page could not be fetched. Press Run to try again.";
        return;
      }
      const all = notebook.map(([own, code]) => ({ id: own, code: written.get(own) ?? code, mayFail: about.stored.includes(own) }));
      const index = all.findIndex((one) => one.id === id);
      const firstOther = all.findIndex(({ code }, i) => code !== notebook[i][1]);
      const result = await run(all[index].code, {
        before: all.slice(0, index),
        tell,
        // Below a changed cell, what the page shows would be of another run.
        show: (above, gave) => {
          const there = document.getElementById(anchorOf(all[above].id));
          if (there && firstOther >= 0 && above >= firstOther) show(there, gave);
        },
      });
      const { error } = result;
      if (error?.above !== undefined) {
        const anchor = anchorOf(all[error.above].id);
        const there = document.getElementById(anchor);
        if (there) show(there, { outputs: [], error });
        said.replaceChildren("A cell above stopped: ", there ? make("a", { href: `#${anchor}`, textContent: error.message }) : error.message);
        return;
      }
      back.hidden = false;
      if (error && ["Stopped", "Unavailable"].includes(error.name)) {
        said.textContent = error.message;
        return;
      }
      show(cell, result);
      const end = error ? "It stopped; what is wrong stands below." : result.outputs.length ? "It ran; what it gave stands below." : "It ran, and shows nothing.";
      said.textContent = memory.isKept || !isOther() ? end : `${end} This browser does not keep your changes.`;
    };
    const { bar, said, offer } = controls({ run: act, label: `Cell ${order + 1}`, parts: [edit, back] });
    input.append(bar);
    const before = memory.code(original);
    if (before !== undefined) {
      written.set(id, before);
      open(before);
      said.textContent = "Your changes are here again.";
    }
  };
  cells.forEach(equip);
})();
