// Test the scripts of cells with a small page and a Python that echoes code.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { bubble, make, open, press, run, settle } = require("../../still-charts/tests/document.js");

const SCRIPTS = `${__dirname}/../live_cells/static`;
const ABOUT = {
  root: "lab/",
  library: "library.zip",
  cells: "page.json",
  packages: ["numpy"],
  setting: {},
  imports: [],
  stored: ["kept"],
  absent: ["big"],
  notebook: "page.ipynb",
  bytes: 17e6,
  fetched: {},
};
const CODE = [
  ["a", "x = 1"],
  ["hidden", "y = 2"],
  ["b", "x + y"],
  ["kept", "big()"],
  ["c", "fail"],
];
const stored = new Map();
const localStorage = {
  getItem: (name) => stored.get(name) ?? null,
  setItem: (name, text) => stored.set(name, text),
};

// Replaces the worker.
class Python {
  constructor() {
    Python.started.push(this);
  }
  ran = [];
  terminate() {
    this.isEnded = true;
  }
  async postMessage({ id, task, code }) {
    if (task === "start" && Python.trouble)
      return this.onmessage({ data: { id, failure: Python.trouble } });
    if (task === "run") this.ran.push(code);
    if (code === "endless") return undefined;
    const error =
      code === "fail"
        ? { name: "ValueError", message: "It fails.", line: 1, source: "fail", trace: "..." }
        : null;
    const output = { output_type: "stream", text: `${code} ran` };
    return this.onmessage({
      data: {
        id,
        result: task === "run" ? { outputs: error ? [] : [output], value: code, error } : null,
      },
    });
  }
}

const load = (places = [], about = {}, browser = {}) => {
  const page = Object.assign(make("script", JSON.stringify({ ...ABOUT, ...about })), {
    id: "live-cells-page",
  });
  Object.assign(Python, { started: [], trouble: "" });
  open([page, ...places], {
    localStorage,
    Worker: class {},
    BroadcastChannel: undefined,
    addEventListener() {},
    cellRenderers: undefined,
    cellMemory: undefined,
    fetch: async () => ({ json: async () => CODE }),
    ...browser,
  });
  run(`${SCRIPTS}/files.js`);
  Object.assign(globalThis.liveFiles, {
    work: async () => (globalThis.python = new Python()),
    load: async () => {
      throw new Error("No editor.");
    },
  });
  run(...["core", "outputs", "controls", "cells"].map((name) => `${SCRIPTS}/${name}.js`));
  return globalThis.liveCells;
};
const cellOf = ([id, code], outputs = []) =>
  Object.assign(
    make("div.cell", [
      make("div.cell_input", make("div.highlight", make("pre", `${code}\n`))),
      ...outputs,
    ]),
    { id: `cell-${id}` },
  );
const pageOf = () =>
  CODE.filter(([id]) => id !== "hidden").map((cell) =>
    cellOf(cell, [make("div.cell_output", `stored ${cell[0]}`)]),
  );
const buttonOf = (place, name) =>
  place.querySelectorAll("button").find(({ textContent }) => textContent === name);
const click = async (place, name) => {
  buttonOf(place, name).click();
  for (let i = 0; i < 5; i += 1) await settle();
  return place.querySelector(".lab-said").textContent;
};
const write = (place, text) => {
  if (!buttonOf(place, "Edit").hidden) buttonOf(place, "Edit").click();
  const area = place.querySelector("textarea");
  area.value = text;
  area.dispatchEvent(new Event("input"));
};

test("core: cells above run once, and again if their code changes or Python restarts", async () => {
  const { run: runCell, forget, stop } = load();
  const shown = [];
  const show = (index, { value }) => shown.push([index, value]);
  assert.equal((await runCell("b", { before: ["a"], show })).value, "b");
  await runCell("c", { before: ["a", "b"], show });
  assert.deepEqual([python.ran, shown], [["a", "b", "c"], [[0, "a"]]]);
  await runCell("c", { before: ["a", "b2"] });
  await runCell("c", { before: ["a"], space: "other" });
  await forget();
  await runCell("d", { before: ["a"], fresh: true });
  assert.deepEqual(python.ran.slice(3), ["b2", "c", "a", "c", "a", "d"]);
  stop();
  await runCell("c", { before: ["a"] });
  assert.deepEqual([Python.started.length, python.ran], [2, ["a", "c"]]);
});

