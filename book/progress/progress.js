// Shows the reader's progress, which memory.js stores: in the contents, at the end of lessons, on
// the start page.
(() => {
  const { bookMemory: memory, bookElement: element, bookButton: button } = globalThis;
  // Texts, for translators.
  const many = (number, one, several) => `${number} ${number === 1 ? one : several}`;
  const SAYS = {
    read: " ✓ read",
    right: (count) => ` ✓ ${count} right`,
    rightOf: (count, asked) => ` ✓ ${count} of ${asked} right`,
    sum: (read, right) => {
      const done = [
        read && `read ${many(read, "lesson", "lessons")}`,
        right && `answered ${many(right, "question", "questions")} right`,
      ];
      return `You have ${done.filter(Boolean).join(" and ")}. `;
    },
    onward: (lesson) => `Go on with lesson ${lesson}`,
    marks: "My progress",
    done: " I have read this lesson",
    kept: "Saved in this browser only. ",
    keptByPage: "From a folder, Firefox saves them for each page alone. ",
    notKept: "This browser keeps nothing: its storage is full or switched off. ",
    here: "Your answers and guesses are here. ",
    none: "Moving from another browser? Load your saved progress.",
    save: "Save to a file",
    load: "Load from a file",
    erase: "Delete my progress",
    erased: "Your progress is deleted.",
    loaded: (name) => `The progress saved in ${name} is added to yours.`,
    strange: (name) =>
      `${name} holds no progress in this book. Choose a file that “Save to a file” has made,` +
      " such as my-marks.json.",
    sure:
      "Delete what this browser has of you: lessons read, answers, guesses, sentences and code?" +
      " This cannot be undone. Save them to a file first if you may need them.",
  };
  const rightOn = (page) => (memory.marks.right[page] ?? []).length;
  const isFirefox = location.protocol === "file:" && /Firefox/.test(navigator.userAgent);
  const keptWhere = () => (!memory.isKept ? SAYS.notKept : isFirefox ? SAYS.keptByPage : SAYS.kept);

  // Append marks to links in the table of contents and on the cards of the lessons.
  const markLinks = () => {
    document.querySelectorAll(".progress-mark").forEach((mark) => mark.remove());
    for (const link of document.querySelectorAll(
      ".bd-sidebar-primary a.reference, .course-path a.reference",
    )) {
      const page = memory.nameOf(link.href);
      const {
        read,
        asked: { [page]: asked },
      } = memory.marks;
      const right = () => (asked ? SAYS.rightOf(rightOn(page), asked) : SAYS.right(rightOn(page)));
      const textContent = read.includes(page) ? SAYS.read : rightOn(page) ? right() : "";
      if (textContent) link.append(element("span", { className: "progress-mark", textContent }));
    }
  };

  const chapters = [...document.querySelectorAll(".course-path a.reference")];
  const summarise = () => {
    const { read, right } = memory.marks;
    const questions = Object.values(right).reduce((sum, names) => sum + names.length, 0);
    return read.length || questions ? SAYS.sum(read.length, questions) : "";
  };

  // At the top of the start page: where to start or continue.
  const opening = document.querySelector(".way-in");
  const showWay = () => {
    if (!opening) return;
    const { read } = memory.marks;
    const last = memory.marks.last || read.at(-1);
    // The lesson where the reader did something last, or on whose checks or exercises; if it is
    // read, the next one that is not.
    const names = chapters.map((link) => memory.nameOf(link.href));
    const numbers = chapters.map(
      (link) => link.closest("li").querySelector(".card-number").textContent,
    );
    const lessonOf = (name) =>
      name
        .split("/")
        .at(-1)
        .replace(/_checks$/, "");
    const at = names.findIndex((name) => last && lessonOf(name) === lessonOf(last));
    const isOpen = (name) => !read.includes(name);
    const after = names.findIndex((name, index) => index >= at && isOpen(name));
    const next = after < 0 ? names.findIndex(isOpen) : after;
    const [link, about] = [opening.querySelector("a"), opening.querySelector(".way-in-about")];
    for (const part of [link, about]) part.dataset.still ??= part.textContent;
    if ((read.length || at >= 0) && next >= 0)
      Object.assign(link, { href: chapters[next].href, textContent: SAYS.onward(numbers[next]) });
    else Object.assign(link, { href: chapters[0].href, textContent: link.dataset.still });
    const text = summarise();
    about.replaceChildren(
      text || about.dataset.still,
      ...(text ? [element("a", { href: "#your-marks", textContent: SAYS.marks })] : []),
    );
  };

  // The summary of marks, with buttons to save, load and erase them.
  const place = document.querySelector(".progress-summary");
  const line = element("p", {});
  const status = element("p", { role: "status" });
  const save = () =>
    globalThis.stillCharts.save(
      "my-marks.json",
      new Blob([memory.exported()], { type: "application/json" }),
    );
  const file = element("input", { type: "file", accept: ".json,application/json", hidden: true });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    const isOurs = chosen.size < 5e6 && memory.load(await chosen.text());
    status.textContent = (isOurs ? SAYS.loaded : SAYS.strange)(chosen.name);
    file.value = "";
  });
  const erase = () => {
    if (!confirm(SAYS.sure)) return;
    memory.erase();
    status.textContent = SAYS.erased;
    loader.focus(); // the button is gone
  };
  const acts = [
    [SAYS.save, save],
    [SAYS.load, () => file.click()],
    [SAYS.erase, erase],
  ];
  const [saver, loader, eraser] = acts.map(([says, act]) =>
    button(says, act, { className: "progress-button" }),
  );
  place?.append(line, element("p", {}, saver, loader, eraser, file), status);
  const showSummary = () => {
    if (!place) return;
    const isEmpty = !["read", "right", "answers", "guesses", "code"].some(
      (name) => Object.keys(memory.marks[name]).length,
    );
    place.hidden = false;
    place.classList.toggle("is-empty", isEmpty);
    saver.hidden = eraser.hidden = isEmpty;
    line.textContent = isEmpty ? SAYS.none : (summarise() || SAYS.here) + keptWhere();
  };

  const showBox = () => {
    const around = document.querySelector(".progress-box");
    if (!around) return;
    const box = element("input", {
      type: "checkbox",
      checked: memory.marks.read.includes(memory.here),
    });
    box.addEventListener("change", () => {
      memory.setRead(box.checked);
      document.querySelector(".progress-box input").focus();
    });
    around.hidden = false;
    const marks = element("a", {
      href: globalThis.stillCharts.addressOf("index.html#your-marks"),
      textContent: SAYS.marks,
    });
    around.replaceChildren(
      element("label", {}, box, SAYS.done),
      element("span", { className: "progress-note" }, keptWhere(), marks),
    );
  };

  const show = () => [markLinks, showWay, showSummary, showBox].forEach((part) => part());
  memory.onChange(show);
  show();
})();
