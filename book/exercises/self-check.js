// The forms of an exercise page: what a reader writes, chooses or orders, what it is worth, and hints in steps.
// plain_answers compares, memory.js remembers. Without scripts the options are a list.
(() => {
  if (!document.querySelector(".self-check-live")) return;
  const { judge, parse, unpack } = globalThis.plainAnswers;
  const { bookMemory: memory, bookElement: element, bookButton } = globalThis;

  const say = (output, right, text) => {
    output.className = right === null ? "" : right ? "is-right" : "is-wrong";
    const word = right === null ? "" : right ? "Right. " : "Not yet. ";
    output.replaceChildren(element("strong", { textContent: word }), text ?? "");
  };

  // A step at a time, and only when the reader asks: where to look, what to compare, how to start.
  const hints = (check) => {
    const steps = check.hints ?? [];
    const list = element("ol", { className: "hints", "aria-live": "polite" });
    const named = (textContent = steps.length === 1 ? "Hint" : `Hint ${list.children.length + 1} of ${steps.length}`) => ({ textContent, ariaLabel: `${textContent}, ${check.name}` });
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

  const form = (check, output, ...children) =>
    element("form", { noValidate: true, "aria-label": `Check ${check.name}` }, ...children, output, ...hints(check));

  const input = (check, output) => {
    const field = element("input", { type: "text", autocomplete: "off", size: 14 });
    if (check.form === "number") field.inputMode = "text";
    const asked = check.name.replace(/^\S+ /, "");
    const label = element("label", {}, `Your answer: ${asked} `, field, check.unit ? ` ${check.unit}` : "");
    const made = form(check, output, label, element("button", { textContent: "Check", "aria-label": `Check ${check.name}` }));
    const answer = () => {
      const { ask, values } = parse(field.value, check);
      if (ask) return say(output, null, ask);
      settle(check, output, field.value, judge(check, values));
    };
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      answer();
    });
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
    const group = element("fieldset", {}, element("legend", { textContent: "Choose one" }), ...options);
    const made = form(check, output, group);
    const answer = (letter) =>
      settle(check, output, letter, judge(check, { "": letter }), `${letter}: ${check.says[letter]}`);
    made.addEventListener("submit", (event) => event.preventDefault());
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
        button(`Move line ${letter} ${name}`, sign, (event) => {
          place();
          event.currentTarget.focus();
          say(output, null, `Line ${letter} is now number ${[...list.children].indexOf(line) + 1}.`);
        });
      const leave = button(`Leave out line ${letter}`, "×", () => {
        line.leaveOut(!line.classList.contains("left-out"));
        say(output, null, `Line ${letter} is ${line.classList.contains("left-out") ? "left out" : "used"}.`);
      });
      line.leaveOut = (out) => {
        line.classList.toggle("left-out", out);
        leave.textContent = out ? "+" : "×";
        leave.setAttribute("aria-label", `${out ? "Take back" : "Leave out"} line ${letter}`);
      };
      line.append(
        element("span", { className: "line-buttons" },
          move("up", "↑", () => line.previousElementSibling?.before(line)),
          move("down", "↓", () => line.nextElementSibling?.after(line)),
          leave),
        element("b", { textContent: `${letter} ` }), code);
      list.append(line);
    }
    const made = form(check, output, list, element("button", { textContent: "Check the order", "aria-label": `Check the order, ${check.name}` }));
    const answer = () => {
      const letters = used().map((line) => line.dataset.letter);
      const verdict = judge(check, Object.fromEntries(letters.map((letter, i) => [String(i + 1), letter])));
      const count = Object.keys(check.values).length;
      const length = letters.length === count ? "" : `The answer has ${count} lines, yours ${letters.length}. `;
      settle(check, output, letters, verdict, length + verdict.says);
    };
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      answer();
    });
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
    total.textContent = right ? `${right} of ${asked.length} answers on this page are right. ${memory.isKept ? "" : "This browser does not keep them."}` : "";
    document.querySelectorAll(".question-mark").forEach((old) => old.remove());
    for (const section of new Set(asked.map((one) => one.section))) {
      const here = asked.filter((one) => one.section === section).map(({ name }) => name);
      const tried = here.filter((name) => memory.answer(name) !== undefined).length;
      const done = here.filter(memory.isRight).length;
      const text = done === here.length ? "✓ right" : tried ? `${done} of ${here.length} right` : "";
      if (text) section.querySelector("h2, h3")?.append(element("span", { className: "question-mark", textContent: ` ${text}` }));
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
  const count = () => {
    memory.setAsked(asked.length);
    mark();
  };
  memory.onChange(mark);
  count();
  globalThis.bookHints = (steps, name) => hints({ hints: steps, name });
  globalThis.bookQuestions = { add: (name, section) => (asked.push({ name, section }), count()) };
})();
