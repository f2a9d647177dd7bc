// The forms of an exercise page: what a reader writes, chooses or orders, what it is worth, and hints in steps.
// plain_answers compares, memory.js remembers. Without scripts the options are a list.
(() => {
  if (!document.querySelector(".self-check-live")) return;
  // All that a reader is told, for translators.
  const SAYS = {
    right: "Right. ", notYet: "Not yet. ", form: (name) => `Check ${name}`, check: "Check", checkOrder: "Check the order", choose: "Choose one",
    field: (asked) => `Your answer: ${asked} `, named: (says, name) => `${says}, ${name}`, chosen: (letter, says) => `${letter}: ${says}`,
    hint: (number, count) => (count === 1 ? "Hint" : `Hint ${number} of ${count}`),
    up: (letter) => `Move line ${letter} up`, down: (letter) => `Move line ${letter} down`,
    moved: (letter, number) => `Line ${letter} is now number ${number}.`,
    leave: (letter) => `Leave out line ${letter}`, take: (letter) => `Take back line ${letter}`,
    left: (letter) => `Line ${letter} is left out.`, used: (letter) => `Line ${letter} is used.`,
    lines: (count, given) => `The answer has ${count} lines, yours ${given}. `,
    total: (right, count) => `${right} of ${count} answers on this page are right. `, notKept: "This browser does not keep them.",
    done: " ✓ right", some: (done, count) => ` ${done} of ${count} right`,
  };
  const { judge, parse, unpack } = globalThis.plainAnswers;
  const { bookMemory: memory, bookElement: element, bookButton } = globalThis;

  const say = (output, right, text) => {
    output.className = right === null ? "" : right ? "is-right" : "is-wrong";
    const word = right === null ? "" : right ? SAYS.right : SAYS.notYet;
    output.replaceChildren(element("strong", { textContent: word }), text ?? "");
  };

  // A step at a time, and only when the reader asks: where to look, what to compare, how to start.
  const hints = (check) => {
    const steps = check.hints ?? [];
    const list = element("ol", { className: "hints", "aria-live": "polite" });
    const named = (textContent = SAYS.hint(list.children.length + 1, steps.length)) => ({ textContent, ariaLabel: SAYS.named(textContent, check.name) });
    const show = () => {
      list.append(element("li", { textContent: steps[list.children.length] }));
      if (list.children.length === steps.length) button.remove();
      else Object.assign(button, named());
    };
    const button = bookButton("", show, { className: "hint-button", ...named() });
    return steps.length ? [list, button] : [];
  };

  // Judges, says so, and remembers; on coming back the page shows what was there, without announcing it.
  const settle = (check, output, given, verdict, says = verdict.says) => {
    say(output, verdict.right, says);
    memory.keepAnswer(check.name, given, verdict.right);
  };

  const form = (check, output, onSubmit, ...children) => {
    const made = element("form", { noValidate: true, "aria-label": SAYS.form(check.name) }, ...children, output, ...hints(check));
    made.addEventListener("submit", (event) => (event.preventDefault(), onSubmit()));
    return made;
  };

  const input = (check, output) => {
    const field = element("input", { type: "text", autocomplete: "off", size: 14 });
    if (check.form === "number") field.inputMode = "text";
    const asked = check.name.replace(/^\S+ /, "");
    const label = element("label", {}, SAYS.field(asked), field, check.unit ? ` ${check.unit}` : "");
    const made = form(check, output, () => answer(), label, element("button", { textContent: SAYS.check, "aria-label": SAYS.form(check.name) }));
    const answer = () => {
      const { ask, values } = parse(field.value, check);
      if (ask) return say(output, null, ask);
      settle(check, output, field.value, judge(check, values));
    };
    const before = memory.answer(check.name);
    if (typeof before === "string") {
      field.value = before;
      answer();
    }
    return made;
  };

  const choice = (check, output, items) => {
    const options = items.map((item) => {
      const letter = item.querySelector("strong").textContent.replace(".", "");
      const radio = element("input", { type: "radio", name: check.name, value: letter });
      return element("label", { className: "option" }, radio, element("span", {}, ...item.cloneNode(true).childNodes));
    });
    const group = element("fieldset", {}, element("legend", { textContent: SAYS.choose }), ...options);
    const made = form(check, output, () => {}, group);
    const answer = (letter) => settle(check, output, letter, judge(check, { "": letter }), SAYS.chosen(letter, check.says[letter]));
    made.addEventListener("change", (event) => answer(event.target.value));
    const before = [...made.querySelectorAll("input")].find((radio) => radio.value === memory.answer(check.name));
    if (before) {
      before.checked = true;
      answer(before.value);
    }
    return made;
  };

  const order = (check, output, items) => {
    const list = element("ol", { className: "lines" });
    const used = () => [...list.children].filter((line) => !line.classList.contains("left-out"));
    const button = (name, sign, act) => bookButton(sign, act, { "aria-label": name });
    for (const item of items) {
      const letter = item.querySelector("strong").textContent.replace(".", "");
      const code = element("code", { textContent: item.querySelector("code").textContent });
      const line = element("li", {});
      line.dataset.letter = letter;
      const move = (name, sign, place) =>
        button(name(letter), sign, (event) => {
          place();
          event.currentTarget.focus();
          say(output, null, SAYS.moved(letter, [...list.children].indexOf(line) + 1));
        });
      const leave = button(SAYS.leave(letter), "×", () => {
        const isOut = !line.classList.contains("left-out");
        line.leaveOut(isOut);
        say(output, null, (isOut ? SAYS.left : SAYS.used)(letter));
      });
      line.leaveOut = (out) => {
        line.classList.toggle("left-out", out);
        leave.textContent = out ? "+" : "×";
        leave.setAttribute("aria-label", (out ? SAYS.take : SAYS.leave)(letter));
      };
      const up = move(SAYS.up, "↑", () => line.previousElementSibling?.before(line));
      const down = move(SAYS.down, "↓", () => line.nextElementSibling?.after(line));
      line.append(element("span", { className: "line-buttons" }, up, down, leave), element("b", { textContent: `${letter} ` }), code);
      list.append(line);
    }
    const press = element("button", { textContent: SAYS.checkOrder, "aria-label": SAYS.named(SAYS.checkOrder, check.name) });
    const made = form(check, output, () => answer(), list, press);
    const answer = () => {
      const letters = used().map((line) => line.dataset.letter);
      const verdict = judge(check, Object.fromEntries(letters.map((letter, i) => [String(i + 1), letter])));
      const count = Object.keys(check.values).length;
      const length = letters.length === count ? "" : SAYS.lines(count, letters.length);
      settle(check, output, letters, verdict, length + verdict.says);
    };
    const before = memory.answer(check.name);
    if (Array.isArray(before)) {
      const lineOf = Object.fromEntries([...list.children].map((line) => [line.dataset.letter, line]));
      const kept = before.filter((letter) => lineOf[letter]);
      list.prepend(...kept.map((letter) => lineOf[letter]));
      [...list.children].forEach((line) => line.leaveOut(!kept.includes(line.dataset.letter)));
      answer();
    }
    return made;
  };

  // Beside the heading of an exercise, and over the page: what is right so far.
  const places = [...document.querySelectorAll(".self-check-live")];
  const checks = new Map(places.map((place) => [place, unpack(place.dataset.check)]));
  const asked = places.map((place) => ({ name: checks.get(place).name, section: place.closest("section") }));
  const total = element("p", { className: "page-marks" });
  document.querySelector("h1")?.after(total);
  const mark = () => {
    const right = asked.filter(({ name }) => memory.isRight(name)).length;
    total.textContent = right ? SAYS.total(right, asked.length) + (memory.isKept ? "" : SAYS.notKept) : "";
    document.querySelectorAll(".question-mark").forEach((old) => old.remove());
    for (const section of new Set(asked.map((one) => one.section))) {
      const here = asked.filter((one) => one.section === section).map(({ name }) => name);
      const tried = here.filter((name) => memory.answer(name) !== undefined).length;
      const done = here.filter(memory.isRight).length;
      const textContent = done === here.length ? SAYS.done : tried ? SAYS.some(done, here.length) : "";
      if (textContent) section.querySelector("h2, h3")?.append(element("span", { className: "question-mark", textContent }));
    }
  };

  for (const place of places) {
    const check = checks.get(place);
    const box = place.closest(".self-check");
    const output = element("p", { role: "status" });
    const items = [...box.querySelectorAll("li")];
    const make = { number: input, text: input, choice, order }[check.form];
    place.replaceChildren(make(check, output, items));
    box.classList.add("is-live");
  }
  const add = (...more) => {
    asked.push(...more);
    memory.setAsked(asked.length);
    mark();
  };
  memory.onChange(mark);
  add();
  globalThis.bookQuestions = { add, hints: (steps, name) => hints({ hints: steps, name }), say };
})();
