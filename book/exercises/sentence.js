// Takes the reader's own sentence, keeps it as it is typed, and opens the book's once there is one, or on demand.
(() => {
  const memory = globalThis.bookMemory;
  const element = globalThis.bookElement;
  const ENOUGH = 15; // letters: a word is no sentence

  for (const place of document.querySelectorAll(".sentence-live")) {
    const { name, asked } = place.dataset;
    const box = place.closest(".sentence");
    const book = box.querySelector(".sentence-book");
    const field = element("textarea", { rows: 3, value: memory.guess(name) ?? "", "aria-label": asked });
    const button = element("button", { type: "button", textContent: "Compare with the book's" });
    const said = element("p", { className: "sentence-note", role: "status" });
    const wait = element("button", { type: "button", className: "sentence-skip", textContent: "Show it anyway" });
    const open = () => {
      book.hidden = false;
      book.open = true;
      wait.hidden = button.hidden = true;
    };
    button.addEventListener("click", () => {
      if (field.value.trim().length < ENOUGH) {
        said.textContent = "Write a sentence first, or press “Show it anyway”.";
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
    if (field.value.trim().length >= ENOUGH) open();
  }
})();
