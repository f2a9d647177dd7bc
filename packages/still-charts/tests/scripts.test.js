// Test the scripts of charts on scenes of the real Vega.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { readFileSync } = require("node:fs");
const { bubble, make, open, press, run, settle } = require("./document.js");

const SCRIPTS = `${__dirname}/../still_charts/static`;
const PROGRAMS = JSON.parse(readFileSync(process.env.PROGRAMS, "utf-8"));
globalThis.window = globalThis;
globalThis.addEventListener = () => {};
run(process.env.VEGA);
const vega = globalThis.vega;
// A view without a container has the same scene.
class View extends vega.View {
  constructor(runtime, { tooltip }) {
    super(runtime, { renderer: "none" });
    Object.assign(this, { tooltip, addResizeListener() {} });
  }
}

const tableOf = (...rows) => {
  const row = (tag, texts) =>
    make(
      "tr",
      texts.map((text) => make(tag, text)),
    );
  return make("table", [
    make("thead", row("th", rows[0])),
    make(
      "tbody",
      rows.slice(1).map((texts) => row("td", texts)),
    ),
  ]);
};
const chartOf = (program, kind = "div.chart") =>
  make(kind, [
    make("p.chart-title", "Output, doubled"),
    make("div.chart-controls"),
    make("div.chart-view"),
    make("p.chart-said"),
    make("script.chart-spec", JSON.stringify(program)),
    make("details.chart-data", [
      make("summary"),
      make("div.scroll", tableOf(["Place", "GDP"], ["A, B", "10"], ['"C"', "20"])),
    ]),
  ]);
const saidOf = (chart) => chart.querySelector(".chart-said").textContent;

// Open a page with a chart and scripts; Vega is already loaded.
const load = (chart, ...scripts) => {
  class Observer {
    observe() {}
    unobserve() {}
  }
  open([make("main", chart)], {
    vega: { ...vega, View },
    IntersectionObserver: Observer,
    ResizeObserver: Observer,
  });
  globalThis.cellRenderers = undefined;
  run(`${SCRIPTS}/dom.js`);
  const shared = globalThis.stillCharts;
  Object.defineProperty(shared, "load", { value: async () => {}, writable: true });
  shared.lay = (ring, walked, box) => {
    shared.ring = box;
    walked.append(ring);
  };
  run(...scripts.map((name) => `${SCRIPTS}/${name}.js`));
  return shared;
};
const walk = (chart, more = {}) => {
  const shared = load(chart, "scene", "choose", "charts");
  Object.assign(shared, more);
  run(`${SCRIPTS}/walk.js`);
  const view = chart.querySelector(".chart-view");
  return async (...keys) => {
    for (const key of keys) await press(view, key);
    await new Promise((resolve) =>
      setTimeout(resolve, chart.vegaView || chart.matches(".still") ? 0 : 300),
    );
    return saidOf(chart);
  };
};

test("scene: points have names, values and the titles of their axes", async () => {
  const { readScene } = load(chartOf(PROGRAMS.lines), "scene");
  const view = await new View(vega.parse(PROGRAMS.lines), {}).runAsync();
  const { points, axes, words } = readScene(view);
  assert.deepEqual(
    axes.map(({ name, channel }) => [name, channel]),
    [
      ["Year", "x"],
      ["GDP (million)", "y"],
    ],
  );
  assert.deepEqual(
    points.map(({ parts }) => parts.map((part) => part.join(": ")).join(", ")).sort(),
    [
      "Place: A, Year: 2010, GDP (million): 10",
      "Place: A, Year: 2020, GDP (million): 15",
      "Place: B, Year: 2010, GDP (million): 20",
      "Place: B, Year: 2020, GDP (million): 30.5",
      "Year: 2015, GDP (million): 12", // of a layer without titles
    ],
  );
  assert.deepEqual(words, ["A note"]);
  const { x1, x2, y1, y2 } = points.find(({ parts }) =>
    parts.some(([, value]) => value === "30.5"),
  ).box;
  assert.deepEqual(
    [(x1 + x2) / 2, (y1 + y2) / 2].map(Math.round),
    [2020, 30.5].map((value, i) => Math.round(view.scale("xy"[i])(value))),
  );
});

