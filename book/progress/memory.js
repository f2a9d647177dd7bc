// Stores chapters read, answers, guesses and code in this browser and nowhere else.
// The only script that uses the browser's storage; the others call `bookMemory`.
(() => {
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const KEY = `progress of ${root.pathname}`; // several books may share a host
  const nameOf = (address) => {
    const url = new URL(address, location.href);
    const under = url.origin === root.origin && url.pathname.startsWith(root.pathname);
    return under ? url.pathname.slice(root.pathname.length).replace(/\.html$/, "") : "";
  };
  const here = nameOf(location.href);
  // Names of lessons whose file was renamed (book/progress/pages.py): what is stored of the former
  // page is today's.
  const { bookMoved = {} } = globalThis;
  const EMPTY = { read: [], right: {}, asked: {}, answers: {}, guesses: {}, code: {} };
  const isTable = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  // A short name for a long text (FNV-1a).
  const nameOfText = (text) =>
    [...text]
      .reduce((sum, sign) => Math.imul(sum ^ sign.codePointAt(0), 0x01000193) >>> 0, 0x811c9dc5)
      .toString(36);

  // A page, or with it a question on it, by the names of today: "exercise-3-2" and "3.2 rate"
  // follow their lesson.
  const rename = (page) => page.replace(/[^/]+$/, (name) => bookMoved[name] ?? name);
  const renameQuestion = (page, question) => {
    const [former, now] = [page, rename(page)].map((name) => parseInt(name.split("/").at(-1), 10));
    return former === now
      ? question
      : question.replace(new RegExp(`^(exercise-)?${former}(?=[-.])`), `$1${now}`);
  };
  const renameTable = (table, put) => {
    const renamed = {};
    for (const [page, value] of Object.entries(table))
      renamed[rename(page)] = put(page, value, renamed[rename(page)]);
    return renamed;
  };
  const follow = (marks) => {
    const names = (page, list, had = []) => [
      ...new Set([...had, ...list.map((name) => renameQuestion(page, String(name)))]),
    ];
    const entries = (page, table, had) => ({
      ...Object.fromEntries(
        Object.entries(table ?? {}).map(([name, value]) => [renameQuestion(page, name), value]),
      ),
      ...had,
    });
    const tables = ["answers", "guesses", "code"].map((name) => [
      name,
      renameTable(marks[name], entries),
    ]);
    const asked = renameTable(marks.asked, (page, count) => count);
    return {
      last: rename(marks.last),
      read: [...new Set(marks.read.map((page) => rename(String(page))))],
      right: renameTable(marks.right, names),
      asked,
      ...Object.fromEntries(tables),
    };
  };

  // Keep of stored marks what this book understands.
  const clean = (stored) => {
    if (!isTable(stored)) return structuredClone(EMPTY);
    const tables = ["asked", "answers", "guesses", "code"].map((name) => [
      name,
      isTable(stored[name]) ? stored[name] : {},
    ]);
    const right = Object.entries(isTable(stored.right) ? stored.right : {}).filter(([, names]) =>
      Array.isArray(names),
    );
    return follow({
      last: String(stored.last ?? ""),
      read: Array.isArray(stored.read) ? stored.read : [],
      right: Object.fromEntries(right),
      ...Object.fromEntries(tables),
    });
  };
  const parse = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };
  const recall = () => {
    try {
      return clean(parse(localStorage.getItem(KEY)));
    } catch {
      return clean(null);
    } // storage is off
  };
  // Join stored marks with those of a file: the file's come first, and right answers stay right.
  const join = (own, loaded) => {
    const both = (name, put) =>
      Object.fromEntries(
        [...new Set([own, loaded].flatMap((marks) => Object.keys(marks[name])))].map((page) => [
          page,
          put(own[name][page], loaded[name][page]),
        ]),
      );
    return {
      last: own.last || loaded.last,
      read: [...new Set([...own.read, ...loaded.read])],
      right: both("right", (a = [], b = []) => [...new Set([...a, ...b])]),
      asked: { ...own.asked, ...loaded.asked },
      ...Object.fromEntries(
        ["answers", "guesses", "code"].map((name) => [
          name,
          both(name, (a, b) => ({ ...a, ...b })),
        ]),
      ),
    };
  };
  let marks = recall();
  const listeners = [];
  let kept = true;

  const notify = () => listeners.forEach((listener) => listener());
  const keep = () => {
    kept = true;
    // Where storage is off or full, the marks last as long as the page.
    try {
      localStorage.setItem(KEY, JSON.stringify(marks));
    } catch {
      kept = false;
    }
    notify();
  };
  // Keep, and remember the page on which the reader did something last; the start page is no place
  // in the course.
  const touch = () => {
    if (here !== "index") marks.last = here;
    keep();
  };
  const reload = () => ((marks = recall()), notify());
  // Another tab, or this page taken from the browser's memory when the reader goes back.
  addEventListener("storage", (event) => (event.key === KEY || event.key === null) && reload());
  addEventListener("pageshow", (event) => event.persisted && reload());

  globalThis.bookMemory = {
    nameOf,
    here,
    get marks() {
      return marks;
    },
    // Whether the browser stores anything: the page says so if storage is forbidden or full.
    get isKept() {
      return kept;
    },
    onChange: (listener) => listeners.push(listener),
    setRead(isRead) {
      marks.read = marks.read.filter((page) => page !== here).concat(isRead ? [here] : []);
      touch();
    },
    setAsked(count) {
      if (marks.asked[here] === count) return;
      marks.asked[here] = count;
      if (marks.answers[here] || marks.right[here]) keep(); // a mere visit stores nothing
    },
    answer: (question) => marks.answers[here]?.[question],
    keepAnswer(question, given, isRight) {
      marks.answers[here] = { ...marks.answers[here], [question]: given };
      const right = marks.right[here] ?? [];
      // A right answer stays right: readers may look at the messages of other choices.
      if (isRight && !right.includes(question)) marks.right[here] = [...right, question];
      touch();
    },
    isRight: (question) => (marks.right[here] ?? []).includes(question),
    guess: (question) => marks.guesses[here]?.[question],
    keepGuess(question, given) {
      marks.guesses[here] = { ...marks.guesses[here], [question]: given };
      touch();
    },
    // A reader's version of code on the page, by the original: if the book changes it, the reader
    // starts again.
    code: (original) => marks.code[here]?.[nameOfText(original)],
    keepCode(original, given) {
      const { [nameOfText(original)]: _, ...others } = marks.code[here] ?? {};
      marks.code[here] =
        given === undefined ? others : { ...others, [nameOfText(original)]: given };
      if (!Object.keys(marks.code[here]).length) delete marks.code[here];
      touch();
    },
    exported: () => JSON.stringify(marks, null, 1),
    // Adds the marks of a file; false if it is not a file of marks.
    load(text) {
      const loaded = parse(text);
      if (!isTable(loaded) || !Object.keys(EMPTY).every((name) => name in loaded)) return false;
      marks = join(marks, clean(loaded));
      keep();
      return true;
    },
    erase() {
      marks = structuredClone(EMPTY);
      try {
        localStorage.removeItem(KEY);
      } catch {} // nothing was stored
      notify();
    },
  };
  globalThis.cellMemory = globalThis.bookMemory; // where cells store code
})();
