// What a reader sets on a chart: its controls, and the places and years that it shows. After the
// first change the state stands in the address, as #figure?places=Tianjin,Hebei&from=2015. An
// address is data: what is no option is ignored.
(() => {
  const { element, tablesOf, says: SAYS } = globalThis.stillCharts;
  const MANY = 8; // places that a sentence names
  const known = new WeakMap();
  // A slider in tenths has values such as 0.30000000000000004.
  const plain = (value) => (typeof value === "number" ? Number(value.toPrecision(10)) : value);
  const write = (value) =>
    [value]
      .flat()
      .map((part) => encodeURIComponent(plain(part)))
      .join(",");
  const nameOf = (chart) => chart.parentElement?.id || chart.id;

  // List what can be set, with its options; keep view and controls of a chart.
  const adopt = (chart, view, { signals = [], usermeta }) => {
    const choose = usermeta?.choose ?? {};
    const options = new Map(
      [
        ["places", choose.places],
        ["from", choose.years],
        ["to", choose.years],
      ].filter(([, all]) => all),
    );
    const controls = signals
      .filter(({ name, bind }) => bind || options.has(name))
      .map(({ name, value, bind }) => ({
        name,
        value,
        bind,
        options: bind ? bind.options : options.get(name),
        many: !bind && name === "places",
      }));
    known.set(chart, { view, controls, choose });
    if (options.size) makeChooser(chart);
    return controls;
  };

  const stateOf = (chart) => {
    const { view, controls } = known.get(chart) ?? { controls: [] };
    return controls
      .map(({ name, value }) => [name, write(value), write(view.signal(name))])
      .flatMap(([name, before, now]) => (now === before ? [] : [`${name}=${now}`]))
      .join("&");
  };

  // Read a value from the address; undefined if the control does not have it.
  const read = ({ options, bind, many }, text) => {
    if (many) {
      const named = new Set(text.split(","));
      const chosen = options.filter((option) => named.has(String(option)));
      return chosen.length === named.size ? chosen : undefined;
    }
    if (options) return options.find((option) => String(option) === text);
    if (bind.input === "checkbox") return [true, false].find((option) => String(option) === text);
    return text.trim() && text >= bind.min && text <= bind.max ? Number(text) : undefined;
  };

  // Read a whole state as pairs of a control's name and value; null if any part is wrong.
  const readState = (chart, text) => {
    const { view, controls } = known.get(chart);
    const values = new Map();
    for (const [name, given] of new URLSearchParams(text)) {
      const control = controls.find((one) => one.name === name);
      const value = control && read(control, given);
      if (value === undefined || values.has(name)) return null;
      values.set(name, value);
    }
    const [from, to] = controls.some(({ name, bind }) => name === "from" && !bind)
      ? ["from", "to"].map((end) => values.get(end) ?? view.signal(end))
      : [0, 0];
    return from <= to ? values : null;
  };

  // The address of a chart in its state: that of the book's site, if it has one.
  const linkTo = (chart) => {
    const [page] = (document.querySelector("link[rel^='canonical']") ?? location).href.split("#");
    const state = stateOf(chart);
    return `${page}#${nameOf(chart)}${state && `?${state}`}`;
  };
  const keepState = (chart) => {
    try {
      history.replaceState(history.state, "", `#${linkTo(chart).split("#")[1]}`);
    } catch {} // a browser may forbid it to a page in a folder
  };

  const restore = async () => {
    const [, name, text] = location.hash.match(/^#([^?]+)\?(.+)$/) ?? [];
    const place = name && document.getElementById(name);
    const chart = place && (place.matches(".chart") ? place : place.querySelector(".chart"));
    if (!chart) return;
    place.scrollIntoView();
    await globalThis.stillCharts.bringToLife(chart);
    const values = readState(chart, text);
    if (!values) return;
    await set(chart, values);
    place.scrollIntoView();
  };

  const set = (chart, values) => {
    const { view } = known.get(chart);
    for (const [name, value] of values) view.signal(name, value);
    return view.runAsync();
  };

  // The fields in which a reader chooses. Nothing ticked is everything, so a chart is never empty.
  const makeChooser = (chart) => {
    const box = chart.querySelector(".chart-choose");
    const {
      view,
      choose: { places = [], years = [], noun },
    } = known.get(chart);
    if (!box) return;
    const labelled = (text, field, late) =>
      element("label", {}, ...(late ? [text, field] : [field, text]));
    const boxes = places.map((place) =>
      element("input", { type: "checkbox", value: String(place) }),
    );
    const ends = (years.length ? ["from", "to"] : []).map((end) => [
      end,
      element(
        "select",
        {},
        ...years.map((year) => element("option", { value: String(year), textContent: year })),
      ),
    ]);
    const sync = () => {
      const chosen = places.length ? view.signal("places") : null;
      boxes.forEach((tick, index) => {
        tick.checked = Boolean(chosen?.includes(places[index]));
      });
      ends.forEach(([end, field]) => {
        field.value = String(view.signal(end));
      });
    };
    const pick = () => {
      const chosen = places.filter((_, index) => boxes[index].checked);
      set(chart, [["places", chosen.length && chosen.length < places.length ? chosen : null]]);
    };
    boxes.forEach((tick) => tick.addEventListener("change", pick));
    ends.forEach(([end, field]) =>
      field.addEventListener("change", () => {
        const year = years.find((one) => String(one) === field.value);
        const bound = end === "from" ? Math.max : Math.min; // the other end goes along
        set(
          chart,
          ["from", "to"].map((other) => [
            other,
            other === end ? year : bound(year, view.signal(other)),
          ]),
        );
      }),
    );
    const all = element("button", { type: "button", textContent: SAYS.whole });
    all.addEventListener("click", () =>
      set(chart, [
        ...(boxes.length ? [["places", null]] : []),
        ...ends.map(([end], at) => [end, years.at(-at)]),
      ]),
    );
    const fieldset = (legend, ...fields) =>
      fields.length
        ? [element("fieldset", {}, element("legend", { textContent: legend }), ...fields)]
        : [];
    box.append(
      ...fieldset(
        SAYS.only(noun),
        ...boxes.map((tick, index) => labelled(String(places[index]), tick)),
      ),
      ...fieldset(SAYS.years, ...ends.map(([end, field]) => labelled(SAYS.ends[end], field, true))),
      all,
    );
    [...(boxes.length ? ["places"] : []), ...ends.map(([end]) => end)].forEach((name) =>
      view.addSignalListener(name, sync),
    );
    sync();
  };

  // The state of the chart's own controls, in the words of their labels.
  const settingsOf = (chart) => {
    const { view, controls = [] } = known.get(chart) ?? {};
    return controls
      .filter(({ bind }) => bind)
      .map(({ name, bind }) => {
        const value = plain(view.signal(name));
        const label = (bind.name ?? name).trim().replace(/:$/, "");
        const chosen = bind.labels?.[bind.options.indexOf(value)] ?? value;
        return `${label} ${chosen}`.trim();
      })
      .join(", ");
  };

  // The choice in words, "" for the whole.
  const wordsOf = (chart) => {
    const { view, choose: { places, years, noun } = {} } = known.get(chart) ?? {};
    const chosen = places && view.signal("places");
    const words = !chosen
      ? []
      : [chosen.length > MANY ? SAYS.some(chosen.length, places.length, noun) : chosen.join(", ")];
    const [from, to] = years ? [view.signal("from"), view.signal("to")] : [];
    if (years && (from > years[0] || to < years.at(-1)))
      words.push(from === to ? String(from) : SAYS.between(from, to));
    return words.join(", ");
  };

  // What the title is about, beside what the reader chose.
  const wholeOf = ({ places, years, noun }) => {
    const parts = [...(places ? [noun] : []), ...(years ? [SAYS.years.toLowerCase()] : [])];
    return SAYS.wholeOf(parts);
  };

  // Say the choice above the drawing, and leave its rows alone in the tables.
  const show = (chart) => {
    const { view, choose } = known.get(chart);
    const { places, years } = choose;
    const words = wordsOf(chart);
    let said = chart.querySelector(".chart-chosen");
    if (!said && words) {
      said = element("p", { className: "chart-subtitle chart-chosen" });
      chart.querySelector(".chart-view").before(said);
    }
    if (said)
      Object.assign(said, {
        textContent: words && SAYS.chosen(words, wholeOf(choose)),
        hidden: !words,
      });
    const chosen = places && view.signal("places");
    const tests = {
      "choose-places": (text) => !chosen || chosen.some((place) => String(place) === text),
      "choose-years": (text) =>
        !years ||
        (text.slice(0, 4) >= view.signal("from") && text.slice(0, 4) <= view.signal("to")),
    };
    const tables = words ? tablesOf(chart) : chart.querySelectorAll(".chart-data table");
    for (const table of tables) {
      const heads = [...table.querySelectorAll("th")];
      const columns = heads.flatMap((head, at) =>
        Object.keys(tests)
          .filter((kind) => head.classList.contains(kind))
          .map((kind) => [tests[kind], at]),
      );
      for (const row of columns.length ? table.tBodies[0].rows : []) {
        row.hidden = !columns.every(([test, at]) => test(row.cells[at].textContent));
      }
    }
    return said && words ? said.textContent : "";
  };

  Object.assign(globalThis.stillCharts, {
    adopt,
    choiceOf: wordsOf,
    keepState,
    linkTo,
    nameOf,
    plain,
    restore,
    settingsOf,
    showChoice: show,
  });
})();
