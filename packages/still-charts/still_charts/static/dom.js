// Helpers of all scripts of charts, as `stillCharts`; other scripts of a page may use them.
globalThis.stillCharts = (() => {
  // All texts for readers in the scripts of this package, for translators.
  const SAYS = {
    absent: (file) => `${file} is not there`,
    noLibrary: "The chart library could not be loaded; the drawings stay.",
    noChart: (why) => `This chart cannot be drawn: ${why}.`,
    untold: "A chart without a description",
    fold: "Data: download, share, enlarge",
    data: (title) => `Data: ${title}`,
    now: "Drawn now",
    large: "Large view",
    png: "Save as PNG",
    csv: "Save as CSV",
    close: "Close",
    link: "Copy link",
    linkCopied: "Link copied.",
    embed: "Embed",
    embedCopied: "Embed code copied.",
    copyThis: "Copy this: ",
    button: (name, title) => `${name}: ${title}`,
    file: "chart",
    help:
      "Arrow keys: down into the chart, left and right along it, up again." +
      " Escape leaves it, T goes to the table.",
    role: "chart",
    all: "All",
    places: "Places",
    only: (noun) => `Show only these ${noun} (leave empty for all)`,
    years: "Years",
    ends: { from: "from", to: "to" },
    whole: "Show all",
    wholeNow: "Showing everything.",
    some: (count, of, noun) => `${count} of ${of} ${noun}`,
    chosen: (words, whole) => `You see ${words}; the title describes all ${whole}.`,
    wholeOf: (parts) => parts.join(" and "),
    axis: (isAcross, name, from, to) => {
      const axis = isAcross ? "Horizontal axis" : "Vertical axis";
      return `${axis}${name ? `, ${name}` : ""}, from ${from} to ${to}`;
    },
    between: (from, to) => `${from} to ${to}`,
    below: (first) => `below ${first}`,
    above: (last) => `${last} and more`,
    points: (name, count) => `${name}: ${count} ${count === 1 ? "point" : "points"}`,
    table: (count) => `Table: ${count} ${count === 1 ? "row" : "rows"}`,
    series: (column, names) => `Series by ${column}: ${names}`,
    named: (title, names) => `${title}: ${names}`,
    written: (words) => `Written on the drawing: ${words}`,
    number: (words, number, count) => `${words} (${number} of ${count})`,
  };
  // Create an element with children; properties that it does not have become attributes.
  const element = (tag, properties, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };

  // Load a file of the book once, as a script: browsers fetch no data from a folder.
  const loaded = {};
  const addressOf = (name) => `${document.documentElement.dataset.content_root || "./"}${name}`;
  const load = (name) =>
    (loaded[name] ??= new Promise((onload, reject) => {
      const onerror = () => reject(new Error(SAYS.absent(name)));
      document.head.append(element("script", { src: addressOf(name), onload, onerror }));
    }));

  // The text column of a chart.
  const columnOf = (chart) => chart.closest("article, main, [role='main']") ?? document.body;

  // Lay an element over a box in the coordinates of an interactive chart, with a margin around it.
  // Axes and padding move the drawing, a narrow page shrinks it.
  const lay = (made, chart, { x1, y1, x2, y2 }, margin = 0) => {
    const stage = chart.querySelector(".chart-live");
    const { a: scale, e, f } = stage.querySelector("svg .root").getScreenCTM();
    const { left, top } = stage.getBoundingClientRect();
    const [x, y, width, height] = [
      e - left + x1 * scale,
      f - top + y1 * scale,
      (x2 - x1) * scale,
      (y2 - y1) * scale,
    ];
    Object.assign(made.style, {
      left: `${x - margin}px`,
      top: `${y - margin}px`,
      width: `${width + 2 * margin}px`,
      height: `${height + 2 * margin}px`,
    });
    stage.append(made);
  };

  // The tables of a chart's data. That of every state waits as text, which costs a page nothing,
  // until something needs it; without scripts it is there at once.
  const tablesOf = (chart) => {
    const waiting = chart.querySelector(".chart-data noscript");
    if (waiting) waiting.outerHTML = waiting.textContent;
    return [...chart.querySelectorAll(".chart-data table")];
  };

  // Put a chart's title into the names of its parts.
  const nameParts = (chart) => {
    const title = chart.querySelector(".chart-title").textContent;
    chart.querySelector(".chart-data .scroll").setAttribute("aria-label", SAYS.data(title));
    chart
      .querySelectorAll(".chart-keep button")
      .forEach((button) =>
        button.setAttribute("aria-label", SAYS.button(button.textContent, title)),
      );
  };

  // Download a file; its address is revoked after the browser has read it.
  const save = (download, blob) => {
    const href = URL.createObjectURL(blob);
    element("a", { href, download }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  };

  return { element, addressOf, load, columnOf, lay, nameParts, save, tablesOf, says: SAYS };
})();
