// Takes the reader's guess before the answer, keeps it, and shows it beside the answer and on the chart.
(() => {
  const memory = globalThis.bookMemory;
  const element = globalThis.bookElement;
  const figureOf = (asked) => (asked.figure ? document.getElementById(asked.figure) : null);

  // A line across the living chart at the guess, where its axis reaches so far.
  const draw = (asked, value) => {
    const chart = figureOf(asked)?.querySelector(".chart");
    const stage = chart?.querySelector(".chart-live");
    if (!stage || !chart.vegaView) return;
    stage.querySelector(".guess-line")?.remove();
    const view = chart.vegaView;
    const across = asked.axis === "x";
    const place = view.scale(asked.axis)(value);
    const room = across ? view.width() : view.height();
    if (!(place >= 0 && place <= room)) return;
    const [left, top] = view.origin();
    const line = element("div", { className: `guess-line guess-line-${asked.axis}` }, element("span", { textContent: "your guess" }));
    Object.assign(line.style, across
      ? { left: `${left + place}px`, top: `${top}px`, height: `${view.height()}px` }
      : { left: `${left}px`, top: `${top + place}px`, width: `${view.width()}px` });
    stage.append(line);
  };

  const compare = (asked, given) => {
    if (asked.kind === "choice") {
      return given === asked.answer ? `You said “${given}”, and so do the data.` : `You said “${given}”; the data say “${asked.answer}”.`;
    }
    const unit = asked.unit ? ` ${asked.unit}` : "";
    return `Your guess: ${given}${unit}. The data: ${asked.shown}${unit}.`;
  };

  for (const [count, place] of document.querySelectorAll(".guess-live").entries()) {
    const asked = JSON.parse(place.dataset.guess);
    const said = element("p", { className: "guess-said", role: "status" });
    const form = element("form", { noValidate: true, "aria-label": `Guess ${count + 1}` });
    const show = (given) => {
      said.textContent = compare(asked, given);
      if (asked.kind === "number") draw(asked, given);
    };
    const keep = (given) => {
      memory.keepGuess(asked.name, given);
      show(given);
      if (!memory.isKept) said.append(" This browser does not keep it.");
    };

    const before = memory.guess(asked.name);
    if (asked.kind === "number") {
      const field = element("input", { type: "text", inputMode: "text", autocomplete: "off", size: 8 });
      if (typeof before === "number") field.value = before;
      const unit = asked.unit ? ` ${asked.unit} ` : " ";
      form.append(element("label", {}, "Your guess: ", field, unit), element("button", { textContent: "Keep it, and compare" }));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const { ask, values } = globalThis.plainAnswers.parse(field.value, { kind: "number", unit: asked.unit });
        if (ask) said.textContent = ask;
        else keep(values[""]);
      });
    } else {
      const options = asked.options.map((option) => {
        const radio = element("input", { type: "radio", name: `guess ${asked.name}`, value: option, checked: option === before });
        return element("label", { className: "option" }, radio, element("span", { textContent: option }));
      });
      form.append(element("fieldset", {}, element("legend", { textContent: "Your guess" }), ...options));
      form.addEventListener("submit", (event) => event.preventDefault());
      form.addEventListener("change", ({ target }) => keep(target.value));
    }
    form.append(said);
    place.replaceChildren(form);
    place.closest(".guess").classList.add("is-live");
    if (asked.kind === "number" ? typeof before === "number" : asked.options.includes(before)) show(before);
    const redraw = () => typeof memory.guess(asked.name) === "number" && draw(asked, memory.guess(asked.name));
    figureOf(asked)?.addEventListener("chart-drawn", redraw);
  }
})();
