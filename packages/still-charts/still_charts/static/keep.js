// Buttons for a large view, a picture and the data of a chart. They are made when the reader opens the chart's data,
// so they add no tab stops to a page.
(() => {
  const { element, nameParts, says: SAYS } = globalThis.stillCharts;
  const SCALE = 2; // pixels of the picture for one of the drawing
  const MARGIN = 16;
  const PAINTED = ["fill", "stroke", "color", "font-family", "font-size", "font-weight", "opacity"];

  const titleOf = (chart) => chart.querySelector(".chart-title").textContent;
  const shown = (chart) => [...chart.querySelectorAll(".chart-view svg")].find((svg) => svg.checkVisibility());

  // Copy a drawing with the page's colours and fonts, and the outlines that it refers to.
  const copy = (svg) => {
    const made = svg.cloneNode(true);
    const [originals, copies] = [svg, made].map((root) => [root, ...root.querySelectorAll("*")]);
    copies.forEach((part, index) => {
      const style = getComputedStyle(originals[index]);
      PAINTED.forEach((name) => part.style.setProperty(name, style.getPropertyValue(name)));
      if (part.tagName === "use") {
        const outline = document.querySelector(part.getAttribute("href")).cloneNode();
        [...part.attributes].forEach(({ name, value }) => name !== "href" && outline.setAttribute(name, value));
        outline.removeAttribute("id");
        part.replaceWith(outline);
      }
    });
    const { width, height } = svg.viewBox.baseVal.width ? svg.viewBox.baseVal : svg.getBoundingClientRect();
    if (!made.hasAttribute("viewBox")) made.setAttribute("viewBox", `0 0 ${width} ${height}`);
    return { made, width, height };
  };

  const save = (chart, kind, blob) => {
    const name = titleOf(chart).toLowerCase().replace(/[^\p{L}\d]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);
    globalThis.stillCharts.save(`${name || SAYS.file}.${kind}`, blob);
  };

  const savePicture = async (chart) => {
    const { made, width, height } = copy(shown(chart));
    const view = getComputedStyle(chart.querySelector(".chart-title"));
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(made))}`;
    await image.decode();
    const canvas = element("canvas", {});
    const pen = canvas.getContext("2d");
    const font = `600 18px ${view.fontFamily}`;
    pen.font = font;
    const lines = titleOf(chart).split(" ").reduce((all, word) => {
      const longer = `${all.at(-1)} ${word}`.trim();
      return pen.measureText(longer).width > width && all.at(-1) ? [...all, word] : [...all.slice(0, -1), longer];
    }, [""]);
    const head = lines.length * 24 + 8;
    canvas.width = (width + 2 * MARGIN) * SCALE;
    canvas.height = (height + head + 2 * MARGIN) * SCALE;
    pen.scale(SCALE, SCALE);
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = view.color;
    pen.font = font;
    lines.forEach((line, index) => pen.fillText(line, MARGIN, MARGIN + 18 + 24 * index));
    pen.drawImage(image, MARGIN, MARGIN + head, width, height);
    canvas.toBlob((blob) => save(chart, "png", blob));
  };

  // Save the tables of the chart's data, without that of the current state.
  const saveNumbers = (chart) => {
    const quote = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const tables = [...chart.querySelectorAll(".chart-data table")].filter((table) => !table.closest(".chart-now"));
    const text = tables
      .map((table) => [...table.rows].map((row) => [...row.cells].map((cell) => quote(cell.textContent)).join(",")).join("\r\n"))
      .join("\r\n\r\n");
    // Spreadsheets recognise UTF-8 by the byte order mark.
    save(chart, "csv", new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
  };

  const enlarge = (chart) => {
    const { made } = copy(shown(chart));
    ["width", "height"].forEach((name) => made.removeAttribute(name));
    const close = element("button", { type: "button", textContent: SAYS.close });
    const description = chart.querySelector(".chart-view").getAttribute("aria-label");
    const picture = element("div", { role: "img", "aria-label": description }, made);
    const title = element("p", { className: "chart-title", textContent: titleOf(chart) });
    const dialog = element("dialog", { className: "chart-large", "aria-label": titleOf(chart) }, close, title, picture);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.(".chart-data") || target.querySelector(".chart-keep")) return;
    const chart = target.closest(".chart");
    const acts = [[SAYS.large, enlarge], [SAYS.png, savePicture], [SAYS.csv, saveNumbers]];
    const buttons = acts.map(([textContent, act]) => {
      const button = element("button", { type: "button", textContent });
      button.addEventListener("click", () => act(chart));
      return button;
    });
    target.querySelector("summary").after(element("p", { className: "chart-keep" }, ...buttons));
    nameParts(chart);
  }, true);
})();
