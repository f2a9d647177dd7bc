// Asks for a number on a slider. Then the figures of a table fall onto the same scale, one after
// the other; a second press shows all at once.
(() => {
  // Texts, for translators.
  const SAYS = {
    name: "Your guess",
    field: (text) => `Your guess: ${text}`,
    none: "Drag to your guess",
    late: "Drag to compare a guess",
    unset: "not chosen yet",
    show: "Show the figures",
    finish: "Show all at once",
    again: "Play again",
    answered: (guess, text, whose) => `You said ${guess}; ${whose} says ${text}.`,
    agreed: (guess, whose) => `You said ${guess}, and so does ${whose}.`,
  };
  const PAUSE = 1400; // milliseconds to read a figure before the next one falls
  const { bookMemory: memory, bookElement: element, bookButton: button } = globalThis;

  const readRow = ({ cells: [name, number, why] }) => {
    const ends = number.textContent.match(/[\d.]+/g).map(Number);
    return {
      name: name.textContent,
      text: number.textContent,
      from: ends[0],
      to: ends.at(-1),
      why: why.textContent,
    };
  };

  document.querySelectorAll(".scale-live").forEach((place, count) => {
    const box = place.parentElement;
    const [low, high, step] = place.dataset.scale.split(" ").map(Number);
    const [table, fold] = [box.querySelector("table"), box.querySelector(".folded-box")];
    const unit = table.tHead.rows[0].cells[1].textContent;
    const end = [...fold.querySelectorAll("details > p")].map((part) => part.cloneNode(true));
    const blank = box.querySelector("strong");
    // A number is shorter than the words in its place: without their width the sentence would break
    // again.
    blank.style.boxSizing = "border-box";
    blank.style.minWidth = `${blank.offsetWidth / parseFloat(getComputedStyle(blank).fontSize)}em`;
    const key = `scale ${count}`;
    const locate = (value) => (value - low) / (high - low);

    const rows = [...table.tBodies[0].rows].map(readRow).map((row) => {
      const mark = element(
        "span",
        { className: "scale-mark", hidden: true },
        element("span", { className: "scale-number", textContent: row.text }),
      );
      mark.style.setProperty("--from", locate(row.from));
      mark.style.setProperty("--to", locate(row.to));
      const words = element(
        "p",
        { className: "scale-words" },
        element("b", { textContent: `${row.name}. `, "aria-hidden": "true" }),
        element("span", {
          className: "scale-heard",
          textContent: `${row.name}: ${row.text} ${unit}. `,
        }),
        element("span", { className: "scale-why", textContent: row.why }),
      );
      return {
        ...row,
        mark,
        item: element(
          "li",
          {},
          words,
          element("div", { className: "scale-track", "aria-hidden": "true" }, mark),
        ),
      };
    });

    let guess = memory.guess(key);
    const given = element("span", { className: "scale-given" });
    const slider = element("input", {
      type: "range",
      min: low,
      max: high,
      step,
      id: `scale-${count}`,
      "aria-label": SAYS.name,
    });
    slider.value = guess ?? low; // after its ends are set
    const answer = element("p", { className: "scale-answer", hidden: true });
    const showAnswer = () => {
      const [{ name, text, from }] = rows;
      const whose = name[0].toLowerCase() + name.slice(1);
      answer.hidden = false;
      answer.textContent =
        guess === from ? SAYS.agreed(guess, whose) : SAYS.answered(guess, text, whose);
    };
    const isTold = () => box.classList.contains("is-told");
    const showGuess = () => {
      const text = guess == null ? SAYS.unset : `${guess} ${unit}`;
      const ask = isTold() ? SAYS.late : SAYS.none;
      given.textContent = guess == null ? ask : SAYS.field(text);
      slider.setAttribute("aria-valuetext", text);
      if (guess == null) return;
      box.style.setProperty("--guess", locate(guess));
      box.classList.add("has-guess");
      if (isTold()) showAnswer();
      else blank.textContent = guess;
    };
    const choose = () => {
      guess = Number(slider.value);
      showGuess();
      if (isTold()) memory.keepGuess(key, guess);
    };
    slider.addEventListener("input", choose);
    slider.addEventListener("click", choose); // the end at which it stands

    let timers = [];
    let isTelling = false;
    const tell = (pause) => {
      timers.forEach(clearTimeout);
      box.classList.add("is-told");
      box.style.setProperty("--told", locate(rows[0].from));
      blank.textContent = rows[0].text;
      showGuess();
      const end = (rows.length - 1) * pause;
      isTelling = end > 0;
      show.textContent = isTelling ? SAYS.finish : SAYS.again;
      timers = rows.map(({ mark }, index) => {
        const at = index * pause;
        mark.hidden = at > 0; // and with it what the row says
        return setTimeout(() => {
          mark.hidden = false;
          if (at < end) return;
          isTelling = false;
          show.textContent = SAYS.again;
        }, at);
      });
    };
    const show = button(SAYS.show, () => {
      memory.keepGuess(key, guess ?? null);
      const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
      tell(isStill || isTelling ? 0 : PAUSE);
    });

    const ticks = Array.from({ length: Math.round((high - low) / 0.5) + 1 }, (_, index) => {
      const tick = element("span", { textContent: low + index / 2 });
      tick.style.setProperty("--from", locate(low + index / 2));
      return tick;
    });
    place.append(
      element("label", { htmlFor: slider.id }, given),
      element(
        "div",
        { className: "scale-slider" },
        slider,
        element("div", { className: "scale-ticks", "aria-hidden": "true" }, ...ticks),
      ),
      show,
      element(
        "div",
        { className: "scale-told", role: "status", "aria-atomic": "false" },
        answer,
        element("ol", { role: "list" }, ...rows.map(({ item }) => item)),
        element("div", { className: "scale-end" }, ...end),
      ),
    );
    showGuess();
    box.classList.add("is-live");
    if (guess !== undefined) tell(0);
  });
})();
