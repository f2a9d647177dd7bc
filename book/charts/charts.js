// Brings the charts of a page to life when the reader comes near. Without this script each chart
// is still there: drawn, described and as a table.
(() => {
  const root = document.documentElement.dataset.content_root || "./";
  let library;

  const loadVega = () =>
    (library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root}_static/vega.js`;
      script.onload = () => resolve(window.vega);
      script.onerror = () => reject(new Error("The chart library could not be loaded; the drawings stay."));
      document.head.append(script);
    }));

  // One box for every chart's values. Vega hands over the fields that the chart names, as an object.
  let box;
  const showValues = (handler, event, item, values) => {
    if (!box) {
      box = Object.assign(document.createElement("div"), { className: "chart-tooltip", hidden: true });
      box.setAttribute("aria-hidden", "true");
      document.body.append(box);
    }
    box.hidden = values == null || values === "";
    if (box.hidden) return;
    const table = document.createElement("table");
    for (const [name, value] of typeof values === "object" ? Object.entries(values) : [["", values]]) {
      const row = table.insertRow();
      row.insertCell().textContent = name;
      row.insertCell().textContent = value;
    }
    box.replaceChildren(table);
    // Beside the pointer, inside the window.
    const { clientX: x, clientY: y } = event.touches?.[0] ?? event;
    const place = (pointer, size, room) => (pointer + 12 + size < room ? pointer + 12 : Math.max(0, pointer - 12 - size));
    box.style.left = `${place(x, box.offsetWidth, innerWidth)}px`;
    box.style.top = `${place(y, box.offsetHeight, innerHeight)}px`;
  };

  // Title and description follow the controls, and what changed is said once the reader lets go.
  const followControls = (chart, view, { controls, texts }) => {
    const title = chart.querySelector(".chart-title");
    const drawing = chart.querySelector(".chart-view");
    const said = chart.querySelector(".chart-said");
    let waiting;
    const tell = () => {
      // A slider of tenths stands at 0.30000000000000004.
      const plain = (value) => (typeof value === "number" ? Number(value.toPrecision(10)) : value);
      const words = texts[JSON.stringify(controls.map((name) => plain(view.signal(name))))];
      if (!words) return;
      title.textContent = words[0];
      drawing.setAttribute("aria-label", words[1]);
      clearTimeout(waiting);
      waiting = setTimeout(() => (said.textContent = words.join(". ")), 600);
    };
    controls.forEach((name) => view.addSignalListener(name, tell));
  };

  // A table that several charts read stands on the page once (shared.py).
  const programOf = (chart) => {
    const tables = document.querySelector(".chart-tables")?.textContent ?? "{}";
    return JSON.parse(chart.querySelector(".chart-spec").textContent, (_, value) =>
      value?.shared ? JSON.parse(tables)[value.shared] : value);
  };

  const bringToLife = async (chart) => {
    const vega = await loadVega();
    const stage = document.createElement("div");
    stage.className = "chart-live";
    stage.setAttribute("aria-hidden", "true"); // the description on .chart-view speaks for both
    // Vega draws texts anew; a browser needs to know which are Chinese, to choose their font.
    new MutationObserver(() =>
      stage.querySelectorAll("text:not([lang])").forEach((text) => {
        if (/\p{Script=Han}/u.test(text.textContent)) text.setAttribute("lang", "zh-Hans");
      }),
    ).observe(stage, { childList: true, subtree: true, characterData: true });
    chart.querySelector(".chart-view").append(stage);
    const controls = document.createElement("div");
    const program = programOf(chart);
    const view = new vega.View(vega.parse(program), {
      container: stage,
      bind: controls,
      renderer: "svg",
      tooltip: showValues,
      logLevel: vega.Warn,
    });
    await view.runAsync();
    if (program.usermeta?.follow) followControls(chart, view, program.usermeta.follow);
    // The drawing gives its place, and the switch's room to the switch, when all is there.
    chart.querySelector(".chart-controls")?.replaceChildren(...controls.childNodes);
    chart.classList.add("is-live");
    // Others draw on the chart: a reader's guess.
    chart.vegaView = view;
    const drawn = () => chart.dispatchEvent(new CustomEvent("chart-drawn", { bubbles: true }));
    view.addResizeListener(() => view.runAfter(drawn));
    drawn();
  };

  // A cell that runs in the page draws new ones.
  globalThis.bookCharts = { bringToLife };
  if (!document.querySelector(".chart")) return;

  const near = new IntersectionObserver(
    (entries) =>
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach(({ target }) => {
          near.unobserve(target);
          bringToLife(target).catch((error) => console.error(error.message));
        }),
    { rootMargin: "400px" },
  );
  document.querySelectorAll(".chart:not(.still)").forEach((chart) => near.observe(chart));

  // Vega fits its charts when the window changes, while the theme's sidebars are still on their way:
  // so tell it again of every width that the text comes to have.
  let width;
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    dispatchEvent(new Event("resize"));
  }).observe(document.querySelector(".bd-article"));
})();
