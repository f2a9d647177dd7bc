// Shows a reader's own marks, which memory.js keeps: in the contents, at the end of a chapter, on the start page.
(() => {
  const { bookMemory: memory, bookElement: element, bookButton: button } = globalThis;
  const rightOn = (page) => (memory.marks.right[page] ?? []).length;
  const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
  const keptWhere = () =>
    memory.isKept ? (location.protocol === "file:" && /Firefox/.test(navigator.userAgent) ? "From a folder, Firefox saves them for each page alone. " : "Saved in this browser only. ") : "This browser keeps nothing: its storage is full or switched off. ";

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

  const chapters = [...document.querySelectorAll("table.course-path a.reference")];
  const said = () => {
    const { read, right } = memory.marks;
    const questions = Object.values(right).reduce((sum, names) => sum + names.length, 0);
    const done = [read.length && `read ${count(read.length, "chapter", "chapters")}`, questions && `answered ${count(questions, "question", "questions")} right`].filter(Boolean);
    return done.length ? `You have ${done.join(" and ")}. ` : "";
  };

  // Over the fold of the start page: where to begin, or to go on.
  const opening = document.querySelector(".way-in");
  const showWay = () => {
    if (!opening) return;
    const next = chapters.findIndex((link) => !memory.marks.read.includes(memory.nameOf(link.href)));
    const [link, about] = [opening.querySelector("a"), opening.querySelector(".way-in-about")];
    for (const part of [link, about]) part.dataset.still ??= part.textContent;
    if (memory.marks.read.length && next >= 0) Object.assign(link, { href: chapters[next].href, textContent: `Go on with chapter ${next + 1}` });
    else Object.assign(link, { href: chapters[0].href, textContent: link.dataset.still });
    const text = said();
    about.replaceChildren(text || about.dataset.still, ...(text ? [element("a", { href: "#your-marks", textContent: "Your marks" })] : []));
  };

  // Where marks are summed up: saved, loaded, erased.
  const place = document.querySelector(".progress-summary");
  const line = element("p", {});
  const told = element("p", { role: "status" });
  const save = () => globalThis.stillCharts.save("my-marks.json", new Blob([memory.exported()], { type: "application/json" }));
  const file = element("input", { type: "file", accept: ".json,application/json", hidden: true });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    const isOurs = chosen.size < 5e6 && memory.load(await chosen.text());
    told.textContent = isOurs
      ? `The marks of ${chosen.name} are here now, beside those that were.`
      : `${chosen.name} holds no marks of this book. Choose a file that “Save to a file” has made, such as my-marks.json.`;
    file.value = "";
  });
  const erase = () => {
    if (!confirm("Erase what this browser has of you: chapters read, answers, guesses, sentences and code? This cannot be undone. Save them to a file first if you may need them.")) return;
    memory.erase();
    told.textContent = "All marks are erased.";
  };
  const [saver, eraser] = [button("Save to a file", save, { className: "progress-button" }), button("Erase all marks", erase, { className: "progress-button" })];
  const loader = button("Load from a file", () => file.click(), { className: "progress-button" });
  place?.append(line, element("p", {}, saver, loader, eraser, file), told);
  const showSummary = () => {
    if (!place) return;
    const isEmpty = !["read", "right", "answers", "guesses", "code"].some((name) => Object.keys(memory.marks[name]).length);
    place.hidden = false;
    saver.hidden = eraser.hidden = isEmpty;
    line.textContent = !isEmpty ? (said() || "Your answers and guesses are here. ") + keptWhere() : "You have no marks here yet. If you saved some in another browser, load them.";
  };

  const showBox = () => {
    const around = document.querySelector(".progress-box");
    if (!around) return;
    const box = element("input", { type: "checkbox", checked: memory.marks.read.includes(memory.here) });
    box.addEventListener("change", () => {
      memory.setRead(box.checked);
      document.querySelector(".progress-box input").focus();
    });
    around.hidden = false;
    around.replaceChildren(
      element("label", {}, box, " I have read this chapter"),
      element("span", { className: "progress-note" }, keptWhere(), element("a", { href: globalThis.stillCharts.addressOf("index.html#your-marks"), textContent: "Your marks" })),
    );
  };

  const show = () => {
    markLinks();
    showWay();
    showSummary();
    showBox();
  };
  memory.onChange(show);
  show();
})();
