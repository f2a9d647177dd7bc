// The laboratory: Python in the page, for pages to which the build has added `lab-page`; elsewhere nothing happens.
//
// Other scripts of the book use `lab` (undefined on pages that it does not serve):
//   lab.about, lab.at(name)   what the build says of this page; the address of a file of the book
//   lab.isHere             whether this browser can run cells here; `lab.why` is the sentence if it cannot
//   lab.run(code, { before, space, fresh, tell, show })   runs code; resolves to { outputs, value, error }
//       before   cells to run first, texts in order: each once, and again when its text has changed
//       space    name of the names that cells share; "page" by default. `fresh: true` empties it first
//       tell     is called with each step, while Python is fetched and cells above run
//       show     is called with (place, result) for each cell of `before` that ran
//       outputs  as a notebook stores them; value: of the last expression, plain data or Python's text of it
//       error    null, or { name, message, line, trace, package, above }; above: its place, if a cell of `before`
//                failed. name is "Stopped" after Stop, "Unavailable" if Python could not be had
//   lab.stop()             ends what runs; Python starts anew with the next run
//   lab.render({ outputs, error })   elements that show a result; charts come to life once they are in the page
//   lab.withEnd(sentence, way)  a note that something cannot run here, and the way out
//   lab.button(text, act, className)   a button
//   lab.writer(text, { label, onInput, onRun })   { box, area }: a field for code. Tab leaves it unless chosen
//   lab.controls({ run, label, parts })     { bar, said, offer }: the bar with Run and Stop, its status line; offer() runs
(() => {
  const place = document.getElementById("lab-page");
  if (!place) return;
  const element = globalThis.bookElement;
  const memory = globalThis.bookMemory;
  const about = JSON.parse(place.textContent);
  const base = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const at = (name) => new URL(name, base).href;
  // The way out, where the page has a notebook to take along.
  const along = (before) =>
    about.notebook ? [before, element("a", { href: at(about.notebook), download: "", textContent: "take the notebook along" }), "."] : [];
  const why =
    location.protocol === "file:"
      ? "Opened from a folder, this page cannot run its cells; from a web server it can."
      : typeof WebAssembly !== "object" || typeof Worker !== "function"
        ? "This browser cannot run the cells of this page, because it has no WebAssembly."
        : "";
  const withEnd = (text, way = " You can also ") => element("p", { className: "lab-note" }, text, ...along(way));

  // The worker, and what waits for it.

  let worker; // its Promise while it starts, and once it runs
  let current;
  let isReady = false;
  let ran = new Map(); // space -> texts of the cells that ran in it, by their place
  const waiting = new Map();
  const listeners = [];
  let onStep = () => {};
  let count = 0;

  class Ended extends Error {}

  const end = (reason) => {
    current?.terminate();
    current = worker = undefined;
    isReady = false;
    ran = new Map();
    waiting.forEach(({ reject }) => reject(reason));
    waiting.clear();
    listeners.forEach((listener) => listener());
  };

  const call = (task, given) =>
    new Promise((resolve, reject) => {
      waiting.set((count += 1), { resolve, reject });
      current.postMessage({ id: count, task, ...given });
    });

  const start = () =>
    (worker ??= (async () => {
      current = new Worker(at(`${about.root}worker.js`), { type: "module" });
      current.onmessage = ({ data }) => {
        if (data.step) return onStep(data.step, data.done);
        const { resolve, reject } = waiting.get(data.id) ?? {};
        waiting.delete(data.id);
        if (data.failure) reject?.(new Error(data.failure));
        else resolve?.(data.result);
      };
      current.onerror = (event) => end(new Error(event.message || "its files are not there"));
      const { packages, setting, imports, bytes } = about;
      await call("start", { course: at(about.course), packages, setting, imports, bytes });
      isReady = true;
      listeners.forEach((listener) => listener());
    })());

  const failure = (error) =>
    error instanceof Ended
      ? { name: "Stopped", message: "Stopped. The next run starts Python anew and runs the cells above first.", trace: "" }
      : { name: "Unavailable", message: `Python stopped or could not be started (${error.message}). Press Run to try again.`, trace: "" };

  const work = async (code, { before = [], space = "page", fresh = false, tell = () => {}, show = () => {} }) => {
    onStep = tell;
    try {
      await start();
      if (fresh) await forget(space);
      if (!ran.has(space)) ran.set(space, new Map());
      const done = ran.get(space);
      for (const [index, cell] of before.entries()) {
        if (done.get(index) === cell) continue;
        tell(`Running the cells above: ${index + 1} of ${before.length}`, (index + 1) / before.length);
        const result = await call("run", { code: cell, space });
        done.set(index, cell);
        show(index, result);
        if (result.error && !about.stored.includes(index)) {
          done.delete(index);
          return { outputs: [], value: null, error: { ...result.error, above: index } };
        }
      }
      tell("Running");
      const result = await call("run", { code, space });
      // What stopped half-way runs again before a cell below it.
      if (result.error) done.delete(before.length);
      else done.set(before.length, code);
      return result;
    } catch (error) {
      if (!(error instanceof Ended)) end(error);
      return { outputs: [], value: null, error: failure(error) };
    }
  };

  let queue = Promise.resolve();
  let stops = 0; // what was asked before a Stop and waits for its turn ends with it
  const run = (code, options = {}) => {
    const asked = stops;
    const turn = () => (asked === stops ? work(code, options) : { outputs: [], value: null, error: failure(new Ended()) });
    return (queue = queue.then(turn));
  };
  const stop = () => {
    stops += 1;
    end(new Ended());
  };
  const forget = async (space = "page") => {
    ran.delete(space);
    if (isReady) await call("forget", { space });
  };

  // What a cell gave, as elements.

  let appearance;
  const look = () => (appearance ??= fetch(at(`${about.root}look.json`)).then((answer) => answer.json()));

  const merge = (kept, added) =>
    Object.entries(added).reduce(
      (made, [key, value]) => ({
        ...made,
        [key]: typeof value === "object" && typeof made[key] === "object" ? merge(made[key], value) : value,
      }),
      kept,
    );
  const inColours = (spec, { theme, colours }) => {
    let text = JSON.stringify({ ...spec, title: undefined, config: merge(spec.config ?? {}, theme) });
    for (const [colour, variable] of Object.entries(colours)) {
      text = text.replaceAll(JSON.stringify(colour), JSON.stringify(variable));
    }
    return JSON.parse(text);
  };

  const rows = (spec) => {
    const tables = Object.values(spec.datasets ?? {}).filter((set) => Array.isArray(set) && set.length);
    const text = JSON.stringify({ ...spec, datasets: undefined });
    return tables.map((set) => {
      const fields = Object.keys(set[0]).filter((field) => text.includes(`"field":${JSON.stringify(field)}`));
      const line = (kind, values) => element("tr", {}, ...values.map((value) => element(kind, { textContent: value ?? "–" })));
      return element("table", {}, line("th", fields), ...set.slice(0, 500).map((row) => line("td", fields.map((field) => row[field]))));
    });
  };

  const chart = (spec) => {
    const words = (part) => (Array.isArray(part) ? part.join(" ") : (part ?? ""));
    const title = typeof spec.title === "object" && !Array.isArray(spec.title) ? spec.title : { text: spec.title };
    const name = element("p", { className: "chart-title", textContent: words(title.text) });
    const description = spec.description || words(title.text) || "A chart without a description";
    const view = element("div", { className: "chart-view", role: "img", "aria-label": description });
    const made = element("div", { className: "chart" }, name);
    if (title.subtitle) made.append(element("p", { className: "chart-subtitle", textContent: words(title.subtitle) }));
    const data = element("details", { className: "chart-data" }, element("summary", { textContent: "Data of this chart as a table" }));
    const scroll = { className: "scroll", tabIndex: 0, role: "region", "aria-label": `Data: ${words(title.text)}` };
    data.append(element("div", scroll, ...rows(spec)));
    const said = element("p", { className: "chart-said", role: "status" });
    made.append(element("div", { className: "chart-controls" }), view, said, data);
    const draw = async () => {
      const [colours] = await Promise.all([look(), globalThis.bookScript(`${about.root}vega-lite.js`)]);
      const { spec: program } = globalThis.vegaLite(inColours(spec, colours));
      if (!(program.signals ?? []).some((signal) => signal.bind)) made.querySelector(".chart-controls").remove();
      made.append(element("script", { type: "application/json", className: "chart-spec", textContent: JSON.stringify(program) }));
      await globalThis.stillCharts.bringToLife(made);
    };
    draw().catch((error) => view.replaceChildren(element("p", { textContent: `This chart cannot be drawn: ${error.message}.` })));
    return made;
  };

  const printed = (text, kind) =>
    element("div", { className: `output ${kind}` }, element("div", { className: "highlight" }, element("pre", { textContent: text })));
  const one = ({ output_type: type, text, data }) => {
    if (type === "stream") return printed(text, "stream");
    const drawn = Object.keys(data).find((kind) => kind.includes("vegalite"));
    if (drawn) return chart(data[drawn]);
    if (data["text/html"]) {
      const made = element("div", { className: "output text_html" });
      made.innerHTML = data["text/html"];
      return made;
    }
    return data["text/plain"] === undefined ? "" : printed(data["text/markdown"] ?? data["text/plain"], "text_plain");
  };

  const told = (error) => {
    const line = error.line ? ` (line ${error.line})` : "";
    const sentence = element("p", { className: "lab-error" }, element("strong", { textContent: error.message.replace(/\.$/, "") }), `${line}.`);
    if (error.package) sentence.append(...along(" To run it, "));
    const made = element("div", { className: "output" }, sentence);
    if (error.trace) {
      const pre = element("pre", { textContent: error.trace, tabIndex: 0 });
      made.append(element("details", { className: "lab-trace" }, element("summary", { textContent: "What Python says" }), pre));
    }
    return made;
  };
  const render = ({ outputs, error }) => [...outputs.map(one), ...(error ? [told(error)] : [])];

  // Writing and pressing.

  const button = (text, act, className = "") => globalThis.bookButton(text, act, { className: `lab-button ${className}` });

  const writer = (text, { label, onInput = () => {}, onRun = () => {} }) => {
    const area = element("textarea", { className: "lab-code", value: text, spellcheck: false, rows: text.split("\n").length + 1 });
    for (const [name, value] of [["aria-label", label], ["autocapitalize", "off"], ["autocorrect", "off"], ["wrap", "off"]]) {
      area.setAttribute(name, value);
    }
    const indents = element("input", { type: "checkbox" });
    const fit = () => (area.rows = area.value.split("\n").length + 1);
    area.addEventListener("input", () => {
      fit();
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
    const keys = element("p", { className: "lab-keys" }, element("label", {}, indents, " Tab indents"), " Ctrl + Enter runs");
    return { area, box: element("div", { className: "lab-writer" }, area, keys) };
  };

  const controls = ({ run: act, label, parts = [], name = "Run" }) => {
    const said = element("p", { className: "lab-said", role: "status" });
    const bar = element("progress", { hidden: true, max: 1, "aria-label": "Getting ready" });
    const go = button(name, () => offer(), "lab-run");
    const halt = button("Stop", () => {
      go.focus();
      stop();
    });
    halt.hidden = true;
    let busy = false;
    const offer = async () => {
      if (busy) return;
      busy = true;
      halt.hidden = false;
      await act((step, done) => {
        if (said.textContent !== step) said.textContent = step;
        bar.hidden = done === undefined;
        if (done !== undefined) bar.value = done;
      });
      if (document.activeElement === halt) go.focus();
      busy = false;
      halt.hidden = bar.hidden = true;
    };
    const rename = () => (go.textContent = isReady ? name : `${name} (fetches ${Math.round(about.bytes / 1e6)} MB once)`);
    listeners.push(rename);
    rename();
    const group = { className: "lab-bar", role: "group", "aria-label": label };
    return { said, offer, bar: element("div", group, go, halt, ...parts, bar, said) };
  };

  globalThis.lab = { isHere: !why, why, about, at, run, stop, render, withEnd, button, writer, controls };

  // The cells of a page.

  const cells = [...document.querySelectorAll(".cell[id^='cell-']")];
  if (!cells.length) return;
  if (why) {
    document.documentElement.classList.add("lab-off");
    cells[0].before(withEnd(why));
    return;
  }

  let sources;
  const written = new Map(); // place -> what the reader made of the cell
  const show = (cell, result) => {
    const stored = cell.querySelector(":scope > .cell_output:not(.lab-output)");
    let fresh = cell.querySelector(":scope > .lab-output");
    if (!fresh) cell.append((fresh = element("div", { className: "cell_output lab-output" })));
    const parts = render(result);
    const caption = stored?.querySelector("figcaption")?.cloneNode(true);
    const drawn = parts.find((part) => part.className === "chart");
    fresh.replaceChildren(...parts);
    if (caption && drawn) {
      caption.removeAttribute("id");
      const figure = element("figure", {});
      drawn.replaceWith(figure);
      figure.append(drawn, caption);
    }
    // What cannot run here leaves what the book has.
    if (stored) stored.hidden = !result.error?.package;
  };

  const equip = (cell) => {
    const index = Number(cell.id.slice("cell-".length));
    const input = cell.querySelector(".cell_input");
    if (!input) return;
    if (about.stored.includes(index)) {
      const packages = about.absent.join(" or ");
      input.append(withEnd(`This cell keeps its output: it needs ${packages}, or what a cell above makes with it, which no page can run.`, " To run it, "));
      return;
    }
    const shown = input.firstElementChild;
    const original = shown.querySelector("pre").textContent.replace(/\n$/, "");
    const isOther = () => written.has(index) && written.get(index) !== original;
    let field;

    const keep = (text) => {
      written.set(index, text);
      memory.keepCode(original, text === original ? undefined : text);
      back.hidden = false;
      if (!memory.isKept) said.textContent = "This browser does not keep your changes: its storage is full or switched off.";
    };
    const open = (text) => {
      field = writer(text, { label: `Code of cell ${index + 1}`, onInput: keep, onRun: () => offer() });
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
      written.delete(index);
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
        sources ??= await (await fetch(at(about.cells))).json();
      } catch {
        said.textContent = "The cells of this page could not be fetched. Press Run to try again.";
        return;
      }
      const texts = sources.map((text, i) => written.get(i) ?? text);
      const firstOther = texts.findIndex((text, i) => text !== sources[i]);
      const result = await run(texts[index], {
        before: texts.slice(0, index),
        tell,
        // Below a changed cell, what the page shows would be of another run.
        show: (above, gave) => {
          const there = document.getElementById(`cell-${above}`);
          if (there && firstOther >= 0 && above >= firstOther) show(there, gave);
        },
      });
      const { error } = result;
      if (error?.above !== undefined) {
        const there = document.getElementById(`cell-${error.above}`);
        if (there) show(there, { outputs: [], error });
        said.replaceChildren(
          "A cell above stopped: ",
          there ? element("a", { href: `#cell-${error.above}`, textContent: error.message }) : error.message,
        );
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
    const { bar, said, offer } = controls({ run: act, label: `Cell ${index + 1}`, parts: [edit, back] });
    input.append(bar);
    const before = memory.code(original);
    if (before !== undefined) {
      written.set(index, before);
      open(before);
      said.textContent = "Your changes are here again.";
    }
  };
  cells.forEach(equip);
})();
