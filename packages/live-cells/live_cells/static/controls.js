// Writing and pressing: a button, a field for code, the bar with Run and Stop.
(() => {
  const { liveCells } = globalThis;
  if (!liveCells) return;
  const { about, make, stop } = liveCells;
  const inMB = (bytes) => Math.round(bytes / 1e6);

  const button = (textContent, act, className = "") => {
    const made = make("button", { type: "button", textContent, className: `lab-button ${className}` });
    made.addEventListener("click", act);
    return made;
  };

  const writer = (text, { label, onInput = () => {}, onRun = () => {} }) => {
    const area = make("textarea", { className: "lab-code", value: text, spellcheck: false, rows: text.split("\n").length + 1 });
    for (const [name, value] of [["aria-label", label], ["autocapitalize", "off"], ["autocorrect", "off"], ["wrap", "off"]]) {
      area.setAttribute(name, value);
    }
    // Tab leaves the field unless the reader chooses otherwise.
    const indents = make("input", { type: "checkbox" });
    area.addEventListener("input", () => {
      area.rows = area.value.split("\n").length + 1;
      onInput(area.value);
    });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
        event.preventDefault();
        onRun();
      } else if (event.key === "Tab" && indents.checked && !event.shiftKey) {
        event.preventDefault();
        area.setRangeText("    ", area.selectionStart, area.selectionEnd, "end");
        area.dispatchEvent(new Event("input"));
      }
    });
    const keys = make("p", { className: "lab-keys" }, make("label", {}, indents, " Tab indents"), " Ctrl + Enter runs");
    return { area, box: make("div", { className: "lab-writer" }, area, keys) };
  };

  // { said, offer, bar }: the status line, a press of Run, and the bar itself. `run` is given `tell`.
  const controls = ({ run: act, label, parts = [], name = "Run" }) => {
    const said = make("p", { className: "lab-said" });
    said.setAttribute("role", "status");
    const progress = make("progress", { hidden: true, max: 1 });
    progress.setAttribute("aria-label", "Getting ready");
    // Beside the status line, which would be read out with each of them.
    const had = make("span", { className: "lab-had", hidden: true });
    const go = button(name, () => offer(), "lab-run");
    const halt = button("Stop", () => {
      go.focus();
      stop();
    });
    halt.hidden = true;
    const tell = (step, done, bytes) => {
      if (said.textContent !== step) said.textContent = step;
      progress.hidden = done === undefined;
      if (done !== undefined) progress.value = done;
      had.hidden = bytes === undefined;
      if (bytes !== undefined) had.textContent = `${inMB(bytes)} of ${inMB(about.bytes)} MB`;
      progress.setAttribute("aria-valuetext", had.hidden ? step : had.textContent);
    };
    let busy = false;
    const offer = async () => {
      if (busy) return;
      busy = true;
      halt.hidden = false;
      await act(tell);
      if (document.activeElement === halt) go.focus();
      busy = false;
      halt.hidden = progress.hidden = had.hidden = true;
    };
    const rename = () => (go.textContent = liveCells.isReady ? name : `${name} (fetches ${inMB(about.bytes)} MB once)`);
    liveCells.onReady(rename);
    rename();
    const bar = make("div", { className: "lab-bar" }, go, halt, ...parts, progress, had, said);
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", label);
    return { said, offer, bar };
  };

  Object.assign(liveCells, { button, writer, controls });
})();
