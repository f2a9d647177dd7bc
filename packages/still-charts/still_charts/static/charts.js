// Make the charts of a page interactive when the reader comes near. Without this script each chart
// is a drawing with a description and a table.
(() => {
  const {
    adopt,
    element,
    keepState,
    load,
    columnOf,
    nameParts,
    plain,
    readScene,
    restore,
    settingsOf,
    showChoice,
    says: SAYS,
  } = globalThis.stillCharts;
  const loadVega = () =>
    load("_static/vega.js").catch(() => {
      throw new Error(SAYS.noLibrary);
    });

  const cells = (tag, texts) =>
    texts.map((textContent) =>
      element(tag, tag === "th" ? { textContent, scope: "col" } : { textContent }),
    );

  // One tooltip for all charts. Vega passes the fields of the chart's tooltip as an object.
  let box;
  const showValues = (handler, event, item, values) => {
    if (!box) {
      box = element("div", { className: "chart-tooltip", hidden: true, "aria-hidden": "true" });
      document.body.append(box);
    }
    box.hidden = values == null || values === "";
    if (box.hidden) return;
    const pairs = typeof values === "object" ? Object.entries(values) : [["", values]];
    box.replaceChildren(
      element(
        "table",
        {},
        element("tbody", {}, ...pairs.map((pair) => element("tr", {}, ...cells("td", pair)))),
      ),
    );
    // Beside the pointer, inside the window.
    const { clientX: x, clientY: y } = event.touches?.[0] ?? event;
    const beside = (pointer, size, room) =>
      pointer + 12 + size < room ? pointer + 12 : Math.max(0, pointer - 12 - size);
    box.style.left = `${beside(x, box.offsetWidth, innerWidth)}px`;
    box.style.top = `${beside(y, box.offsetHeight, innerHeight)}px`;
  };

  const withMinus = (value) => String(value).replace(/^-(?=\d)/, "−");
  // Show the data of the current state, as a table above that of every state.
  const tabulate = (chart, view) => {
    const scroll = chart.querySelector(".chart-data .scroll");
    if (!scroll.querySelector(".chart-now"))
      scroll.prepend(element("div", { className: "chart-now" }));
    const now = scroll.querySelector(".chart-now");
    const layers = new Map();
    for (const { parts } of readScene(view).points) {
      const heads = parts.map(([key]) => key);
      const name = JSON.stringify(heads);
      if (!layers.has(name)) layers.set(name, [heads]);
      layers.get(name).push(parts.map(({ 1: value, exact }) => withMinus(exact ?? value)));
    }
    const tables = [...layers.values()].map(([heads, ...rows]) =>
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...cells("th", heads))),
        element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row)))),
      ),
    );
    tables[0]?.prepend(element("caption", { textContent: SAYS.now }));
    now.replaceChildren(...tables);
  };

  // The announcement of a state without words of its own: the controls, and the points and texts
  // that changed, if they are few.
  const FEW = 4;
  const changed = (before, now) => {
    const points = now.points.map(({ parts }) => parts.map((part) => part.join(": ")).join(", "));
    const added = (texts, earlier) => texts.filter((text) => !earlier.includes(text));
    const moved = added(points, before.points);
    return {
      points,
      words: now.words,
      news: [...added(now.words, before.words), ...(moved.length <= FEW ? moved : [])],
    };
  };

  // Update title, description, table and address with what the reader sets, and announce it when
  // she lets go.
  const followControls = (chart, view, program) => {
    const controls = adopt(chart, view, program);
    if (!controls.length) return;
    const bound = controls.filter(({ bind }) => bind);
    const { controls: followed, texts } = program.usermeta?.follow ?? {};
    const title = chart.querySelector(".chart-title");
    const drawing = chart.querySelector(".chart-view");
    const status = chart.querySelector(".chart-said");
    let description = drawing.getAttribute("aria-label");
    let waiting;
    let before = changed({ points: [], words: [] }, readScene(view));
    if (bound.length) tabulate(chart, view);
    const retitle = () => {
      const words = texts?.[JSON.stringify(followed.map((name) => plain(view.signal(name))))];
      if (words) [title.textContent, description] = words;
      const choice = showChoice(chart);
      drawing.setAttribute("aria-label", [description, choice].filter(Boolean).join(" "));
      nameParts(chart);
      return [words, choice];
    };
    retitle(); // charts of cells that run in the page have no words yet
    const update = () => {
      const [words, choice] = retitle();
      if (bound.length) view.runAfter(() => tabulate(chart, view));
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const now = changed(before, readScene(view));
        before = now;
        const said = words ?? [settingsOf(chart), ...now.news];
        status.textContent = [...said, choice].filter(Boolean).join(". ") || SAYS.wholeNow;
        keepState(chart);
      }, 600);
    };
    controls.forEach(({ name }) => view.addSignalListener(name, update));
  };

  // Tables that several charts read are stored on the page once (shared.py).
  const programOf = (chart) => {
    const tables = document.querySelector(".chart-tables")?.textContent ?? "{}";
    return JSON.parse(chart.querySelector(".chart-spec").textContent, (_, value) =>
      value?.shared ? JSON.parse(tables)[value.shared] : value,
    );
  };

  const wake = async (chart) => {
    await loadVega();
    const { vega } = globalThis;
    // Hidden from screen readers: .chart-view has the description.
    const stage = element("div", { className: "chart-live", "aria-hidden": "true" });
    // Mark the Chinese texts that Vega draws, so that browsers choose the right font.
    const { han } = chart.dataset;
    const mark = () =>
      stage.querySelectorAll("text:not([lang])").forEach((text) => {
        if (/\p{Script=Han}/u.test(text.textContent)) text.setAttribute("lang", han);
      });
    if (han)
      new MutationObserver(mark).observe(stage, {
        childList: true,
        subtree: true,
        characterData: true,
      });
    chart.querySelector(".chart-view").append(stage);
    const controls = element("div", {});
    const program = programOf(chart);
    const options = {
      container: stage,
      bind: controls,
      renderer: "svg",
      tooltip: showValues,
      logLevel: vega.Warn,
    };
    const view = new vega.View(vega.parse(program, null, { ast: true }), {
      ...options,
      expr: vega.expressionInterpreter,
    });
    await view.runAsync();
    followControls(chart, view, program);
    // Replace the drawing and the placeholders of controls when everything is ready.
    chart.querySelector(".chart-controls")?.replaceChildren(...controls.childNodes);
    chart.classList.add("is-live");
    chart.vegaView = view; // for scripts that draw on the chart
    const drawn = () => chart.dispatchEvent(new CustomEvent("chart-drawn", { bubbles: true }));
    view.addResizeListener(() => view.runAfter(drawn));
    // Vega misses a width that is just its margins smaller than the one before.
    if (program.autosize?.type === "fit-x")
      addEventListener("resize", () =>
        view.signal("width", stage.clientWidth, { force: true }).runAsync(),
      );
    drawn();
  };

  const alive = new WeakMap();
  const bringToLife = (chart) => {
    if (!alive.has(chart)) alive.set(chart, wake(chart));
    return alive.get(chart);
  };
  // Also called by walk.js, and for charts of cells that run in the page.
  globalThis.stillCharts.bringToLife = bringToLife;
  const first = document.querySelector(".chart");
  if (!first) return;

  const near = new IntersectionObserver(
    (entries) => {
      for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
        near.unobserve(target);
        bringToLife(target).catch((error) => console.error(error.message));
      }
    },
    { rootMargin: "400px" },
  );
  // Load the library with the first event of a reader.
  const watch = () =>
    document.querySelectorAll(".chart:not(.still)").forEach((chart) => near.observe(chart));
  ["pointermove", "pointerdown", "keydown", "scroll", "focusin"].forEach((sign) =>
    addEventListener(sign, watch, { once: true, passive: true }),
  );

  // Vega fits charts when the window is resized; the text column also changes with the theme's
  // sidebars.
  let width;
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    dispatchEvent(new Event("resize"));
  }).observe(columnOf(first));
  addEventListener("hashchange", restore);
  restore().catch((error) => console.error(error.message));
})();