test("walk: arrows lead along axes and series and down to a point", async () => {
  const chart = chartOf(PROGRAMS.lines);
  const keys = walk(chart);
  assert.equal(await keys("ArrowDown"), "Horizontal axis, Year, from 2,010 to 2,020 (1 of 5)");
  assert.ok(chart.matches(".is-walked") && chart.querySelector(".chart-walked"));
  assert.match(
    await keys("ArrowRight"),
    /^Vertical axis, GDP \(million\), from 0 to 3[05] \(2 of 5\)$/,
  );
  assert.equal(await keys("ArrowRight"), "Place: B, A (3 of 5)"); // in the order of the legend
  assert.equal(await keys("ArrowDown", "End"), "A: 2 points (2 of 2)");
  assert.equal(await keys("ArrowDown"), "Place: A, Year: 2010, GDP (million): 10 (1 of 2)");
  assert.ok(Math.abs(stillCharts.ring.x1 + stillCharts.ring.x2) < 10);
  // the first stays
  assert.equal(await keys("ArrowLeft"), "Place: A, Year: 2010, GDP (million): 10 (1 of 2)");
  assert.equal(await keys("ArrowUp", "ArrowUp", "End"), "Written on the drawing: A note (5 of 5)");
  assert.equal(
    await keys("Home", "ArrowDown", "ArrowDown"),
    "Place: A, Year: 2010, GDP (million): 10 (1 of 2)",
  );
  assert.equal(await keys("ArrowUp", "ArrowUp", "ArrowUp"), "Output, doubled");
  assert.equal(await keys("ArrowDown", "Escape"), "");
  assert.ok(!chart.matches(".is-walked") && !chart.querySelector(".chart-walked"));
  await keys("t");
  assert.equal(document.activeElement, chart.querySelector(".scroll"));
  assert.ok(chart.querySelector(".chart-data").open);
});

test("walk: bars by name, a map by place, and no key that belongs to the browser", async () => {
  const bars = walk(chartOf(PROGRAMS.bars));
  assert.equal(await bars("ArrowDown"), "Horizontal axis, Place, from A to B (1 of 3)");
  assert.equal(await bars("ArrowDown"), "A: 1 point (1 of 2)");
  const chart = chartOf(PROGRAMS.map);
  const keys = walk(chart);
  assert.equal(await keys("ArrowDown"), "Places: 2 points");
  assert.equal(await keys("ArrowDown"), "A, GDP per head (yuan): 116 (1 of 2)");
  const event = await press(chart.querySelector(".chart-view"), "ArrowRight", { ctrlKey: true });
  assert.ok(!event.defaultPrevented && saidOf(chart).endsWith("(1 of 2)"));
});

test("walk: a drawing, and a chart without its library, by the rows of the table", async () => {
  assert.equal(
    await walk(chartOf(PROGRAMS.lines, "div.chart.still"))("ArrowDown"),
    "Table: 2 rows",
  );
  const keys = walk(chartOf(PROGRAMS.lines), {
    bringToLife: async () => {
      throw new Error("No library.");
    },
  });
  assert.equal(await keys("ArrowDown"), "No library. Table: 2 rows");
  assert.equal(await keys("ArrowDown", "ArrowRight"), 'Place: "C", GDP: 20 (2 of 2)');
});

