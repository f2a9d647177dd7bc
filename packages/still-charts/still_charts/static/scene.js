// Read the scene of an interactive chart: points with names, values and units, axes, texts.
// The table of the current state and the walk by keyboard use it.
(() => {
  // Fields that only place things on a map.
  const PLACING = /^(outline|lon|lat|end|middle|longitude2?|latitude2?)$/;
  const RAW = /^[\p{Ll}\d_]+$/u; // a column without a title
  const number = (text) =>
    /^[−-]?[\d,]*\.?\d+(e[+−-]?\d+)?$/.test(text)
      ? Number(text.replace(/,/g, "").replace(/−/g, "-"))
      : NaN;
  const plain = (text) =>
    /\.\d{5,}$/.test(text) ? String(Number(number(text).toPrecision(6))) : text;

  // Split a description of Vega-Lite: "title: value; title: value".
  const partsOf = (description) => {
    const all = description.split("; ").map((part) => part.split(/: (.*)/s).slice(0, 2));
    const placed = all.some(([key]) => /^(lon|longitude)$/.test(key));
    const parts = all.filter(
      ([key, value]) => value !== undefined && key !== "outline" && !(placed && PLACING.test(key)),
    );
    // Drop columns whose value also appears under a title.
    return parts
      .filter(
        ([key, value], i) =>
          !(
            RAW.test(key) &&
            parts.some(
              (other, j) => j !== i && other[1] === value && (j < i || !RAW.test(other[0])),
            )
          ),
      )
      .map(([key, value]) => [key, plain(value)]);
  };

  const union = (boxes) => ({
    x1: Math.min(...boxes.map((b) => b.x1)),
    y1: Math.min(...boxes.map((b) => b.y1)),
    x2: Math.max(...boxes.map((b) => b.x2)),
    y2: Math.max(...boxes.map((b) => b.y2)),
  });
  const moved = (b, x, y) => ({ x1: b.x1 + x, y1: b.y1 + y, x2: b.x2 + x, y2: b.y2 + y });
  // Vertices of lines have no bounds.
  const boxOf = (mark, item, x, y) =>
    mark.marktype === "line" || mark.marktype === "area"
      ? { x1: item.x + x - 4, x2: item.x + x + 4, y1: item.y + y - 4, y2: item.y + y + 4 }
      : moved(item.bounds, x, y);

  const marksOf = (view) => {
    const parts = { marks: [], axes: [], words: [] };
    const visit = (group, x, y) =>
      group.items.forEach((mark) => {
        if (mark.role === "axis") parts.axes.push(...mark.items.map((axis) => ({ axis, x, y })));
        else if (mark.marktype === "group" && mark.role !== "legend") {
          mark.items.forEach((inner) => visit(inner, x + (inner.x || 0), y + (inner.y || 0)));
        } else if (mark.role === "mark")
          (mark.marktype === "text" ? parts.words : parts.marks).push({ mark, x, y });
      });
    view.scenegraph().root.items.forEach((frame) => visit(frame, 0, 0));
    return parts;
  };

  const axisOf = ({ axis, x, y }) => {
    const part = (role) => axis.items.find((mark) => mark.role === role)?.items ?? [];
    const labels = part("axis-label");
    if (!labels.length) return null;
    const across = axis.orient === "bottom" || axis.orient === "top";
    const ticks = labels
      .map((label) => ({ text: [label.text].flat().join(" "), at: across ? label.x : label.y }))
      .sort((a, b) => (across ? a.at - b.at : b.at - a.at));
    return {
      name: [part("axis-title")[0]?.text ?? ""].flat().join(" "),
      channel: across ? "x" : "y",
      ticks,
      box: moved(axis.bounds, x, y),
    };
  };

  globalThis.stillCharts.readScene = (view) => {
    const { marks, axes: axisMarks, words } = marksOf(view);
    const seen = new Set();
    const points = marks.flatMap(({ mark, x, y }, layer) => {
      const all = mark.items
        .filter((item) => item.description && item.opacity !== 0)
        .map((item) => ({
          parts: partsOf(item.description),
          item,
          layer,
          kind: mark.marktype,
          box: boxOf(mark, item, x, y),
        }))
        .filter(({ parts }) => parts.length);
      const unseen = all.filter(({ parts }) => !seen.has(String(parts)));
      all.forEach(({ parts }) => seen.add(String(parts)));
      return unseen;
    });
    const axes = axisMarks.map(axisOf).filter(Boolean);
    // Layers without titles get those of the axes on which they lie.
    for (const { name, channel } of axes) {
      const scale = view.scale(channel);
      for (const { parts, item } of points) {
        if (!name || parts.some(([key]) => name.includes(key) && !RAW.test(key))) continue;
        const untitled = parts.find(
          ([key, value]) => RAW.test(key) && Math.abs(scale(number(value)) - item[channel]) < 0.5,
        );
        if (untitled) untitled[0] = name;
      }
    }
    // Names first, then classes, then numbers.
    const rank = ([key, value]) => (isNaN(number(value)) ? (RAW.test(key) ? 0 : 1) : 2);
    for (const { parts, item } of points) {
      parts.sort((a, b) => rank(a) - rank(b));
      // Areas show a class; their tooltip has the exact number.
      for (const part of parts) {
        const exact = item.tooltip?.[part[0]];
        if (rank(part) === 1 && !isNaN(number(String(exact)))) part.exact = plain(String(exact));
      }
    }
    const named = new Set(points.flatMap(({ parts }) => parts.map(([, value]) => value)));
    const written = words.flatMap(({ mark }) =>
      mark.items
        .filter((item) => item.opacity !== 0)
        .map(({ text }) => [text ?? ""].flat().join(" ")),
    );
    return {
      points,
      axes,
      words: [...new Set(written)].filter((text) => text && !named.has(text)),
      number,
      union,
      RAW,
    };
  };
})();
