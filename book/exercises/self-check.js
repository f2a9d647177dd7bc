// Forms of an exercise page: a field, options or lines to order, with the verdict on an answer and
// hints in steps. plain_answers judges, memory.js stores. Without scripts the options are a list.
(() => {
  if (!document.querySelector(".self-check-live")) return;
  // Texts, for translators.
  const SAYS = {
    right: "Right. ",
    notYet: "Not yet. ",
    form: (name) => `Check ${name}`,
    check: "Check",
    checkOrder: "Check the order",
    choose: "Choose one",
    field: (asked) => `Your answer: ${asked} `,
    named: (says, name) => `${says}, ${name}`,
    chosen: (letter, says) => `${letter}: ${says}`,
    hint: (number, count) => (count === 1 ? "Hint" : `Hint ${number} of ${count}`),
    up: (letter) => `Move line ${letter} up`,
    down: (letter) => `Move line ${letter} down`,
    moved: (letter, number) => `Line ${letter} is now number ${number}.`,
    leave: (letter) => `Leave out line ${letter}`,
    take: (letter) => `Take back line ${letter}`,
    left: (letter) => `Line ${letter} is left out.`,
    used: (letter) => `Line ${letter} is used.`,
    lines: (count, given) => `The answer has ${count} lines, yours ${given}. `,
    total: (right, count) => `${right} of ${count} answers on this page are right. `,
    notKept: "This browser does not keep them.",
    done: " ✓ right",
    some: (done, count) => ` ${done} of ${count} right`,
  };
  const { judge, parse, unpack } = globalThis.plainAnswers;
  const { bookMemory: memory, bookElement: element, bookButton, bookOptions } = globalThis;

  const say = (output, right, text) => {
    output.className = right === null ? "" : right ? "is-right" : "is-wrong";
    const word = right === null ? "" : right ? SAYS.right : SAYS.notYet;
    output.replaceChildren(element("strong", { textContent: word }), text ?? "");
  };

  // One hint at each press.
  const hints = (steps, name) => {
    const list = element("ol", { className: "hints", "aria-live": "polite" });
    const named = (textContent = SAYS.hint(list.children.length + 1, steps.length)) => ({
      textContent,
      ariaLabel: SAYS.named(textContent, name),
    });
    const show = () => {
      list.append(element("li", { textContent: steps[list.children.length] }));
      if (list.children.length === steps.length) button.remove();
      else Object.assign(button, named());
    };
    const button = bookButton("", show, { className: "hint-button", ...named() });
    return steps.length ? [list, button] : [];
  };

  // Shows a verdict and stores the answer.
  const settle = (check, output, answer, verdict, says = verdict.says) => {
    say(output, verdict.right, says);
    memory.keepAnswer(check.name, answer, verdict.right);
  };

  const makeForm = (check, output, onSubmit, ...children) => {
    const form = element(
      "form",
      { noValidate: true, "aria-label": SAYS.form(check.name) },
      ...children,
      output,
      ...hints(check.hints ?? [], check.name),
    );
    form.addEventListener("submit", (event) => (event.preventDefault(), onSubmit()));
    return form;
  };
  const letterOf = (item) => item.querySelector("strong").textContent.replace(".", "");

  const input = (check, output) => {
    const field = element("input", { type: "text", autocomplete: "off", size: 14 });
    if (check.form === "number") field.inputMode = "text";
    const asked = check.name.replace(/^\S+ /, "");
    const label = element(
      "label",
      {},
      SAYS.field(asked),
      field,
      check.unit ? ` ${check.unit}` : "",
    );
    const answer = () => {
      const { ask, values } = parse(field.value, check);
      if (ask) return say(output, null, ask);
      settle(check, output, field.value, judge(check, values));
    };
    const press = element("button", {
      textContent: SAYS.check,
      "aria-label": SAYS.form(check.name),
    });
    const stored = memory.answer(check.name);
    if (typeof stored === "string") {
      field.value = stored;
      answer();
    }
    return makeForm(check, output, answer, label, press);
  };

  const choice = (check, output, items) => {
    const answer = (letter) =>
      settle(
        check,
        output,
        letter,
        judge(check, { "": letter }),
        SAYS.chosen(letter, check.says[letter]),
      );
    const stored = memory.answer(check.name);
    const options = items.map((item) => [letterOf(item), ...item.cloneNode(true).childNodes]);
    const form = makeForm(
      check,
      output,
      () => {},
      bookOptions(check.name, SAYS.choose, options, stored),
    );
    form.addEventListener("change", (event) => answer(event.target.value));
    if (form.querySelector("input:checked")) answer(stored);
    return form;
  };

  const order = (check, output, items) => {
    const list = element("ol", { className: "lines" });
    const used = () => [...list.children].filter((line) => !line.classList.contains("left-out"));
    const button = (name, sign, act) => bookButton(sign, act, { "aria-label": name });
    for (const item of items) {
      const letter = letterOf(item);
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
      line.append(
        element("span", { className: "line-buttons" }, up, down, leave),
        element("b", { textContent: `${letter} ` }),
        code,
      );
      list.append(line);
    }
    const press = element("button", {
      textContent: SAYS.checkOrder,
      "aria-label": SAYS.named(SAYS.checkOrder, check.name),
    });
    const answer = () => {
      const letters = used().map((line) => line.dataset.letter);
      const verdict = judge(
        check,
        Object.fromEntries(letters.map((letter, i) => [String(i + 1), letter])),
      );
      const count = Object.keys(check.values).length;
      const length = letters.length === count ? "" : SAYS.lines(count, letters.length);
      settle(check, output, letters, verdict, length + verdict.says);
    };
    const stored = memory.answer(check.name);
    if (Array.isArray(stored)) {
      const lineOf = Object.fromEntries(
        [...list.children].map((line) => [line.dataset.letter, line]),
      );
      const kept = stored.filter((letter) => lineOf[letter]);
      list.prepend(...kept.map((letter) => lineOf[letter]));
      [...list.children].forEach((line) => line.leaveOut(!kept.includes(line.dataset.letter)));
      answer();
    }
    return makeForm(check, output, answer, list, press);
  };

  // How many answers are right, beside the heading of each exercise and at the top of the page.
  const places = [...document.querySelectorAll(".self-check-live")];
  const checks = new Map(places.map((place) => [place, unpack(place.dataset.check)]));
  const asked = places.map((place) => ({
    name: checks.get(place).name,
    section: place.closest("section"),
  }));
  const total = element("p", { className: "page-marks" });
  document.querySelector("h1")?.after(total);
  const mark = () => {
    const right = asked.filter(({ name }) => memory.isRight(name)).length;
    total.textContent = right
      ? SAYS.total(right, asked.length) + (memory.isKept ? "" : SAYS.notKept)
      : "";
    document.querySelectorAll(".question-mark").forEach((old) => old.remove());
    for (const section of new Set(asked.map((question) => question.section))) {
      const here = asked.filter((question) => question.section === section).map(({ name }) => name);
      const tried = here.filter((name) => memory.answer(name) !== undefined).length;
      const done = here.filter(memory.isRight).length;
      const textContent =
        done === here.length ? SAYS.done : tried ? SAYS.some(done, here.length) : "";
      if (textContent)
        section
          .querySelector("h2, h3")
          ?.append(element("span", { className: "question-mark", textContent }));
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
  globalThis.bookQuestions = { add, hints, say };
})();