test("charts: a table that charts share is looked up; values stay inside the window", async () => {
  const shared = {
    ...PROGRAMS.bars,
    data: PROGRAMS.bars.data.map((table) =>
      table.values ? { ...table, values: { shared: "t" } } : table,
    ),
  };
  const chart = chartOf(shared);
  const { bringToLife } = load(chart, "scene", "choose", "charts");
  document.body.append(
    make(
      "script.chart-tables",
      JSON.stringify({ t: PROGRAMS.bars.data.find(({ values }) => values).values }),
    ),
  );
  Object.assign(globalThis, { innerWidth: 300, innerHeight: 500 });
  await bringToLife(chart);
  assert.match(chart.querySelector(".chart-now").textContent, /A10B20$/);
  const show = (values) =>
    chart.vegaView.tooltip(null, { clientX: 290, clientY: 100 }, null, values);
  show({ GDP: 10 });
  const box = Object.assign(document.querySelector(".chart-tooltip"), {
    offsetWidth: 80,
    offsetHeight: 40,
  });
  show({ GDP: 10 });
  assert.deepEqual([box.textContent, box.style.left, box.style.top], ["GDP10", "198px", "112px"]);
  show("");
  assert.ok(box.hidden);
});

test("keep: the numbers become a CSV file under the chart's title", async () => {
  const chart = chartOf({});
  const shared = load(chart, "choose", "keep");
  let file;
  shared.save = (name, blob) => {
    file = { name, blob };
  };
  const data = chart.querySelector(".chart-data");
  data
    .querySelector(".scroll")
    .replaceChildren(
      tableOf(["Place", "GDP"], ["A, B", "10"], ['"C"', "20"], ["D", "–"], ["E", "−3.5"]),
    );
  data.querySelector(".scroll").prepend(make("div.chart-now", tableOf(["drawn"], ["now"])));
  document.dispatchEvent(bubble("toggle", data));
  const buttons = chart.querySelectorAll("button");
  assert.deepEqual(
    buttons.map((button) => button.getAttribute("aria-label")),
    ["Large view", "Save as PNG", "Save as CSV", "Copy link"].map(
      (name) => `${name}: Output, doubled`,
    ),
  );
  buttons[2].click();
  assert.equal(file.name, "output-doubled.csv");
  assert.equal(
    Buffer.from(await file.blob.arrayBuffer()).toString(),
    '\ufeffPlace,GDP\r\n"A, B",10\r\n"""C""",20\r\nD,\r\nE,-3.5\r\n',
  );
});

test("choose: places and years are set by fields and by the address", async () => {
  const chart = chartOf(PROGRAMS.chosen);
  chart.append(make("details.chart-choose", make("summary")));
  const { adopt, ...shared } = load(
    make("figure", chart, { id: "fig-a" }),
    "scene",
    "choose",
    "charts",
  );
  Object.assign(globalThis, {
    history: {
      replaceState: (state, title, hash) => {
        location.hash = hash;
      },
    },
  });
  const rows = () =>
    chart
      .querySelectorAll(".scroll table")
      .at(-1)
      .rows.filter(({ hidden }) => !hidden)
      .map(({ textContent }) => textContent);
  chart
    .querySelector(".scroll")
    .replaceChildren(tableOf(["Place", "Year"], ["A", "2010"], ["B", "2020"]));
  chart.querySelectorAll("th").forEach((head, at) => {
    head.className = ["choose-places", "choose-years"][at];
  });
  const signals = () => ["places", "from", "to", "year"].map((name) => chart.vegaView.signal(name));
  const whole = [null, 2010, 2020, 2010];
  const visit = async (state) => {
    location.hash = `#fig-a?${state}`;
    await shared.restore();
    return signals();
  };
  for (const state of [
    "places=C",
    "places=A,C",
    "places=",
    "places=%E0",
    "from=2020&to=2010",
    "from=2015",
    "from=1e9",
    "year=constructor",
    "__proto__=A",
    "places=A&places=B",
    "places",
    "from=2010);alert(1)",
    "places=%3Cimg%20src=x%20onerror=alert(1)%3E",
    "x=1&places=A",
  ]) {
    assert.deepEqual(await visit(state), whole, state);
  }
  assert.deepEqual(await visit("places=B&from=2020&year=2020"), [["B"], 2020, 2020, 2020]);
  const said = () => chart.querySelector(".chart-chosen").textContent;
  assert.equal(said(), "You see B, 2020; the title describes all places and years.");
  assert.ok(chart.querySelector(".chart-view").getAttribute("aria-label").endsWith(said()));
  assert.deepEqual(rows(), ["PlaceYear", "B2020"]);
  assert.equal(
    shared.linkTo(chart),
    "https://book.invalid/page.html#fig-a?year=2020&places=B&from=2020",
  );
  const [a, b, from, to] = chart.querySelectorAll("input, select");
  assert.deepEqual([a.checked, b.checked, from.value, to.value], [false, true, "2020", "2020"]);
  const change = async (field, changes) => {
    Object.assign(field, changes).dispatchEvent(new Event("change"));
    await settle();
    await settle();
  };
  await change(to, { value: "2010" });
  assert.deepEqual(signals(), [["B"], 2010, 2010, 2020]); // the other end goes along
  await change(a, { checked: true });
  assert.deepEqual([chart.vegaView.signal("places"), a.checked], [null, false]); // all is the whole
  chart.querySelector("button").click();
  await settle();
  assert.deepEqual(
    [...signals().slice(0, 3), rows().length, chart.querySelector(".chart-chosen").hidden],
    [null, 2010, 2020, 3, true],
  );
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.equal(location.hash, "#fig-a?year=2020");
});

