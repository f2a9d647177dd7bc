// Takes the reader's own sentence, keeps it as it is typed, and opens the book's once there is one, or on demand.
// In an exercise that a person marks it takes the answer, and opens a model.
(() => {
  const memory = globalThis.bookMemory;
  const element = globalThis.bookElement;
  const ENOUGH = { sentence: 15, answer: 60 }; // letters: a word is no sentence

  const foldOf = (model) => {
    const texts = globalThis.plainAnswers.unpack(model).split(/\n+/).map((textContent) => element("p", { textContent }));
    const said = element("div", { className: "sentence-said" }, ...texts);
    return element("details", { className: "sentence-book" }, element("summary", { textContent: "A model answer" }), said);
  };

  [...document.querySelectorAll(".sentence-live")].forEach((place, order) => {
    const { name, asked, model } = place.dataset;
    const what = model ? "answer" : "sentence";
    const named = (textContent) => ({ type: "button", textContent, "aria-label": `${textContent}, ${what} ${order + 1}` });
    const box = place.closest(".sentence");
    const book = model ? foldOf(model) : box.querySelector(".sentence-book");
    if (model) box.append(book);
    const field = element("textarea", { rows: model ? 6 : 3, value: memory.guess(name) ?? "", "aria-label": asked });
    const button = element("button", named(model ? "Compare with a model answer" : "Compare with the book's"));
    const said = element("p", { className: "sentence-note", role: "status" });
    const wait = element("button", { className: "sentence-skip", ...named("Show it anyway") });
    const open = () => {
      [book.hidden, book.open] = [false, true];
      wait.hidden = button.hidden = true;
    };
    const press = () => (open(), book.querySelector("summary").focus({ preventScroll: true }));
    button.addEventListener("click", () => {
      const isThere = field.value.trim().length >= ENOUGH[what];
      const first = `Write ${model ? "an answer" : "a sentence"} first, or press “Show it anyway”.`;
      said.textContent = !isThere ? first : memory.isKept ? "Kept in this browser." : "This browser does not keep it.";
      if (isThere) press();
    });
    wait.addEventListener("click", press);
    field.addEventListener("change", () => memory.keepGuess(name, field.value));
    book.hidden = true;
    place.replaceChildren(field, element("div", { className: "sentence-buttons" }, button, wait), said);
    box.classList.add("is-live");
    if (field.value.trim().length >= ENOUGH[what]) open();
  });
})();
