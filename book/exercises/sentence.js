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

  for (const place of document.querySelectorAll(".sentence-live")) {
    const { name, asked, model } = place.dataset;
    const what = model ? "answer" : "sentence";
    const box = place.closest(".sentence");
    const book = model ? foldOf(model) : box.querySelector(".sentence-book");
    if (model) box.append(book);
    const field = element("textarea", { rows: model ? 6 : 3, value: memory.guess(name) ?? "", "aria-label": asked });
    const button = element("button", { type: "button", textContent: model ? "Compare with a model answer" : "Compare with the book's" });
    const said = element("p", { className: "sentence-note", role: "status" });
    const wait = element("button", { type: "button", className: "sentence-skip", textContent: "Show it anyway" });
    const open = () => {
      book.hidden = false;
      book.open = true;
      wait.hidden = button.hidden = true;
    };
    button.addEventListener("click", () => {
      if (field.value.trim().length < ENOUGH[what]) {
        said.textContent = `Write ${model ? "an answer" : "a sentence"} first, or press “Show it anyway”.`;
        return;
      }
      said.textContent = memory.isKept ? "Kept in this browser." : "This browser does not keep it.";
      open();
    });
    wait.addEventListener("click", open);
    field.addEventListener("change", () => memory.keepGuess(name, field.value));
    book.hidden = true;
    place.replaceChildren(field, element("div", { className: "sentence-buttons" }, button, wait), said);
    box.classList.add("is-live");
    if (field.value.trim().length >= ENOUGH[what]) open();
  }
})();
