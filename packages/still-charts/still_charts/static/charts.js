// Brings the charts of a page to life when the reader comes near. Without this script each chart
// is still there: drawn, described and as a table.
(() => {
  const { element, load, columnOf, nameParts, readScene, says: SAYS } = globalThis.stillCharts;
  const loadVega = () =>
    load("_static/vega.js").catch(() => {
      throw new Error(SAYS.noLibrary);
    });

  const cells = (tag, texts) => texts.map((textContent) => element(tag, tag === "th" ? { textContent, scope: "col" } : { textContent }));

  // One box for every chart's values. Vega hands over the fields that the chart names, as an object.
  let box;
  const showValues = (handler, event, item, values) => {
    if (!box) {
      box = element("div", { className: "chart-tooltip", hidden: true, "aria-hidden": "true" });
      document.body.append(box);
    }
    box.hidden = values == null || values === "";
    if (box.hidden) return;
    const pairs = typeof values === "object" ? Object.entries(values) : [["", values]];
    box.replaceChildren(element("table", {}, element("tbody", {}, ...pairs.map((pair) => element("tr", {}, ...cells("td", pair))))));
    // Beside the pointer, inside the window.
    const { clientX: x, clientY: y } = event.touches?.[0] ?? event;
    const beside = (pointer, size, room) => (pointer + 12 + size < room ? pointer + 12 : Math.max(0, pointer - 12 - size));
    box.style.left = `${beside(x, box.offsetWidth, innerWidth)}px`;
    box.style.top = `${beside(y, box.offsetHeight, innerHeight)}px`;
  };

  // The numbers drawn now, as a table above that of every state.
  const tabulate = (chart, view) => {
    const scroll = chart.querySelector(".chart-data .scroll");
    if (!scroll.querySelector(".chart-now")) scroll.prepend(element("div", { className: "chart-now" }));
    const now = scroll.querySelector(".chart-now");
    const layers = new Map();
    for (const { parts } of readScene(view).points) {
      const heads = parts.map(([key]) => key);
      const name = JSON.stringify(heads);
      if (!layers.has(name)) layers.set(name, [heads]);
      layers.get(name).push(parts.map(({ 1: value, exact }) => exact ?? value));
    }
    const tables = [...layers.values()].map(([heads, ...rows]) =>
      element("table", {}, element("thead", {}, element("tr", {}, ...cells("th", heads))),
        element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row))))));
    tables[0]?.prepend(element("caption", { textContent: SAYS.now }));
    now.replaceChildren(...tables);
  };

  // What a reader who does not see the chart is told of a state for which no words were written:
  // the controls, and what is written or drawn differently, where that is short.
  const FEW = 4;
  const changed = (before, now) => {
    const points = now.points.map(({ parts }) => parts.map((part) => part.join(": ")).join(", "));
    const news = (after, had) => after.filter((text) => !had.includes(text));
    const moved = news(points, before.points);
    return { points, words: now.words, news: [...news(now.words, before.words), ...(moved.length <= FEW ? moved : [])] };
  };

  // Title, description and table follow the controls, and what changed is said once the reader lets go.
  const followControls = (chart, view, program) => {
    const controls = (program.signals ?? []).filter(({ bind }) => bind);
    if (!controls.length) return;
    const { controls: followed, texts } = program.usermeta?.follow ?? {};
    const title = chart.querySelector(".chart-title");
    const drawing = chart.querySelector(".chart-view");
    const said = chart.querySelector(".chart-said");
    // A slider of tenths stands at 0.30000000000000004.
    const plain = (value) => (typeof value === "number" ? Number(value.toPrecision(10)) : value);
    const state = () => controls.map(({ name, bind }) => `${(bind.name ?? name).trim().replace(/:$/, "")} ${plain(view.signal(name))}`).join(", ");
    let waiting;
    let before = changed({ points: [], words: [] }, readScene(view));
    tabulate(chart, view);
    const retitle = () => {
      const words = texts?.[JSON.stringify(followed.map((name) => plain(view.signal(name))))];
      if (words) {
        title.textContent = words[0];
        drawing.setAttribute("aria-label", words[1]);
        nameParts(chart);
      }
      return words;
    };
    retitle(); // the chart of a cell that ran in the page has the words of no state yet
    const tell = () => {
      const words = retitle();
      view.runAfter(() => tabulate(chart, view));
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const now = changed(before, readScene(view));
        before = now;
        said.textContent = (words ?? [state(), ...now.news]).join(". ");
      }, 600);
    };
    controls.forEach(({ name }) => view.addSignalListener(name, tell));
  };

  // A table that several charts read stands on the page once (shared.py).
  const programOf = (chart) => {
    const tables = document.querySelector(".chart-tables")?.textContent ?? "{}";
    return JSON.parse(chart.querySelector(".chart-spec").textContent, (_, value) =>
      value?.shared ? JSON.parse(tables)[value.shared] : value);
  };

  const wake = async (chart) => {
    await loadVega();
    const { vega } = globalThis;
    // The description on .chart-view speaks for both.
    const stage = element("div", { className: "chart-live", "aria-hidden": "true" });
    // Vega draws texts anew; a browser needs to know which are Chinese, to choose their font.
    const { han } = chart.dataset;
    const mark = () =>
      stage.querySelectorAll("text:not([lang])").forEach((text) => {
        if (/\p{Script=Han}/u.test(text.textContent)) text.setAttribute("lang", han);
      });
    if (han) new MutationObserver(mark).observe(stage, { childList: true, subtree: true, characterData: true });
    chart.querySelector(".chart-view").append(stage);
    const controls = element("div", {});
    const program = programOf(chart);
    const options = { container: stage, bind: controls, renderer: "svg", tooltip: showValues, logLevel: vega.Warn };
    const view = new vega.View(vega.parse(program), options);
    await view.runAsync();
    followControls(chart, view, program);
    // The drawing gives its place, and the switch's room to the switch, when all is there.
    chart.querySelector(".chart-controls")?.replaceChildren(...controls.childNodes);
    chart.classList.add("is-live");
    chart.vegaView = view; // others draw on the chart: a reader's guess
    const drawn = () => chart.dispatchEvent(new CustomEvent("chart-drawn", { bubbles: true }));
    view.addResizeListener(() => view.runAfter(drawn));
    drawn();
  };

  const alive = new WeakMap();
  const bringToLife = (chart) => {
    if (!alive.has(chart)) alive.set(chart, wake(chart));
    return alive.get(chart);
  };
  // Who walks one by keyboard asks for it too, and a cell that runs in the page draws new ones.
  globalThis.stillCharts.bringToLife = bringToLife;
  const first = document.querySelector(".chart");
  if (!first) return;

  const near = new IntersectionObserver((entries) => {
    for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
      near.unobserve(target);
      bringToLife(target).catch((error) => console.error(error.message));
    }
  }, { rootMargin: "400px" });
  // The library comes with the first sign that somebody is there: until then the drawings say what the charts would.
  const watch = () => document.querySelectorAll(".chart:not(.still)").forEach((chart) => near.observe(chart));
  ["pointermove", "pointerdown", "keydown", "scroll", "focusin"].forEach((sign) => addEventListener(sign, watch, { once: true, passive: true }));

  // Vega fits its charts to the window, while the theme's sidebars are still on their way: it is told of the text's width too.
  let width;
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    dispatchEvent(new Event("resize"));
  }).observe(columnOf(first));
})();
