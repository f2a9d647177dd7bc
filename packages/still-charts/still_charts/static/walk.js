// Walk a chart by keyboard: one tab stop, then arrows through its axes, series and points.
// The position is marked on the drawing, written under it, and announced.
(() => {
  const {
    element,
    columnOf,
    lay,
    readScene,
    bringToLife,
    tablesOf,
    says: SAYS,
  } = globalThis.stillCharts;
  const help = element("p", { id: "chart-help", hidden: true, textContent: SAYS.help });

  const describePoint = ({ parts }, RAW, number) =>
    parts
      .map(({ 0: key, 1: value, exact }) =>
        RAW.test(key) && isNaN(number(value)) ? value : `${key}: ${exact ?? value}`,
      )
      .join(", ");

  // The tree of axes and series, their intervals, and the points in these: each with a text, a box
  // and children.
  const treeOf = (view) => {
    const { points, axes, words, number, union, RAW } = readScene(view);
    const leaf = (point) => ({ text: describePoint(point, RAW, number), box: point.box });
    const group = (name, inside) => ({
      text: SAYS.points(name, inside.length),
      box: union(inside.map(({ box }) => box)),
      children: inside.map(leaf),
    });
    const groups = (named) =>
      named.filter(([, inside]) => inside.length).map(([name, inside]) => group(name, inside));

    const alongAxis = ({ name, channel, ticks, box }) => {
      const scale = view.scale(channel);
      const zero = scale(0);
      const [low, high] = channel === "x" ? ["x1", "x2"] : ["y1", "y2"];
      const sign = channel === "x" ? 1 : -1;
      // The position of a bar is its end, or its middle on an axis of names.
      const at = ({ item, kind, box: bounds }) => {
        if (kind !== "rect" && kind !== "rule") return item[channel];
        const ends = [bounds[low], bounds[high]];
        return ends.find((end, i) => Math.abs(ends[1 - i] - zero) < 2) ?? (ends[0] + ends[1]) / 2;
      };
      const within = (from, to) =>
        points.filter((p) => sign * at(p) >= sign * from - 0.5 && sign * at(p) < sign * to - 0.5);
      const far = sign * 1e9;
      let parts;
      if (scale.bandwidth) {
        const reach = Math.max(scale.bandwidth() / 2, 4);
        parts = ticks.map(({ text, at: tick }) => [
          text,
          points.filter((p) => Math.abs(at(p) - tick) <= reach),
        ]);
      } else {
        parts = ticks
          .slice(0, -1)
          .map(({ text, at: tick }, i) => [
            SAYS.between(text, ticks[i + 1].text),
            within(tick, ticks[i + 1].at),
          ]);
        const [first, last] = [ticks[0], ticks.at(-1)];
        parts.unshift([SAYS.below(first.text), within(-far, first.at)]);
        parts.push([SAYS.above(last.text), within(last.at, far)]);
      }
      return {
        text: SAYS.axis(channel === "x", name, ticks[0].text, ticks.at(-1).text),
        box,
        children: groups(parts),
      };
    };

    // Order classes as in the legend.
    const ordered = (values) => {
      for (const name of ["color", "strokeDash", "shape"]) {
        try {
          const domain = view.scale(name).domain().map(String);
          if (values.every((value) => domain.includes(value)))
            return domain.filter((value) => values.includes(value));
        } catch {} // the chart has no such scale
      }
      return values;
    };

    // Series: groups of points that share the value of a field.
    const axisNames = axes.map(({ name }) => name);
    const keys = new Set(
      points
        .flatMap(({ parts }) => parts.map(([key]) => key))
        .filter((key) => !axisNames.includes(key)),
    );
    const series = [...keys].flatMap((key) => {
      const valued = points
        .map((point) => [point, point.parts.find(([name]) => name === key)?.[1]])
        .filter(([, value]) => value !== undefined);
      const values = ordered([...new Set(valued.map(([, value]) => value))]);
      if (values.length < 2 || values.length > 12 || values.length === valued.length) return [];
      const inside = groups(
        values.map((value) => [
          value,
          valued.filter(([, other]) => other === value).map(([point]) => point),
        ]),
      );
      return [
        {
          text: (RAW.test(key) ? SAYS.series : SAYS.named)(key, values.join(", ")),
          box: union(inside.map(({ box }) => box)),
          children: inside,
        },
      ];
    });
    const all = points.length ? [{ ...group(axes.length ? SAYS.all : SAYS.places, points) }] : [];
    const notes = words.length ? [{ text: SAYS.written(words.join("; ")) }] : [];
    return [
      ...axes.map(alongAxis).filter(({ children }) => children.length),
      ...series,
      ...all,
      ...notes,
    ];
  };

  // The tree of a chart that is not interactive: the rows of its table.
  const treeOfTable = (chart) =>
    tablesOf(chart).map((table) => {
      const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
      const rows = [...table.tBodies[0].rows].map((row) => ({
        text: [...row.cells].map((cell, i) => `${heads[i]}: ${cell.textContent}`).join(", "),
      }));
      return { text: SAYS.table(rows.length), children: rows };
    });

  const mark = (chart, box) => {
    chart.querySelector(".chart-walked")?.remove();
    if (!box || !chart.vegaView) return;
    const ring = element("div", { className: "chart-walked" });
    lay(ring, chart, box, 3);
    ring.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  };

  const ready = new WeakSet();
  const prepare = (chart) => {
    if (ready.has(chart)) return;
    ready.add(chart);
    if (!help.isConnected) columnOf(chart).append(help);
    const drawing = chart.querySelector(".chart-view");
    const status = chart.querySelector(".chart-said");
    drawing.tabIndex = 0;
    drawing.setAttribute("role", "application");
    drawing.setAttribute("aria-roledescription", SAYS.role);
    drawing.setAttribute("aria-describedby", help.id);

    // The nodes on each level from the chart down, and the index of the current one.
    let path = [];
    const rest = () => {
      path = [];
      chart.classList.remove("is-walked");
      mark(chart);
    };
    const announce = () => {
      const { siblings, index } = path.at(-1);
      const { text, box } = siblings[index];
      chart.classList.add("is-walked");
      status.textContent =
        siblings.length > 1 ? SAYS.number(text, index + 1, siblings.length) : text;
      mark(chart, box);
    };
    const begin = async () => {
      let trouble = "";
      try {
        if (!chart.matches(".still")) await bringToLife(chart);
      } catch (error) {
        trouble = error.message;
      }
      const siblings = chart.vegaView ? treeOf(chart.vegaView) : treeOfTable(chart);
      if (!siblings.length) return;
      path = [{ siblings, index: 0 }];
      announce();
      if (trouble) status.textContent = `${trouble} ${status.textContent}`;
    };
    const along = (step) => {
      const here = path.at(-1);
      here.index = Math.min(here.siblings.length - 1, Math.max(0, here.index + step));
      announce();
    };
    const keys = {
      ArrowDown: () => {
        if (!path.length) return begin();
        const { children } = path.at(-1).siblings[path.at(-1).index];
        if (children?.length) path.push({ siblings: children, index: 0 });
        announce();
      },
      ArrowUp: () => {
        path.pop();
        if (path.length) return announce();
        rest();
        status.textContent = chart.querySelector(".chart-title").textContent;
      },
      ArrowRight: () => (path.length ? along(1) : begin()),
      ArrowLeft: () => path.length && along(-1),
      Home: () => path.length && along(-Infinity),
      End: () => path.length && along(Infinity),
      Escape: () => {
        rest();
        status.textContent = "";
      },
      t: () => {
        rest();
        tablesOf(chart);
        chart.querySelector(".chart-data").open = true;
        chart.querySelector(".chart-data .scroll").focus();
      },
    };
    drawing.addEventListener("keydown", (event) => {
      const act = keys[event.key === "T" ? "t" : event.key];
      if (!act || event.ctrlKey || event.altKey || event.metaKey || event.target !== drawing)
        return;
      event.preventDefault();
      help.hidden = true;
      act();
    });
    drawing.addEventListener("focus", () => {
      if (help.dataset.seen || !drawing.matches(":focus-visible")) return;
      help.dataset.seen = "yes";
      help.hidden = false;
      drawing.after(help);
    });
    drawing.addEventListener("blur", () => {
      help.hidden = true;
      rest();
    });
  };
  document.querySelectorAll(".chart").forEach(prepare);
  // Cells that run in the page draw new charts.
  document.addEventListener("chart-drawn", ({ target }) => prepare(target));
})();
