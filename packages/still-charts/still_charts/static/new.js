// Make charts in the page, such as for cells that run in it: a Vega-Lite specification becomes a
// chart like those of the book. The compiler and the book's colours are fetched for the first one.
(() => {
  const { element, addressOf, load, says: SAYS } = globalThis.stillCharts;

  let fetched;
  const look = () =>
    (fetched ??= fetch(addressOf("_static/vega-lite.json")).then((answer) => answer.json()));

  const merge = (kept, added) =>
    Object.entries(added).reduce(
      (made, [key, value]) => ({
        ...made,
        [key]:
          typeof value === "object" && typeof made[key] === "object"
            ? merge(made[key], value)
            : value,
      }),
      kept,
    );
  const inColours = (spec, { theme, colours }) => {
    let text = JSON.stringify({
      ...spec,
      title: undefined,
      config: merge(spec.config ?? {}, theme),
    });
    for (const [colour, variable] of Object.entries(colours)) {
      text = text.replaceAll(JSON.stringify(colour), JSON.stringify(variable));
    }
    return JSON.parse(text);
  };

  const rows = (spec) => {
    const tables = Object.values(spec.datasets ?? {}).filter(
      (set) => Array.isArray(set) && set.length,
    );
    const text = JSON.stringify({ ...spec, datasets: undefined });
    return tables.map((set) => {
      const fields = Object.keys(set[0]).filter((field) =>
        text.includes(`"field":${JSON.stringify(field)}`),
      );
      const line = (kind, values) =>
        element("tr", {}, ...values.map((value) => element(kind, { textContent: value ?? "–" })));
      return element(
        "table",
        {},
        line("th", fields),
        ...set.slice(0, 500).map((row) =>
          line(
            "td",
            fields.map((field) => row[field]),
          ),
        ),
      );
    });
  };

  // Create the element of a chart and start to draw it.
  const make = (spec) => {
    const words = (part) => (Array.isArray(part) ? part.join(" ") : (part ?? ""));
    const title =
      typeof spec.title === "object" && !Array.isArray(spec.title)
        ? spec.title
        : { text: spec.title };
    const name = element("p", { className: "chart-title", textContent: words(title.text) });
    const description = spec.description || words(title.text) || SAYS.untold;
    const view = element("div", {
      className: "chart-view",
      role: "img",
      "aria-label": description,
    });
    const made = element("div", { className: "chart" }, name);
    if (title.subtitle)
      made.append(
        element("p", { className: "chart-subtitle", textContent: words(title.subtitle) }),
      );
    const data = element(
      "details",
      { className: "chart-data" },
      element("summary", { textContent: SAYS.fold }),
    );
    const scroll = {
      className: "scroll",
      tabIndex: 0,
      role: "region",
      "aria-label": SAYS.data(words(title.text)),
    };
    data.append(element("div", scroll, ...rows(spec)));
    const said = element("p", { className: "chart-said", role: "status" });
    made.append(element("div", { className: "chart-controls" }), view, said, data);
    const draw = async () => {
      const [colours] = await Promise.all([look(), load("_static/vega-lite.js")]);
      made.dataset.han = colours.han;
      const { spec: program } = globalThis.vegaLite(inColours(spec, colours));
      if (!(program.signals ?? []).some((signal) => signal.bind))
        made.querySelector(".chart-controls").remove();
      made.append(
        element("script", {
          type: "application/json",
          className: "chart-spec",
          textContent: JSON.stringify(program),
        }),
      );
      await globalThis.stillCharts.bringToLife(made);
    };
    draw().catch((error) =>
      view.replaceChildren(element("p", { textContent: SAYS.noChart(error.message) })),
    );
    return made;
  };

  // Scripts that run cells show other types of output by these renderers.
  (globalThis.cellRenderers ??= []).push({
    shows: (kind) => kind.includes("vegalite"),
    render: make,
  });
})();
