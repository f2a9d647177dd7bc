// Render the outputs of a cell.
(() => {
  const { liveCells } = globalThis;
  if (!liveCells) return;
  const { about, at, says: SAYS } = liveCells;

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // A link to the notebook, if the page offers one.
  const linkNotebook = (before) =>
    about.notebook
      ? [
          before,
          make("a", { href: at(about.notebook), download: "", textContent: SAYS.download }),
          ".",
        ]
      : [];
  const withEnd = (text, way = SAYS.also) =>
    make("p", { className: "lab-note" }, text, ...linkNotebook(way));

  const LONG = 30; // lines; longer texts get a box that scrolls, by keyboard too
  const printed = (text, kind) => {
    const pre = make("pre", { textContent: text });
    if (text.split("\n").length > LONG)
      Object.assign(pre, {
        className: "lab-long",
        tabIndex: 0,
        role: "region",
        ariaLabel: SAYS.long,
      });
    return make(
      "div",
      { className: `output ${kind}` },
      make("div", { className: "highlight" }, pre),
    );
  };
  const renderOutput = ({ output_type: type, text, data, shown }) => {
    if (type === "stream") return printed(text, "stream");
    for (const kind of Object.keys(data)) {
      const renderer = globalThis.cellRenderers?.find(({ shows }) => shows(kind));
      if (renderer) return renderer.render(data[kind]);
    }
    if (data["text/html"])
      return make("div", { className: "output text_html", innerHTML: shown ?? data["text/html"] });
    return data["text/plain"] === undefined
      ? ""
      : printed(data["text/markdown"] ?? data["text/plain"], "text_plain");
  };

  const renderError = (error) => {
    const line = error.line ? SAYS.line(error.line) : "";
    const sentence = make(
      "p",
      { className: "lab-error" },
      make("strong", { textContent: error.message.replace(/\.$/, "") }),
      `${line}.`,
    );
    if (error.package) sentence.append(...linkNotebook(SAYS.toRun));
    const output = make("div", { className: "output" }, sentence);
    if (error.source)
      sentence.append(make("code", { className: "lab-source", textContent: error.source }));
    if (error.trace) {
      const trace = make("pre", { textContent: error.trace, tabIndex: 0 });
      output.append(
        make(
          "details",
          { className: "lab-trace" },
          make("summary", { textContent: SAYS.trace }),
          trace,
        ),
      );
    }
    return output;
  };

  Object.assign(liveCells, {
    make,
    withEnd,
    render: ({ outputs, error }) => [
      ...outputs.map(renderOutput),
      ...(error ? [renderError(error)] : []),
    ],
  });
})();