test("core: a cell above that fails ends the run, unless it may fail", async () => {
  const { run: runCell } = load();
  assert.equal((await runCell("b", { before: ["a", "fail"] })).error.above, 1);
  assert.equal((await runCell("b", { before: ["a", { code: "fail", mayFail: true }] })).value, "b");
  assert.deepEqual(python.ran, ["a", "fail", "fail", "b"]);
});

test("core: Stop ends current and waiting runs, and a failed start is reported", async () => {
  const { run: runCell, stop, isReady } = load();
  const runs = [runCell("endless"), runCell("next")];
  await settle();
  stop();
  assert.deepEqual(
    (await Promise.all(runs)).map(({ error }) => error.name),
    ["Stopped", "Stopped"],
  );
  assert.ok(python.isEnded && !isReady);
  Python.trouble = "no memory";
  assert.match((await runCell("a")).error.message, /could not be started \(no memory\)/);
  Python.trouble = "";
  assert.equal((await runCell("a")).value, "a");
});

test("core: a hidden and idle page ends its Python when another page starts one", async () => {
  const channels = [];
  class BroadcastChannel {
    constructor() {
      channels.push(this);
    }
    postMessage(message) {
      this.sent = message;
    }
  }
  const lab = load([], {}, { BroadcastChannel });
  await lab.run("a");
  channels[0].onmessage();
  assert.ok(lab.isReady && channels[0].sent);
  document.hidden = true;
  channels[0].onmessage();
  assert.ok(!lab.isReady && python.isEnded);
});

test("core: the reader's code is kept by the original code; a full storage is noticed", () => {
  stored.clear();
  load().memory.keepCode("x = 1", "x = 2");
  const { memory } = load();
  assert.equal(memory.code("x = 1"), "x = 2");
  memory.keepCode("x = 1", undefined);
  assert.equal(load().memory.code("x = 1"), undefined);
  const full = load(
    [],
    {},
    {
      localStorage: {
        getItem: () => null,
        setItem() {
          throw new Error("full");
        },
      },
    },
  ).memory;
  full.keepCode("x = 1", "x = 2");
  assert.ok(!full.isKept);
  assert.match(
    load([], {}, { location: new URL("file:///book/page.html") }).why,
    /^Opened from this folder/,
  );
  assert.match(load([], {}, { WebAssembly: undefined }).why, /no WebAssembly/);
  Object.assign(globalThis, { WebAssembly: {} });
});

test("outputs: text, HTML as pages show it, errors with their line, and other renderers", () => {
  const { render } = load(
    [],
    {},
    { cellRenderers: [{ shows: (kind) => kind === "chart", render: (data) => make("b", data) }] },
  );
  const error = {
    message: "It fails.",
    line: 2,
    source: "fail()",
    trace: "Traceback",
    package: "big",
  };
  const outputs = [
    { output_type: "stream", text: "printed" },
    {
      output_type: "display_data",
      data: { "text/html": "<table>", "text/plain": "table" },
      shown: "<div>",
    },
    { output_type: "display_data", data: { chart: "drawn", "text/html": "<p>" } },
    { output_type: "execute_result", data: { "text/plain": "x\n".repeat(40) } },
  ];
  const [printed, html, chart, long, failed] = render({ outputs, error });
  assert.deepEqual(
    [printed.textContent, printed.className, html.innerHTML, chart.textContent],
    ["printed", "output stream", "<div>", "drawn"],
  );
  assert.equal(long.querySelector("pre").tabIndex, 0);
  assert.equal(
    failed.querySelector(".lab-error").textContent,
    "It fails (line 2). To run it, download the notebook.fail()",
  );
  assert.equal(failed.querySelector("a").href, "https://book.invalid/page.ipynb");
  assert.ok(failed.querySelector(".lab-trace").matches("details"));
});

