// Asks for a guess before the answer, stores it, and shows it beside the answer and on the chart.
// What follows in its section (guess.py puts it into one box) is covered until the reader guesses,
// asks for it, or follows a link into it.
(() => {
  // Texts, for translators.
  const SAYS = {
    line: "your guess",
    legend: "Your guess",
    field: "Your guess: ",
    form: (count) => `Guess ${count}`,
    check: "Check my guess",
    checkOf: (count) => `Check my guess ${count}`,
    choose: "Choose one first.",
    covered: "Hidden until you guess.",
    show: "Show without guessing",
    showOf: (count) => `Show without guessing, guess ${count}`,
    agrees: (given) => `You said “${given}”, and so do the data.`,
    differs: (given, answer) => `You said “${given}”; the data say “${answer}”.`,
    guessed: (given) => `Your guess: ${given}.`,
    data: (shown) => ` The data: ${shown}.`,
    opened: " The result is shown below.",
    notKept: " This browser does not keep it.",
  };
  const { bookMemory: memory, bookElement: element, bookButton: button } = globalThis;
  const chartOf = (asked) =>
    asked.figure ? document.getElementById(asked.figure)?.querySelector(".chart") : null;

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
    const line = element(
      "div",
      { className: `guess-line guess-line-${asked.axis}` },
      element("span", { textContent: SAYS.line }),
    );
    globalThis.stillCharts.lay(
      line,
      chart,
      across
        ? { x1: place, x2: place, y1: 0, y2: view.height() }
        : { x1: 0, x2: view.width(), y1: place, y2: place },
    );
    const [label, stage] = [line.firstChild, line.parentElement].map((part) =>
      part.getBoundingClientRect(),
    );
    line.classList.toggle("is-late", label.right > stage.right);
  };

  const compare = (asked, given) => {
    if (asked.kind === "choice")
      return given === asked.answer ? SAYS.agrees(given) : SAYS.differs(given, asked.answer);
    const unit = asked.unit ? ` ${asked.unit}` : "";
    return SAYS.guessed(given + unit) + SAYS.data(asked.shown + unit);
  };

  const isCovered = (part) => !part.matches(".is-open");

  const open = (part) => {
    part.classList.add("is-open");
    part.querySelector(":scope > .cover")?.remove();
  };

  const ask = (place, count, waiting) => {
    const asked = JSON.parse(place.dataset.guess);
    const said = element("p", { className: "guess-said", role: "status" });
    const form = element("form", { noValidate: true, "aria-label": SAYS.form(count + 1) });
    const cover = () => {
      const show = button(
        SAYS.show,
        () => {
          memory.keepGuess(asked.name, null);
          open(waiting);
          waiting.focus({ preventScroll: true }); // the button is gone
        },
        { "aria-label": SAYS.showOf(count + 1) },
      );
      waiting.tabIndex = -1;
      waiting.append(
        element("div", { className: "cover" }, element("p", { textContent: SAYS.covered }), show),
      );
    };
    const show = (given) => {
      said.textContent = compare(asked, given);
      if (asked.kind === "number") draw(asked, given);
      open(waiting);
    };
    const keep = (given) => {
      const isNew = isCovered(waiting);
      memory.keepGuess(asked.name, given);
      show(given);
      if (isNew) said.append(SAYS.opened);
      if (!memory.isKept) said.append(SAYS.notKept);
    };

    const before = memory.guess(asked.name);
    const check = element("button", {
      textContent: SAYS.check,
      "aria-label": SAYS.checkOf(count + 1),
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    if (asked.kind === "number") {
      const field = element("input", {
        type: "text",
        inputMode: "text",
        autocomplete: "off",
        size: 6,
      });
      if (typeof before === "number") field.value = before;
      const unit = asked.unit ? ` ${asked.unit} ` : " ";
      form.append(element("label", {}, SAYS.field, field, unit), check);
      form.addEventListener("submit", () => {
        const { ask: again, values } = globalThis.plainAnswers.parse(field.value, {
          kind: "number",
          unit: asked.unit,
        });
        if (again) said.textContent = again;
        else keep(values[""]);
      });
    } else {
      const options = asked.options.map((option) => [option, option]);
      form.append(
        globalThis.bookOptions(`guess ${asked.name}`, SAYS.legend, options, before),
        check,
      );
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
    if (asked.kind === "number" ? typeof before === "number" : asked.options.includes(before))
      show(before);
    else if (before === undefined && !memory.marks.read.includes(memory.here)) cover();
    else open(waiting);
    chartOf(asked)?.addEventListener(
      "chart-drawn",
      () => typeof memory.guess(asked.name) === "number" && draw(asked, memory.guess(asked.name)),
    );
  };

  [...document.querySelectorAll(".guess-live")].forEach((place, count) => {
    const box = place.closest(".admonition") ?? place.closest(".guess");
    ask(place, count, box.nextElementSibling); // which waits for it
  });

  const findLinked = () => {
    const [name] = location.hash.slice(1).split("?"); // after it stands the state of a chart
    try {
      return name ? document.getElementById(decodeURIComponent(name)) : null;
    } catch {
      return null; // a malformed address leads nowhere
    }
  };

  // What a link leads to is open, and so is whatever it stands in.
  const openLinked = () => {
    const target = findLinked();
    const covering = [...document.querySelectorAll(".waits")].filter(
      (part) => part.contains(target) && isCovered(part),
    );
    covering.forEach(open);
    if (covering.length) target.scrollIntoView();
  };
  addEventListener("hashchange", openLinked);
  openLinked();
})();
