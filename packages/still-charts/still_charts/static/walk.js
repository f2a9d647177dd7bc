// Walks a chart by keyboard: one stop of the Tab key, then arrows through its axes, series and points.
// Where you are is marked on the drawing, written under it, and said.
(() => {
  const { element, columnOf, lay, readScene, bringToLife, says: SAYS } = globalThis.stillCharts;
  const help = element("p", { id: "chart-help", hidden: true, textContent: SAYS.help });

  const sayPoint = ({ parts }, RAW, number) =>
    parts.map(({ 0: key, 1: value, exact }) => (RAW.test(key) && isNaN(number(value)) ? value : `${key}: ${exact ?? value}`)).join(", ");

  // A chart, its axes and series, their intervals, the points in these: each a text, a box, and what lies below.
  const treeOf = (view) => {
    const { points, axes, words, number, union, RAW } = readScene(view);
    const leaf = (point) => ({ said: sayPoint(point, RAW, number), box: point.box });
    const group = (name, inside) => ({ said: SAYS.points(name, inside.length), box: union(inside.map(({ box }) => box)), below: inside.map(leaf) });
    const groups = (named) => named.filter(([, inside]) => inside.length).map(([name, inside]) => group(name, inside));

    const alongAxis = ({ name, channel, ticks, box }) => {
      const scale = view.scale(channel);
      const zero = scale(0);
      const [low, high] = channel === "x" ? ["x1", "x2"] : ["y1", "y2"];
      const sign = channel === "x" ? 1 : -1;
      // A bar stands where it ends, and in the middle where it is one of several names.
      const at = ({ item, kind, box: own }) => {
        if (kind !== "rect" && kind !== "rule") return item[channel];
        const ends = [own[low], own[high]];
        return ends.find((end, i) => Math.abs(ends[1 - i] - zero) < 2) ?? (ends[0] + ends[1]) / 2;
      };
      const within = (from, to) => points.filter((p) => sign * at(p) >= sign * from - 0.5 && sign * at(p) < sign * to - 0.5);
      const far = sign * 1e9;
      let parts;
      if (scale.bandwidth) {
        const reach = Math.max(scale.bandwidth() / 2, 4);
        parts = ticks.map(({ text, at: tick }) => [text, points.filter((p) => Math.abs(at(p) - tick) <= reach)]);
      } else {
        parts = ticks.slice(0, -1).map(({ text, at: tick }, i) => [SAYS.between(text, ticks[i + 1].text), within(tick, ticks[i + 1].at)]);
        const [first, last] = [ticks[0], ticks.at(-1)];
        parts.unshift([SAYS.below(first.text), within(-far, first.at)]);
        parts.push([SAYS.above(last.text), within(last.at, far)]);
      }
      return { said: SAYS.axis(channel === "x", name, ticks[0].text, ticks.at(-1).text), box, below: groups(parts) };
    };

    // Classes come in the order of their legend.
    const ordered = (values) => {
      for (const name of ["color", "strokeDash", "shape"]) {
        try {
          const domain = view.scale(name).domain().map(String);
          if (values.every((value) => domain.includes(value))) return domain.filter((value) => values.includes(value));
        } catch {} // the chart has no such scale
      }
      return values;
    };

    // A series: the points that share a word, or a number, which several others have as well.
    const axisNames = axes.map(({ name }) => name);
    const keys = new Set(points.flatMap(({ parts }) => parts.map(([key]) => key)).filter((key) => !axisNames.includes(key)));
    const series = [...keys].flatMap((key) => {
      const having = points.map((point) => [point, point.parts.find(([own]) => own === key)?.[1]]).filter(([, value]) => value !== undefined);
      const values = ordered([...new Set(having.map(([, value]) => value))]);
      if (values.length < 2 || values.length > 12 || values.length === having.length) return [];
      const inside = groups(values.map((value) => [value, having.filter(([, own]) => own === value).map(([point]) => point)]));
      return [{ said: (RAW.test(key) ? SAYS.series : SAYS.named)(key, values.join(", ")), box: union(inside.map(({ box }) => box)), below: inside }];
    });
    const all = points.length ? [{ ...group(axes.length ? SAYS.all : SAYS.places, points) }] : [];
    const notes = words.length ? [{ said: SAYS.written(words.join("; ")) }] : [];
    return [...axes.map(alongAxis).filter(({ below }) => below.length), ...series, ...all, ...notes];
  };

  // A drawing that stays one, and one whose library does not load: the table has the same numbers.
  const treeOfTable = (chart) =>
    [...chart.querySelectorAll(".chart-data table")].map((table) => {
      const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
      const rows = [...table.tBodies[0].rows].map((row) => ({ said: [...row.cells].map((cell, i) => `${heads[i]}: ${cell.textContent}`).join(", ") }));
      return { said: SAYS.table(rows.length), below: rows };
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
    const said = chart.querySelector(".chart-said");
    drawing.tabIndex = 0;
    drawing.setAttribute("role", "application");
    drawing.setAttribute("aria-roledescription", SAYS.role);
    drawing.setAttribute("aria-describedby", help.id);

    // From the chart down: what lies on each level, and which of it.
    let path = [];
    const rest = () => {
      path = [];
      chart.classList.remove("is-walked");
      mark(chart);
    };
    const tell = () => {
      const { among, index } = path.at(-1);
      const { said: words, box } = among[index];
      chart.classList.add("is-walked");
      said.textContent = among.length > 1 ? SAYS.number(words, index + 1, among.length) : words;
      mark(chart, box);
    };
    const begin = async () => {
      let trouble = "";
      try {
        if (!chart.matches(".still")) await bringToLife(chart);
      } catch (error) {
        trouble = error.message;
      }
      const among = chart.vegaView ? treeOf(chart.vegaView) : treeOfTable(chart);
      if (!among.length) return;
      path = [{ among, index: 0 }];
      tell();
      if (trouble) said.textContent = `${trouble} ${said.textContent}`;
    };
    const along = (step) => {
      const here = path.at(-1);
      here.index = Math.min(here.among.length - 1, Math.max(0, here.index + step));
      tell();
    };
    const keys = {
      ArrowDown: () => {
        if (!path.length) return begin();
        const { below } = path.at(-1).among[path.at(-1).index];
        if (below?.length) path.push({ among: below, index: 0 });
        tell();
      },
      ArrowUp: () => {
        path.pop();
        if (path.length) return tell();
        rest();
        said.textContent = chart.querySelector(".chart-title").textContent;
      },
      ArrowRight: () => (path.length ? along(1) : begin()),
      ArrowLeft: () => path.length && along(-1),
      Home: () => path.length && along(-Infinity),
      End: () => path.length && along(Infinity),
      Escape: () => {
        rest();
        said.textContent = "";
      },
      t: () => {
        rest();
        chart.querySelector(".chart-data").open = true;
        chart.querySelector(".chart-data .scroll").focus();
      },
    };
    drawing.addEventListener("keydown", (event) => {
      const act = keys[event.key === "T" ? "t" : event.key];
      if (!act || event.ctrlKey || event.altKey || event.metaKey || event.target !== drawing) return;
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
  // A cell that runs in the page draws new ones.
  document.addEventListener("chart-drawn", ({ target }) => prepare(target));
})();