test("controls: a bar says what the first run costs, shows steps, takes one press", async () => {
  stored.clear();
  const { controls, onReady } = load();
  let report;
  let finish;
  const { bar, offer } = controls({
    label: "Cell 1",
    run: (tell) => {
      report = tell;
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
  });
  const [progress, halt] = [bar.querySelector("progress"), buttonOf(bar, "Stop")];
  assert.match(bar.querySelector(".lab-cost").textContent, /17 MB/);
  const ended = offer();
  const first = report;
  offer();
  assert.ok(report === first && !halt.hidden);
  report("Fetching", 0.5, 8.5e6);
  assert.deepEqual(
    [
      progress.value,
      bar.querySelector(".lab-had").textContent,
      bar.querySelector(".lab-said").textContent,
    ],
    [0.5, "9 of 17 MB", "Fetching"],
  );
  finish();
  await ended;
  assert.ok(halt.hidden && progress.hidden);
  assert.ok(!controls({ label: "Cell 2", run() {} }).bar.querySelector(".lab-cost") && onReady);
});

test("controls: the buttons of a cell are one stop of Tab, and arrows go round them", () => {
  const place = cellOf(CODE[0]);
  load([place]);
  const input = place.querySelector(".cell_input");
  const buttons = input.querySelectorAll("button").filter(({ hidden }) => !hidden);
  input.querySelector(".lab-run").focus();
  const arrow = (key) => {
    input.dispatchEvent(bubble("keydown", document.activeElement, { key }));
    return document.activeElement.textContent;
  };
  assert.deepEqual(
    [arrow("ArrowRight"), arrow("ArrowLeft"), arrow("ArrowLeft")],
    ["Edit", "Run", buttons.at(-1).textContent],
  );
  input.dispatchEvent(bubble("focusin", buttons[1]));
  assert.deepEqual(
    buttons.map(({ tabIndex }) => tabIndex),
    [-1, 0, ...buttons.slice(2).map(() => -1)],
  );
});

test("cells: Run shows the result in place of the stored one, after hidden cells", async () => {
  stored.clear();
  const [first, second, kept, last] = pageOf();
  load([first, second, kept, last]);
  assert.equal(await click(second, "Run"), "Done. The result is below.");
  assert.deepEqual(python.ran, ["x = 1", "y = 2", "x + y"]);
  assert.equal(second.querySelector(".lab-output").textContent, "x + y ran");
  assert.ok(
    second.querySelector(".cell_output").hidden && !first.querySelector(".cell_output").hidden,
  );
  assert.ok(
    !kept.querySelector(".lab-run") && kept.querySelector(".lab-note").textContent.includes("big"),
  );
  assert.equal(await click(last, "Run"), "Error. See below.");
  assert.equal(last.querySelector(".lab-error").textContent, "It fails (line 1).fail");
  assert.equal(await click(first, "Run all"), "Cell 4 did not end well. Error. See below.");
});

test("cells: an output older than its code says so; Reset gives back the book's", async () => {
  stored.clear();
  const places = pageOf().slice(0, 2);
  load(places);
  const [first] = places;
  const old = () => places.map((place) => Boolean(place.querySelector(".lab-old")));
  write(first, "x = 5");
  assert.deepEqual(old(), [true, true]);
  await click(first, "Run");
  assert.deepEqual(old(), [false, true]);
  assert.ok(!buttonOf(first, "Run below").hidden);
  assert.equal(await click(first, "Run below"), "One cell ran.");
  assert.deepEqual(
    [old(), python.ran],
    [
      [false, false],
      ["x = 5", "y = 2", "x + y"],
    ],
  );
  // At the next visit what was written is there again.
  const again = pageOf().slice(0, 2);
  load(again);
  assert.equal(again[0].querySelector("textarea").value, "x = 5");
  await click(again[0], "Run");
  await click(again[0], "Reset");
  assert.ok(!again[0].querySelector("textarea") && !again[0].querySelector(".lab-output"));
  assert.ok(
    !again[0].querySelector(".cell_output").hidden && !again[0].querySelector(".highlight").hidden,
  );
  assert.equal(document.activeElement, buttonOf(again[0], "Edit"));
});

test("cells: a failing cell above is linked, and Ctrl + Enter runs a cell", async () => {
  stored.clear();
  const places = pageOf().slice(0, 2);
  load(places);
  write(places[0], "fail");
  assert.equal(await click(places[1], "Run"), "A cell above stopped: It fails.");
  assert.equal(places[1].querySelector(".lab-said").querySelector("a").href, "#cell-a");
  write(places[0], "x = 3");
  press(places[0].querySelector("textarea"), "Enter", { ctrlKey: true });
  for (let i = 0; i < 5; i += 1) await settle();
  assert.equal(places[0].querySelector(".lab-output").textContent, "x = 3 ran");
  const none = pageOf();
  load(none, {}, { WebAssembly: undefined });
  Object.assign(globalThis, { WebAssembly: {} });
  assert.ok(!document.querySelector(".lab-run") && document.querySelector(".lab-note"));
});

test("worker: it starts Python, reports progress, runs cells and answers with errors", async () => {
  const messages = [];
  const called = [];
  const runner = {
    prepare: (setting) => called.push(setting),
    run: (...cell) => JSON.stringify(cell),
    forget() {
      throw new Error("Trace\nlast line");
    },
  };
  const runPython = (code) => called.push(code) && ["/site"];
  const unpackArchive = (bytes, kind, { extractDir }) =>
    called.push([Buffer.from(bytes).toString(), extractDir]);
  globalThis.loadPyodide = async () => ({
    runPython,
    unpackArchive,
    globals: new Map([["live_cells_runner", runner]]),
  });
  const answers = { "library.zip": new Response("abcde"), "none.zip": { status: 404 } };
  open([], {
    self: globalThis,
    postMessage: (message) => messages.push(message),
    fetch: async (name) => answers[name] ?? new Response("vwxyz"),
  });
  run(`${SCRIPTS}/worker.js`);
  const says = {
    fetching: "Fetching",
    starting: "Starting",
    importing: "Importing {}",
    absent: "{} is not there",
  };
  const root =
    "data:text/javascript,export const loadPyodide = globalThis.loadPyodide; export default 1; //";
  const given = {
    root,
    packages: [],
    setting: { a: 1 },
    imports: ["numpy"],
    fetched: { bytes: 10, wire: 4 },
    says,
  };
  const ask = (data) => globalThis.onmessage({ data });
  await ask({ id: 1, task: "start", library: "library.zip", ...given });
  const steps = messages.filter(({ step }) => step).map(({ step, done, had }) => [step, done, had]);
  assert.deepEqual(steps, [
    ["Fetching", 0, 0],
    ["Fetching", 0.35, 2],
    ["Starting", 0.7, 4],
    ["Importing numpy", 0.85, undefined],
  ]);
  assert.deepEqual(called.slice(1, 3), [
    ["vwxyz", ["/site"]],
    ["abcde", ["/site"]],
  ]);
  assert.deepEqual([called.at(-2), called.at(-1)], ['{"a":1}', "import numpy"]);
  await ask({ id: 2, task: "run", code: "1 + 1", space: "page" });
  await ask({ id: 3, task: "forget", space: "page" });
  await ask({ id: 4, task: "start", library: "none.zip", ...given });
  assert.deepEqual(
    messages.filter(({ id }) => id),
    [
      { id: 1, result: null },
      { id: 2, result: ["1 + 1", "page"] },
      { id: 3, failure: "last line" },
      { id: 4, failure: "none.zip (404) is not there" },
    ],
  );
});
