// Asks for a guess before the answer, stores it, and shows it beside the answer and on the chart.
// What shows the answer (guess.py finds it) is covered until the reader guesses or asks for it.
(() => {
  // Texts, for translators.
  const SAYS = {
    line: "your guess", legend: "Your guess", field: "Your guess: ", check: "Check my guess", checkOf: (count) => `Check my guess ${count}`, form: (count) => `Guess ${count}`,
    covered: "Covered until you guess.", show: "Show it anyway", showOf: (count) => `Show it anyway, guess ${count}`, choose: "Choose one first.",
    agrees: (given) => `You said “${given}”, and so do the data.`,
    differs: (given, answer) => `You said “${given}”; the data say “${answer}”.`,
    guessed: (given) => `Your guess: ${given}.`, data: (shown) => ` The data: ${shown}.`,
    opened: " The result below is open now.", notKept: " This browser does not keep it.",
  };
  const { bookMemory: memory, bookElement: element, bookButton: button } = globalThis;
  const chartOf = (asked) => (asked.figure ? document.getElementById(asked.figure)?.querySelector(".chart") : null);

  // Draw a line at the guess across a live chart, if its axis reaches that far.
  const draw = (asked, value) => {
    const chart = chartOf(asked);
    if (!chart?.vegaView) return;
    chart.querySelector(".guess-line")?.remove();
    const view = chart.vegaView;
    const across = asked.axis === "x";
    const place = view.scale(asked.axis)(value);
    const room = across ? view.width() : view.height();
    if (!(place >= 0 && place <= room)) return;
    const line = element("div", { className: `guess-line guess-line-${asked.axis}` }, element("span", { textContent: SAYS.line }));
    globalThis.stillCharts.lay(line, chart, across
      ? { x1: place, x2: place, y1: 0, y2: view.height() }
      : { x1: 0, x2: view.width(), y1: place, y2: place });
    const [label, stage] = [line.firstChild, line.parentElement].map((part) => part.getBoundingClientRect());
    line.classList.toggle("is-late", label.right > stage.right);
  };

  const compare = (asked, given) => {
    if (asked.kind === "choice") return given === asked.answer ? SAYS.agrees(given) : SAYS.differs(given, asked.answer);
    const unit = asked.unit ? ` ${asked.unit}` : "";
    return SAYS.guessed(given + unit) + SAYS.data(asked.shown + unit);
  };

  const ask = (place, count, waiting) => {
    const asked = JSON.parse(place.dataset.guess);
    const said = element("p", { className: "guess-said", role: "status" });
    const form = element("form", { noValidate: true, "aria-label": SAYS.form(count + 1) });
    const open = () => {
      waiting.forEach((part) => {
        part.classList.add("is-open");
        part.querySelector(":scope > .cover")?.remove();
      });
    };
    const cover = (part, order) => {
      const show = button(SAYS.show, () => {
        memory.keepGuess(asked.name, null);
        open();
        part.focus({ preventScroll: true }); // the button is gone
      }, { "aria-label": SAYS.showOf(count + 1) });
      part.tabIndex = -1;
      part.append(element("div", { className: "cover" }, element("p", { textContent: SAYS.covered }), ...(order ? [] : [show])));
    };
    const show = (given) => {
      said.textContent = compare(asked, given);
      if (asked.kind === "number") draw(asked, given);
      open();
    };
    const keep = (given) => {
      const isNew = waiting.some((part) => !part.matches(".is-open"));
      memory.keepGuess(asked.name, given);
      show(given);
      if (isNew) said.append(SAYS.opened);
      if (!memory.isKept) said.append(SAYS.notKept);
    };

    const before = memory.guess(asked.name);
    const check = element("button", { textContent: SAYS.check, "aria-label": SAYS.checkOf(count + 1) });
    form.addEventListener("submit", (event) => event.preventDefault());
    if (asked.kind === "number") {
      const field = element("input", { type: "text", inputMode: "text", autocomplete: "off", size: 6 });
      if (typeof before === "number") field.value = before;
      const unit = asked.unit ? ` ${asked.unit} ` : " ";
      form.append(element("label", {}, SAYS.field, field, unit), check);
      form.addEventListener("submit", () => {
        const { ask: again, values } = globalThis.plainAnswers.parse(field.value, { kind: "number", unit: asked.unit });
        if (again) said.textContent = again;
        else keep(values[""]);
      });
    } else {
      const options = asked.options.map((option) => [option, option]);
      form.append(globalThis.bookOptions(`guess ${asked.name}`, SAYS.legend, options, before), check);
      form.addEventListener("submit", () => {
        const chosen = form.querySelector("input:checked");
        if (chosen) keep(chosen.value);
        else said.textContent = SAYS.choose;
      });
    }
    form.append(said);
    place.replaceChildren(form);
    place.closest(".guess").classList.add("is-live");
    // Open for readers who have guessed, asked for the answer, or read the chapter.
    if (asked.kind === "number" ? typeof before === "number" : asked.options.includes(before)) show(before);
    else if (before === undefined && !memory.marks.read.includes(memory.here)) waiting.forEach(cover);
    else open();
    chartOf(asked)?.addEventListener("chart-drawn", () => typeof memory.guess(asked.name) === "number" && draw(asked, memory.guess(asked.name)));
  };

  // Parts that wait for a guess are between it and the next one.
  const guesses = new Map();
  for (const part of document.querySelectorAll(".guess-live, .waits")) {
    if (part.matches(".guess-live")) guesses.set(part, []);
    else [...guesses.values()].at(-1).push(part);
  }
  [...guesses].forEach(([place, waiting], count) => ask(place, count, waiting));
})();
