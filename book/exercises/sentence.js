// Asks for the reader's own sentence, stores it, and opens the book's once there is one, or on
// demand. In an exercise that a person marks it asks for the answer, and opens a model answer.
(() => {
  // Texts, for translators: for a sentence, and for the answer to an exercise.
  const SAYS = {
    model: "A model answer",
    show: "Show without writing",
    kept: "Kept in this browser.",
    notKept: "This browser does not keep it.",
    sentence: {
      compare: "Compare with the book's answer",
      first: "Write something first, or press “Show without writing”.",
      named: (says, number) => `${says}, sentence ${number}`,
    },
    answer: {
      compare: "Compare with a model answer",
      first: "Write something first, or press “Show without writing”.",
      named: (says, number) => `${says}, answer ${number}`,
    },
  };
  const { bookMemory: memory, bookElement: element, bookButton } = globalThis;
  const ENOUGH = { sentence: 15, answer: 60 }; // letters: one word is not a sentence

  const foldOf = (model) => {
    const texts = globalThis.plainAnswers
      .unpack(model)
      .split(/\n+/)
      .map((textContent) => element("p", { textContent }));
    const content = element("div", { className: "sentence-said" }, ...texts);
    return element(
      "details",
      { className: "sentence-book" },
      element("summary", { textContent: SAYS.model }),
      content,
    );
  };

  [...document.querySelectorAll(".sentence-live")].forEach((place, order) => {
    const { name, asked, model } = place.dataset;
    const what = model ? "answer" : "sentence";
    const box = place.closest(".sentence");
    const book = model ? foldOf(model) : box.querySelector(".sentence-book");
    if (model) box.append(book);
    const field = element("textarea", {
      rows: model ? 6 : 3,
      value: memory.guess(name) ?? "",
      "aria-label": asked,
    });
    const status = element("p", { className: "sentence-note", role: "status" });
    const open = () => {
      [book.hidden, book.open] = [false, true];
      wait.hidden = button.hidden = true;
    };
    const press = () => (open(), book.querySelector("summary").focus({ preventScroll: true }));
    const make = (says, act, more) =>
      bookButton(says, act, { "aria-label": SAYS[what].named(says, order + 1), ...more });
    const button = make(SAYS[what].compare, () => {
      const isThere = field.value.trim().length >= ENOUGH[what];
      status.textContent = !isThere ? SAYS[what].first : memory.isKept ? SAYS.kept : SAYS.notKept;
      if (isThere) press();
    });
    const wait = make(SAYS.show, press, { className: "sentence-skip" });
    field.addEventListener("change", () => memory.keepGuess(name, field.value));
    book.hidden = true;
    place.replaceChildren(
      field,
      element("div", { className: "sentence-buttons" }, button, wait),
      status,
    );
    box.classList.add("is-live");
    if (field.value.trim().length >= ENOUGH[what]) open();
  });
})();
