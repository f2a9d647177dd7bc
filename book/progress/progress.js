// Shows a reader's own marks, which memory.js keeps: in the contents, at the end of a chapter, on the start page.
(() => {
  const memory = globalThis.bookMemory;
  const element = globalThis.bookElement;
  const rightOn = (page) => (memory.marks.right[page] ?? []).length;
  const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
  const isEmpty = () => !["read", "right", "answers", "guesses", "code"].some((name) => Object.keys(memory.marks[name]).length);

  const button = globalThis.bookButton;
  const eraser = () => button("Erase all marks", () => memory.erase(), { className: "progress-erase" });
  const saver = () =>
    button("Save them as a file", () => {
      const address = URL.createObjectURL(new Blob([memory.exported()], { type: "application/json" }));
      element("a", { href: address, download: "my-marks.json" }).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    }, { className: "progress-save" });
  const keptWhere = () =>
    memory.isKept ? "Only this browser knows it. " : "This browser keeps nothing: its storage is full or switched off. ";

  // In the table of contents and in the table of the course, what is said of a page stands behind its link.
  const markLinks = () => {
    document.querySelectorAll(".progress-mark").forEach((mark) => mark.remove());
    for (const link of document.querySelectorAll(".bd-sidebar-primary a.reference, table.course-path a.reference")) {
      const page = memory.nameOf(link.href);
      const of = memory.marks.asked[page] ? ` of ${memory.marks.asked[page]}` : "";
      const text = memory.marks.read.includes(page) ? "read" : rightOn(page) ? `${rightOn(page)}${of} right` : "";
      if (text) link.append(element("span", { className: "progress-mark", textContent: ` ✓ ${text}` }));
    }
  };

  const showSummary = () => {
    const place = document.querySelector(".progress-summary");
    if (!place) return;
    const { read, right } = memory.marks;
    const questions = Object.values(right).reduce((sum, names) => sum + names.length, 0);
    const chapters = [...document.querySelectorAll("table.course-path a.reference")];
    const next = chapters.find((link) => !read.includes(memory.nameOf(link.href)));
    place.hidden = isEmpty();
    const said = `You have read ${count(read.length, "chapter", "chapters")} and answered ${count(questions, "question", "questions")} right. `;
    const line = element("p", {}, said);
    if (next) line.append("Next: ", element("a", { href: next.href, textContent: next.firstElementChild.textContent }), ". ");
    place.replaceChildren(line, element("p", {}, keptWhere(), saver(), " ", eraser()));
  };

  const showBox = () => {
    const place = document.querySelector(".progress-box");
    if (!place) return;
    const box = element("input", { type: "checkbox", checked: memory.marks.read.includes(memory.here) });
    box.addEventListener("change", () => {
      memory.setRead(box.checked);
      document.querySelector(".progress-box input").focus();
    });
    place.hidden = false;
    const note = memory.isKept ? "Kept in this browser only. " : keptWhere();
    place.replaceChildren(
      element("label", {}, box, " I have read this chapter"),
      element("span", { className: "progress-note" }, note, ...(memory.marks.read.length ? [eraser()] : [])),
    );
  };

  const show = () => {
    markLinks();
    showSummary();
    showBox();
  };
  memory.onChange(show);
  show();
})();
