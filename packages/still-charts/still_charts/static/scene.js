// What a living chart draws, read from its scene: points with names, values and units, axes, written words.
// The table of the numbers drawn now and the walk by keyboard both speak of these.
(() => {
  // Fields that place a thing on a map say nothing to a reader.
  const PLACING = /^(outline|lon|lat|end|middle|longitude2?|latitude2?)$/;
  const RAW = /^[\p{Ll}\d_]+$/u; // a column without a title
  const number = (text) => (/^[−-]?[\d,]*\.?\d+(e[+−-]?\d+)?$/.test(text) ? Number(text.replace(/,/g, "").replace(/−/g, "-")) : NaN);
  const plain = (text) => (/\.\d{5,}$/.test(text) ? String(Number(number(text).toPrecision(6))) : text);

  // Vega-Lite writes "title: value; title: value".
  const partsOf = (description) => {
    const all = description.split("; ").map((part) => part.split(/: (.*)/s).slice(0, 2));
    const placed = all.some(([key]) => /^(lon|longitude)$/.test(key));
    const parts = all.filter(([key, value]) => value !== undefined && key !== "outline" && !(placed && PLACING.test(key)));
    // A layer names a column again that an axis has named.
    return parts
      .filter(([key, value], i) => !(RAW.test(key) && parts.some((other, j) => j !== i && other[1] === value && (j < i || !RAW.test(other[0])))))
      .map(([key, value]) => [key, plain(value)]);
  };

  const union = (boxes) => ({
    x1: Math.min(...boxes.map((b) => b.x1)), y1: Math.min(...boxes.map((b) => b.y1)),
    x2: Math.max(...boxes.map((b) => b.x2)), y2: Math.max(...boxes.map((b) => b.y2)),
  });
  const moved = (b, x, y) => ({ x1: b.x1 + x, y1: b.y1 + y, x2: b.x2 + x, y2: b.y2 + y });
  // A vertex of a line has no box of its own.
  const boxOf = (mark, item, x, y) =>
    mark.marktype === "line" || mark.marktype === "area"
      ? { x1: item.x + x - 4, x2: item.x + x + 4, y1: item.y + y - 4, y2: item.y + y + 4 }
      : moved(item.bounds, x, y);

  const marksOf = (view) => {
    const found = { marks: [], axes: [], words: [] };
    const visit = (group, x, y) =>
      group.items.forEach((mark) => {
        if (mark.role === "axis") found.axes.push(...mark.items.map((axis) => ({ axis, x, y })));
        else if (mark.marktype === "group" && mark.role !== "legend") {
          mark.items.forEach((inner) => visit(inner, x + (inner.x || 0), y + (inner.y || 0)));
        } else if (mark.role === "mark") (mark.marktype === "text" ? found.words : found.marks).push({ mark, x, y });
      });
    view.scenegraph().root.items.forEach((frame) => visit(frame, 0, 0));
    return found;
  };

  const axisOf = ({ axis, x, y }) => {
    const part = (role) => axis.items.find((mark) => mark.role === role)?.items ?? [];
    const labels = part("axis-label");
    if (!labels.length) return null;
    const across = axis.orient === "bottom" || axis.orient === "top";
    const ticks = labels
      .map((label) => ({ text: [label.text].flat().join(" "), at: (across ? label.x : label.y) }))
      .sort((a, b) => (across ? a.at - b.at : b.at - a.at));
    return { name: [part("axis-title")[0]?.text ?? ""].flat().join(" "), channel: across ? "x" : "y", ticks, box: moved(axis.bounds, x, y) };
  };

  globalThis.stillCharts.readScene = (view) => {
    const { marks, axes, words } = marksOf(view);
    const before = new Set();
    const points = marks.flatMap(({ mark, x, y }, layer) => {
      const own = mark.items
        .filter((item) => item.description && item.opacity !== 0)
        .map((item) => ({ parts: partsOf(item.description), item, layer, kind: mark.marktype, box: boxOf(mark, item, x, y) }))
        .filter(({ parts }) => parts.length);
      const fresh = own.filter(({ parts }) => !before.has(String(parts)));
      own.forEach(({ parts }) => before.add(String(parts)));
      return fresh;
    });
    const found = axes.map(axisOf).filter(Boolean);
    // A layer without titles of its own stands on the axes all the same, and so has their units.
    for (const { name, channel } of found) {
      const scale = view.scale(channel);
      for (const { parts, item } of points) {
        if (!name || parts.some(([key]) => name.includes(key) && !RAW.test(key))) continue;
        const own = parts.find(([key, value]) => RAW.test(key) && Math.abs(scale(number(value)) - item[channel]) < 0.5);
        if (own) own[0] = name;
      }
    }
    // Names first, then classes, then numbers.
    const rank = ([key, value]) => (isNaN(number(value)) ? (RAW.test(key) ? 0 : 1) : 2);
    for (const { parts, item } of points) {
      parts.sort((a, b) => rank(a) - rank(b));
      // Where an area shows its class, what lies under the pointer has its number.
      for (const part of parts) {
        const exact = item.tooltip?.[part[0]];
        if (rank(part) === 1 && !isNaN(number(String(exact)))) part.exact = plain(String(exact));
      }
    }
    const named = new Set(points.flatMap(({ parts }) => parts.map(([, value]) => value)));
    const written = words.flatMap(({ mark }) => mark.items.filter((item) => item.opacity !== 0).map(({ text }) => [text ?? ""].flat().join(" ")));
    return { points, axes: found, words: [...new Set(written)].filter((text) => text && !named.has(text)), number, union, RAW };
  };
})();
