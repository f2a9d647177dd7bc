// A button, a field for code, and the bar with Run and Stop.
(() => {
  const { liveCells } = globalThis;
  if (!liveCells) return;
  const { about, at, make, stop, says: SAYS } = liveCells;
  const { liveFiles } = globalThis;
  const inMB = (bytes) => Math.round(bytes / 1e6);

  const button = (textContent, act, className = "") => {
    const made = make("button", {
      type: "button",
      textContent,
      className: `lab-button ${className}`,
    });
    made.addEventListener("click", act);
    return made;
  };

  // CodeMirror is loaded when a field first gets the focus; until then, or if it fails, fields are
  // plain.
  let editor;
  const waiting = new Set();
  const wantEditor = async () => {
    editor ??= liveFiles.load(at(`${about.root}codemirror.js`)).catch(() => undefined);
    const codemirror = await editor;
    if (codemirror) waiting.forEach((upgrade) => upgrade(codemirror));
    waiting.clear();
  };
  // Use the classes of Pygments, so that code keeps its colours in the editor.
  const colour = ({ syntaxHighlighting, tagHighlighter, tags }) => {
    const classes = {
      k: [tags.keyword, tags.operatorKeyword],
      kc: [tags.bool, tags.null, tags.self],
      s1: [tags.string],
      mi: [tags.number],
      c1: [tags.comment],
      nf: [tags.definition(tags.function(tags.variableName))],
      nb: [tags.standard(tags.variableName)],
      o: [tags.operator],
    };
    return syntaxHighlighting(
      tagHighlighter(
        Object.entries(classes).flatMap(([name, all]) => all.map((tag) => ({ tag, class: name }))),
      ),
    );
  };
  const failing = ({ StateEffect, StateField, Decoration, EditorView }) => {
    const effect = StateEffect.define();
    const field = StateField.define({
      create: () => Decoration.none,
      update: (marks, { effects, docChanged, state }) => {
        for (const { value: line } of effects.filter((change) => change.is(effect))) {
          if (!(line >= 1 && line <= state.doc.lines)) return Decoration.none;
          return Decoration.set([
            Decoration.line({ class: "lab-failing" }).range(state.doc.line(line).from),
          ]);
        }
        return docChanged ? Decoration.none : marks;
      },
      provide: (marks) => EditorView.decorations.from(marks),
    });
    return { field, mark: (line) => effect.of(line) };
  };

  // A field for code: { box, text, focus(), mark(line) }, also as `box.writer`. Escape leaves it,
  // because Tab indents.
  const writer = (text, { label, onInput = () => {}, onRun = () => {}, onLeave = () => {} }) => {
    const area = make("textarea", { className: "lab-code", value: text, spellcheck: false });
    for (const [name, value] of [
      ["aria-label", label],
      ["autocapitalize", "off"],
      ["autocorrect", "off"],
      ["wrap", "off"],
    ]) {
      area.setAttribute(name, value);
    }
    const fit = () => (area.rows = area.value.split("\n").length + 1);
    fit();
    const keys = make("p", { className: "lab-keys", textContent: SAYS.keys });
    const box = make("div", { className: "lab-writer" }, area, keys);
    let view;
    let fails;
    let failed; // the line of the error, for an editor that is loaded later, until the next change
    const change = (code) => ((failed = undefined), onInput(code));
    const show = () => view?.dispatch({ effects: fails.mark(failed ?? 0) });
    const upgrade = (codemirror) => {
      const {
        EditorState,
        EditorView,
        keymap,
        lineNumbers,
        history,
        historyKeymap,
        defaultKeymap,
        indentWithTab,
        bracketMatching,
        indentOnInput,
        indentUnit,
        pythonLanguage,
      } = codemirror;
      const press = (act) => () => (act(), true);
      // Tab moves on from a field that was reached by Tab, and indents after the reader wrote or
      // clicked.
      let isWriting = false;
      const write = (yes) => () => (isWriting = yes) && false;
      const tab = {
        key: "Tab",
        run: (at) => isWriting && indentWithTab.run(at),
        shift: (at) => isWriting && indentWithTab.shift(at),
      };
      fails = failing(codemirror);
      keys.textContent = SAYS.editorKeys;
      keys.id = `keys of ${label}`.replaceAll(" ", "-");
      const hadFocus = document.activeElement === area;
      view = new EditorView({
        doc: area.value,
        selection: { anchor: area.selectionStart, head: area.selectionEnd },
        extensions: [
          keymap.of([
            { key: "Mod-Enter", run: press(onRun) },
            { key: "Shift-Enter", run: press(onRun) },
            { key: "Escape", run: press(onLeave) },
            tab,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          lineNumbers(),
          history(),
          bracketMatching(),
          indentOnInput(),
          indentUnit.of("    "),
          EditorState.tabSize.of(4),
          pythonLanguage,
          colour(codemirror),
          fails.field,
          // CodeMirror resets classes with each focus
          EditorView.editorAttributes.of({ class: "lab-code highlight" }),
          EditorView.contentAttributes.of({
            "aria-label": label,
            "aria-describedby": keys.id,
            autocapitalize: "off",
            tabindex: "0",
          }),
          EditorView.domEventHandlers({ blur: write(false), pointerdown: write(true) }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (!docChanged) return;
            isWriting = true;
            change(state.doc.toString());
          }),
        ],
      });
      area.replaceWith(view.dom);
      show();
      if (hadFocus) view.focus();
    };
    area.addEventListener("input", () => (fit(), change(area.value)));
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      onRun();
    });
    area.addEventListener("focus", wantEditor, { once: true });
    waiting.add(upgrade);
    if (editor) wantEditor();
    return (box.writer = {
      box,
      get text() {
        return view ? view.state.doc.toString() : area.value;
      },
      set text(code) {
        if (view) {
          view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: code } });
          return;
        }
        area.value = code;
        fit();
        change(code);
      },
      focus: () => (view ?? area).focus(),
      mark: (line) => ((failed = line), show()),
    });
  };

  // The size of the first download, until it is done.
  const makeCost = () => {
    const cost = make("span", { className: "lab-cost", textContent: SAYS.cost(inMB(about.bytes)) });
    const weigh = () => (cost.hidden = liveCells.isReady || liveCells.isFetched);
    liveCells.onReady(weigh);
    weigh();
    return cost;
  };

  // { said, offer, bar }: the status line, a function that runs `run` or another action unless one
  // is running, and the bar itself. Actions are called with `tell`. The first bar of a page shows
  // the size of the first download.
  let isFirst = true;
  const controls = ({ run: act, label, parts = [], name = SAYS.run }) => {
    const said = make("p", { className: "lab-said" });
    said.setAttribute("role", "status");
    const progress = make("progress", { hidden: true, max: 1 });
    progress.setAttribute("aria-label", SAYS.ready);
    // Outside the status line, so that screen readers do not announce each number.
    const had = make("span", { className: "lab-had", hidden: true });
    const go = button(name, () => offer(), "lab-run");
    const halt = button(SAYS.stop, () => (go.focus(), stop()));
    halt.hidden = true;
    const tell = (step, done, bytes) => {
      if (said.textContent !== step) said.textContent = step;
      progress.hidden = done === undefined;
      if (done !== undefined) progress.value = done;
      had.hidden = bytes === undefined;
      if (bytes !== undefined) had.textContent = SAYS.had(inMB(bytes), inMB(about.bytes));
      progress.setAttribute("aria-valuetext", had.hidden ? step : had.textContent);
    };
    let busy = false;
    const offer = async (other = act) => {
      if (busy) return;
      busy = true;
      halt.hidden = false;
      await other(tell);
      if (document.activeElement === halt) go.focus();
      busy = false;
      halt.hidden = progress.hidden = had.hidden = true;
    };
    const bar = make(
      "div",
      { className: "lab-bar" },
      go,
      halt,
      ...parts,
      progress,
      had,
      ...(isFirst ? [makeCost()] : []),
      said,
    );
    isFirst = false;
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", label);
    bar
      .querySelectorAll("button")
      .forEach((each) => each.setAttribute("aria-label", SAYS.button(each.textContent, label)));
    return { said, offer, bar };
  };

  // Make all buttons of a cell, also those of the book, one tab stop; arrows move between them.
  const rove = (area, selector) => {
    area.querySelector(".lab-bar").setAttribute("role", "toolbar");
    const list = () =>
      [...area.querySelectorAll(selector)].filter((button) => button.checkVisibility());
    const stand = (at) =>
      area.querySelectorAll(selector).forEach((each) => (each.tabIndex = each === at ? 0 : -1));
    addEventListener("load", () => stand(area.querySelector(".lab-run")));
    area.addEventListener("focusin", ({ target }) =>
      stand(target.matches(selector) ? target : area.querySelector(".lab-run")),
    );
    area.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const place = list().indexOf(event.target);
      if (!step || place < 0) return;
      event.preventDefault();
      list()[(place + step + list().length) % list().length].focus();
    });
  };

  Object.assign(liveCells, { button, writer, controls, rove });
})();
