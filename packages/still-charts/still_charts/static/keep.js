// Buttons for a large view, a picture and the data of a chart. They are made when the reader opens
// the chart's data, so they add no tab stops to a page.
(() => {
  const {
    addressOf,
    choiceOf,
    element,
    linkTo,
    nameOf,
    nameParts,
    settingsOf,
    tablesOf,
    says: SAYS,
  } = globalThis.stillCharts;
  const SCALE = 2; // pixels of the picture for one of the drawing
  const MARGIN = 16;
  const ABSENT = "–"; // what tables.py writes for a cell without a value
  const WORDS = 320; // pixels for title, caption and folded parts in a frame
  const PAINTED = ["fill", "stroke", "color", "font-family", "font-size", "font-weight", "opacity"];

  const titleOf = (chart) => chart.querySelector(".chart-title").textContent;
  const shown = (chart) =>
    [...chart.querySelectorAll(".chart-view svg")].find((svg) => svg.checkVisibility());

  // Copy a drawing with the page's colours and fonts, and the outlines that it refers to.
  const copy = (svg) => {
    const made = svg.cloneNode(true);
    const [originals, copies] = [svg, made].map((root) => [root, ...root.querySelectorAll("*")]);
    copies.forEach((part, index) => {
      const style = getComputedStyle(originals[index]);
      PAINTED.forEach((name) => part.style.setProperty(name, style.getPropertyValue(name)));
      if (part.tagName === "use") {
        const outline = document.querySelector(part.getAttribute("href")).cloneNode();
        [...part.attributes].forEach(
          ({ name, value }) => name !== "href" && outline.setAttribute(name, value),
        );
        outline.removeAttribute("id");
        part.replaceWith(outline);
      }
    });
    const { width, height } = svg.viewBox.baseVal.width
      ? svg.viewBox.baseVal
      : svg.getBoundingClientRect();
    if (!made.hasAttribute("viewBox")) made.setAttribute("viewBox", `0 0 ${width} ${height}`);
    return { made, width, height };
  };

  const textOf = (part) => {
    const made = part?.cloneNode(true);
    made?.querySelectorAll(".headerlink").forEach((link) => link.remove());
    return made?.textContent.trim().replace(/\s+/g, " ") ?? "";
  };
  const save = (chart, kind, blob) => {
    const words = `${titleOf(chart).slice(0, 60)} ${choiceOf(chart)}`;
    const name = words
      .toLowerCase()
      .replace(/[^\p{L}\d]+/gu, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 100);
    globalThis.stillCharts.save(`${name || SAYS.file}.${kind}`, blob);
  };

  // Draw title, subtitle and choice above the chart with its key, source, licence and address
  // below.
  const savePicture = async (chart) => {
    const { made, width, height } = copy(shown(chart));
    const view = getComputedStyle(chart.querySelector(".chart-title"));
    const image = new Image();
    const drawn = encodeURIComponent(new XMLSerializer().serializeToString(made));
    image.src = `data:image/svg+xml;charset=utf-8,${drawn}`;
    await image.decode();
    const canvas = element("canvas", {});
    const pen = canvas.getContext("2d");
    const [large, small] = [
      `600 18px ${view.fontFamily}`,
      `13px ${getComputedStyle(chart).fontFamily}`,
    ];
    // Lines break after spaces, and inside addresses.
    const lay = (font, step, text) => {
      pen.font = font;
      const lines = text.split(/(?<=[ /?&,])/).reduce(
        (all, word) => {
          const longer = all.at(-1) + word;
          return pen.measureText(longer.trim()).width > width && all.at(-1)
            ? [...all, word]
            : [...all.slice(0, -1), longer];
        },
        [""],
      );
      return lines.filter(Boolean).map((line) => ({ font, step, line }));
    };
    const notes = [
      ...[...chart.querySelectorAll(".chart-subtitle")]
        .filter((part) => part.checkVisibility())
        .map(textOf),
      settingsOf(chart),
    ];
    const caption =
      chart.parentElement.querySelector("figcaption") ??
      chart.parentElement.querySelector(".caption");
    const licence = [
      textOf(document.querySelector("a[rel^='license']")),
      document.title,
      location.protocol.startsWith("http") ? linkTo(chart) : "",
    ];
    const head = [
      ...lay(large, 24, titleOf(chart)),
      ...notes.flatMap((note) => lay(small, 18, note)),
    ];
    const foot = [textOf(caption), licence.filter(Boolean).join(" · ")].flatMap((note) =>
      lay(small, 18, note),
    );
    const heightOf = (lines) => lines.reduce((sum, { step }) => sum + step, 8);
    canvas.width = (width + 2 * MARGIN) * SCALE;
    canvas.height = (heightOf(head) + height + heightOf(foot) + 2 * MARGIN) * SCALE;
    pen.scale(SCALE, SCALE);
    pen.fillStyle = getComputedStyle(chart.querySelector(".chart-keep button")).backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = view.color;
    const put = (lines, top) =>
      lines.reduce((y, { font, step, line }) => {
        pen.font = font;
        pen.fillText(line, MARGIN, y + step - 6);
        return y + step;
      }, top);
    put(head, MARGIN);
    pen.drawImage(image, MARGIN, MARGIN + heightOf(head), width, height);
    put(foot, MARGIN + heightOf(head) + height + 8);
    canvas.toBlob((blob) => save(chart, "png", blob));
  };

  // Save the table of the chart's data as far as the reader chose it. A cell without a value is
  // empty.
  const saveNumbers = (chart) => {
    const quote = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    // Programs read no true minus.
    const writeCell = ({ textContent }) =>
      textContent === ABSENT ? "" : quote(textContent.replace(/^−(?=\d)/, "-"));
    const table = tablesOf(chart).find((one) => !one.closest(".chart-now"));
    const rows = [...table.rows].filter((row) => !row.hidden);
    const text = rows.map((row) => [...row.cells].map(writeCell).join(",")).join("\r\n");
    // Spreadsheets recognise UTF-8 by the byte order mark.
    save(chart, "csv", new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
  };

  // Copy a text; where the browser refuses, show it selected.
  const copyText = async (chart, text, says) => {
    const said = chart.querySelector(".chart-copied");
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = says;
    } catch {
      const field = element("input", { readOnly: true, value: text });
      said.replaceChildren(element("label", {}, SAYS.copyThis, field));
      field.focus();
      field.select();
    }
  };
  const copyLink = (chart) => copyText(chart, linkTo(chart), SAYS.linkCopied);
  const embed = (chart) => {
    const [page, state] = linkTo(chart).split("#");
    const src = new URL(`${addressOf("_static/embeds/")}${nameOf(chart)}.html#${state}`, page).href;
    const code = element("iframe", {
      src,
      title: titleOf(chart),
      loading: "lazy",
      width: "100%",
      height: chart.querySelector(".chart-view").offsetHeight + WORDS,
    });
    code.style.border = "0";
    return copyText(chart, code.outerHTML, SAYS.embedCopied);
  };

  const enlarge = (chart) => {
    const { made } = copy(shown(chart));
    ["width", "height"].forEach((name) => made.removeAttribute(name));
    const close = element("button", { type: "button", textContent: SAYS.close });
    const description = chart.querySelector(".chart-view").getAttribute("aria-label");
    const picture = element("div", { role: "img", "aria-label": description }, made);
    const title = element("p", { className: "chart-title", textContent: titleOf(chart) });
    const choice = chart.querySelector(".chart-chosen")?.cloneNode(true) ?? "";
    const dialog = element(
      "dialog",
      { className: "chart-large", "aria-label": titleOf(chart) },
      close,
      title,
      choice,
      picture,
    );
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (!target.matches?.(".chart-data") || target.querySelector(".chart-keep")) return;
      const chart = target.closest(".chart");
      tablesOf(chart);
      const acts = [
        [SAYS.large, enlarge],
        [SAYS.png, savePicture],
        [SAYS.csv, saveNumbers],
        [SAYS.link, copyLink],
      ];
      // A page of its own is made for a chart of which parts can be chosen (embeds.py).
      if (chart.querySelector(".chart-choose") && !chart.closest(".chart-alone"))
        acts.push([SAYS.embed, embed]);
      const buttons = acts.map(([textContent, act]) => {
        const button = element("button", { type: "button", textContent });
        button.addEventListener("click", () => act(chart));
        return button;
      });
      target
        .querySelector("summary")
        .after(
          element(
            "p",
            { className: "chart-keep" },
            ...buttons,
            element("span", { className: "chart-copied", role: "status" }),
          ),
        );
      nameParts(chart);
    },
    true,
  );
})();
