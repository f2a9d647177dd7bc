// Code exercises in the page: run and check, with hints, a solution after two tries, and other
// numbers. Without a laboratory (`liveCells`), or without a package that an exercise needs, the
// starter code stays as it is. The page does not hold answers: `NAME.practice.json` has the encoded
// solution, and the page's Python seals what it gives with the current values, as `jingjinji.check`
// does in a notebook.
(() => {
  // Texts, for translators.
  const SAYS = {
    notKept: " This browser does not keep your code.",
    left: "Your code is here as you left it.",
    leftRight: "Your answer is here as you left it.",
    needs: (packages) => `This exercise can't run in the browser: it needs ${packages}.`,
    toWork: " To work it, ",
    offline: "The check could not be fetched. Try again.",
    run: "Run and check",
    help: "Hint",
    see: "Show a solution",
    shown: "A solution",
    more: "Try other numbers",
    again: "Start again",
    anew: "The code is as it was.",
    code: (number) => `Your code for exercise ${number}`,
    exercise: (number) => `Exercise ${number}`,
    checking: "Checking",
    hold: "Does your code also work with other numbers?",
    other: "The question with other numbers",
    others: "Here is the question with other numbers. Run your code again, or write it again.",
    blank: (line) =>
      `A blank is left in line ${line}: write your answer where the three dots (...) stand.`,
    notPython: (line, error) =>
      `${line ? `Line ${line}` : "This"} is not Python yet. Look there and at the line above for` +
      ` a bracket, a quotation mark or a colon that is missing. (${error})`,
    stopped: "Your code stopped before it could be checked; see the error below.",
    noCheck: "Your code ran, but it cannot be checked here.",
    missing: (name) => `The check looks for the name ${name}, which your code does not make.`,
    empty: (answer) => `${answer} has no value yet: your code does not give it one.`,
    checkStopped: (error) => `The check of your answer stopped: ${error}`,
  };
  const {
    liveCells: lab,
    bookMemory: memory,
    bookElement: element,
    bookQuestions: questions,
  } = globalThis;
  const fields = [...document.querySelectorAll(".code-exercise")];
  if (!fields.length || !lab?.isHere) return;
  const EMPTY = "empty"; // the kind of an error of plain_answers
  const TRIES = 2; // wrong answers before the solution may be seen
  const { unpack } = globalThis.plainAnswers;
  const address = lab.at(lab.about.cells.replace(/json$/, "practice.json"));

  let fetched;
  const all = () =>
    (fetched ??= fetch(address)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
      .catch((error) => {
        fetched = undefined;
        throw error;
      }));

  // The line of the first blank (...): not in a string or comment, not in a test for blanks, and
  // not of a name that is assigned later.
  const blank = (code) => {
    const bare = code
      .replace(/\bis \.\.\.|\.\.\. if\b/g, "")
      .replace(/("""|''')[^]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g, (text) =>
        text.replace(/[^\n]/g, " "),
      );
    const lines = bare.split("\n");
    return (
      1 +
      lines.findIndex((line, i) => {
        const name = line.match(/^(\w+) *= *\.\.\. *$/)?.[1];
        const later = lines.slice(i + 1);
        if (name)
          return !later.some((other) =>
            new RegExp(`^(?:\\w+, *)*${name}\\b[^=]*=(?!=)`).test(other),
          );
        return line.includes("...");
      })
    );
  };

  const keys = new Map(); // exercise and cell of parameters -> sealed answers
  const seal = async (label, exercise, before, show) => {
    const name = JSON.stringify([label, before]);
    if (keys.has(name)) return { sealed: keys.get(name) };
    const { solution, slips, accepted } = unpack(exercise.key);
    const given = JSON.stringify(accepted ?? {});
    const record = `from plain_answers.recording import Recorder\ncheck = Recorder(${given})`;
    const code = [record, solution, exercise.tests, ...slips, "check.sealed()"].join("\n");
    const { value, error } = await lab.run(code, { before, space: "key", fresh: true, ...show });
    if (error) return { error };
    keys.set(name, value);
    return { sealed: value };
  };

  const isGone = ({ error }) => ["Stopped", "Unavailable"].includes(error?.name);
  const sentence = (error) => error.message.replace(/^AssertionError: /, "");

  const equip = (field) => {
    const section = field.closest("section");
    const label = field.id.replace("code-", "exercise-");
    const number = label.replace("exercise-", "").replace("-", ".");
    const needs = lab.about.exercises[number];
    if (needs) return field.append(lab.withEnd(SAYS.needs(needs), SAYS.toWork));
    const starter = field.querySelector("pre").textContent.replace(/\n$/, "");
    const name = `${number} code`;
    const original = `${number}\n${starter}`; // two exercises may start alike
    const state = { tries: 0, isRight: false, maySee: false, variant: 0, ...memory.answer(name) };
    const keep = () => memory.keepAnswer(name, state, state.isRight);

    const button = (...given) => Object.assign(lab.button(...given), { hidden: true });
    const verdict = element("p", { className: "practice-verdict", role: "status" });
    const tell = (right, text) => {
      questions.say(verdict, right, memory.isKept ? text : text + SAYS.notKept);
      verdict.classList.add("practice-verdict");
    };
    const output = element("div", { className: "cell_output" });
    const other = element("div", { className: "practice-other" });
    const solution = element("details", { className: "practice-solution", hidden: true });
    const hints = element("div", {});

    const data = async () => {
      const { provided, exercises } = await all();
      const exercise = exercises[label];
      const given = [...exercise.given];
      if (state.variant) given[exercise.varies] = exercise.variants[state.variant - 1].cell;
      return { exercise, before: [...provided, ...given], own: provided.length };
    };
    const offline = () => tell(null, SAYS.offline);
    const offer = ({ exercise }) => {
      more.hidden = !(state.isRight && exercise.variants.length);
      see.hidden = !(state.maySee || state.tries >= TRIES) || !solution.hidden;
    };
    const ask = async () => {
      const { exercise } = await data();
      if (state.variant) {
        const { cell, question } = exercise.variants[state.variant - 1];
        const title = element("p", {}, element("strong", { textContent: SAYS.other }));
        const codes = (part, i) => (i % 2 ? element("code", { textContent: part }) : part);
        const paragraphs = question
          .split("\n\n")
          .map((text) => element("p", {}, ...text.split("`").map(codes)));
        other.replaceChildren(title, ...paragraphs, element("pre", { textContent: cell }));
      } else other.replaceChildren();
      offer({ exercise });
    };

    const act = async (step) => {
      const code = writer.text;
      const line = blank(code);
      if (line) return tell(null, SAYS.blank(line));
      let held;
      try {
        held = await data();
      } catch {
        return offline();
      }
      const { exercise, before, own } = held;
      const given = [];
      const show = (place, result) =>
        state.variant && place > own + exercise.varies && given.push(...lab.render(result));
      const options = { before, space: label, tell: step };
      const ran = await lab.run(code, { ...options, fresh: true, show });
      writer.mark(ran.error?.above === undefined && ran.error?.line);
      step("");
      other.querySelectorAll(".output, .chart").forEach((old) => old.remove());
      other.append(...given);
      if (ran.error?.name === "SyntaxError" || ran.error?.name === "IndentationError") {
        output.replaceChildren();
        return tell(null, SAYS.notPython(ran.error.line, sentence(ran.error)));
      }
      if (isGone(ran)) return tell(null, ran.error.message);
      output.replaceChildren(...lab.render(ran));
      if (ran.error) return tell(null, SAYS.stopped);
      step(SAYS.checking);
      const key = await seal(label, exercise, before, { tell: step });
      if (isGone(key)) return tell(null, key.error.message);
      if (key.error) {
        output.append(...lab.render({ outputs: [], error: key.error }));
        return tell(null, SAYS.noCheck);
      }
      const isDrawn = ran.outputs.some(({ data: shown }) =>
        Object.keys(shown ?? {}).some((kind) => kind.includes("vegalite")),
      );
      const draw = exercise.chart && !isDrawn ? `display(${exercise.chart})\n` : "";
      const use = `from jingjinji import check\ncheck.use(${JSON.stringify(key.sealed)})\n`;
      const test = draw + use + exercise.tests;
      const checked = await lab.run(test, { ...options, before: [...before, code] });
      output.append(...lab.render({ outputs: checked.outputs, error: null }));
      step("");
      if (isGone(checked)) return tell(null, checked.error.message);
      // A missing answer does not count as a try.
      const { name, kind, about } = checked.error ?? {};
      if (name === "NameError") return tell(null, SAYS.missing(about));
      if (kind === EMPTY) return tell(null, SAYS.empty(about));
      state.isRight = !checked.error;
      if (checked.error) state.tries += 1;
      keep();
      if (!checked.error) tell(true, exercise.variants.length ? SAYS.hold : "");
      else if (checked.error.name === "AssertionError") tell(false, sentence(checked.error));
      else tell(false, SAYS.checkStopped(sentence(checked.error)));
      offer(held);
    };

    const see = button(SAYS.see, async () => {
      const { exercise } = await data().catch(() => ({}));
      if (!exercise) return offline();
      state.maySee = true;
      keep();
      const code = element("pre", { textContent: unpack(exercise.key).shown });
      solution.replaceChildren(element("summary", { textContent: SAYS.shown }), code);
      solution.hidden = false;
      solution.open = true;
      see.hidden = true;
      solution.querySelector("summary").focus();
    });
    const more = button(SAYS.more, async () => {
      const { exercise } = await data();
      Object.assign(state, {
        variant: (state.variant % exercise.variants.length) + 1,
        isRight: false,
        tries: 0,
      });
      keep();
      output.replaceChildren();
      await ask();
      tell(null, SAYS.others);
    });
    const help = button(SAYS.help, async () => {
      const { exercise } = await data().catch(() => ({}));
      if (!exercise) return offline();
      help.remove();
      hints.replaceChildren(...questions.hints(exercise.hints, name));
      hints.querySelector("button")?.click();
    });
    // A number field in the same exercise has the same hints.
    help.hidden = Boolean(section.querySelector(".hint-button"));
    section.addEventListener("click", ({ target }) => {
      const list = target.closest(".hint-button") && section.querySelector(".hints:not(:empty)");
      if (!list || list.parentElement.querySelector(".hint-button")) return;
      state.maySee = true; // the last hint is taken
      keep();
      see.hidden = !solution.hidden;
    });
    const again = button(SAYS.again, () => {
      writer.text = starter;
      output.replaceChildren();
      tell(null, SAYS.anew);
      writer.focus();
    });
    again.hidden = false;

    const onInput = (text) => memory.keepCode(original, text === starter ? undefined : text);
    const writer = lab.writer(memory.code(original) ?? starter, {
      label: SAYS.code(number),
      onInput,
      onRun: () => run(),
      onLeave: () => bar.querySelector(".lab-run").focus(),
    });
    const { bar, offer: run } = lab.controls({
      run: act,
      name: SAYS.run,
      label: SAYS.exercise(number),
      parts: [help, see, more, again],
    });
    const live = element(
      "div",
      { className: "practice-live" },
      other,
      writer.box,
      bar,
      verdict,
      hints,
      solution,
      output,
    );
    field.append(live);
    field.classList.add("is-live");
    if (state.isRight) tell(true, SAYS.leftRight);
    else if (memory.code(original) !== undefined) tell(null, SAYS.left);
    if (state.isRight || state.variant || state.tries || state.maySee) ask().catch(offline);
    questions.add({ name, section });
  };
  fields.forEach(equip);
})();