test("new: a chart of a cell has words, table and colours, or says why it has none", async () => {
  const look = {
    theme: { axis: { gridColor: "grey" } },
    colours: { "#8c2d04": "var(--brand)" },
    han: "zh",
  };
  const shared = load(make("p"), "new");
  const [{ shows, render }] = globalThis.cellRenderers;
  assert.ok(shows("application/vnd.vegalite.v6+json") && !shows("text/html"));
  let compiled;
  Object.assign(globalThis, {
    fetch: async () => ({ json: async () => look }),
    vegaLite: (spec) => ((compiled = spec), { spec: PROGRAMS.bars }),
  });
  shared.bringToLife = async (chart) => {
    shared.alive = chart;
  };
  const spec = {
    title: { text: ["In", "2010"], subtitle: "Two" },
    config: { axis: { grid: true } },
    mark: { color: "#8c2d04" },
    encoding: { x: { field: "place" } },
    datasets: { d: [{ place: "A", other: 1 }] },
  };
  const chart = render(spec);
  await settle();
  assert.deepEqual(compiled.config, { axis: { grid: true, gridColor: "grey" } });
  assert.ok(
    compiled.mark.color === "var(--brand)" &&
      !("title" in compiled) &&
      shared.alive === chart &&
      chart.dataset.han === "zh",
  );
  assert.deepEqual(
    [".chart-title", ".chart-subtitle", "table"].map(
      (part) => chart.querySelector(part).textContent,
    ),
    ["In 2010", "Two", "placeA"],
  );
  globalThis.vegaLite = () => {
    throw new Error("no mark");
  };
  const broken = render(spec);
  await settle();
  assert.equal(
    broken.querySelector(".chart-view").textContent,
    "This chart cannot be drawn: no mark.",
  );
});

test("dom: what lies on a chart moves and shrinks with its drawing", () => {
  const chart = make("div.chart", make("div.chart-live", make("svg", make("g.root"))));
  open([chart]);
  chart.querySelector(".root").getScreenCTM = () => ({ a: 0.5, e: 120, f: 60 });
  chart.querySelector(".chart-live").getBoundingClientRect = () => ({ left: 100, top: 50 });
  run(`${SCRIPTS}/dom.js`);
  const ring = make("div");
  globalThis.stillCharts.lay(ring, chart, { x1: 10, y1: 20, x2: 30, y2: 60 }, 3);
  assert.deepEqual(ring.style, { left: "22px", top: "17px", width: "16px", height: "26px" });
});
