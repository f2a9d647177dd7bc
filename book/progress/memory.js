// What a reader did, kept in this browser and nowhere else: chapters read, answers, guesses, code.
// The one script that touches the browser's storage; the others ask `bookMemory`.
(() => {
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const KEY = `progress of ${root.pathname}`; // several books may share a host
  const nameOf = (address) => {
    const url = new URL(address, location.href);
    const under = url.origin === root.origin && url.pathname.startsWith(root.pathname);
    return under ? url.pathname.slice(root.pathname.length).replace(/\.html$/, "") : "";
  };
  const here = nameOf(location.href);
  const EMPTY = { read: [], right: {}, asked: {}, answers: {}, guesses: {}, code: {} };
  const isTable = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  // A short name for a long text (FNV-1a).
  const nameOfText = (text) =>
    [...text].reduce((sum, one) => Math.imul(sum ^ one.codePointAt(0), 0x01000193) >>> 0, 0x811c9dc5).toString(36);

  // Of what somebody may have written, what this book understands.
  const clean = (found) => {
    if (!isTable(found)) return structuredClone(EMPTY);
    const tables = ["asked", "answers", "guesses", "code"].map((name) => [name, isTable(found[name]) ? found[name] : {}]);
    const right = Object.entries(isTable(found.right) ? found.right : {}).filter(([, names]) => Array.isArray(names));
    return { read: Array.isArray(found.read) ? found.read : [], right: Object.fromEntries(right), ...Object.fromEntries(tables) };
  };
  const parse = (text) => {
    try { return JSON.parse(text); } catch { return null; }
  };
  const recall = () => {
    try { return clean(parse(localStorage.getItem(KEY))); } catch { return clean(null); } // storage is off
  };
  // Marks of two kinds of browser, or of a file: what both have is the second's, and once right stays right.
  const join = (one, two) => {
    const both = (name, put) => Object.fromEntries([...new Set([one, two].flatMap((marks) => Object.keys(marks[name])))].map((page) => [page, put(one[name][page], two[name][page])]));
    return {
      read: [...new Set([...one.read, ...two.read])],
      right: both("right", (a = [], b = []) => [...new Set([...a, ...b])]),
      asked: { ...one.asked, ...two.asked },
      ...Object.fromEntries(["answers", "guesses", "code"].map((name) => [name, both(name, (a, b) => ({ ...a, ...b }))])),
    };
  };
  let marks = recall();
  const listeners = [];
  let kept = true;

  const tell = () => listeners.forEach((listener) => listener());
  const keep = () => {
    kept = true;
    // Where storage is off or full, the marks last as long as the page.
    try { localStorage.setItem(KEY, JSON.stringify(marks)); } catch { kept = false; }
    tell();
  };
  const again = () => ((marks = recall()), tell());
  // Another tab, or this page taken from the browser's memory when the reader goes back.
  addEventListener("storage", (event) => (event.key === KEY || event.key === null) && again());
  addEventListener("pageshow", (event) => event.persisted && again());

  globalThis.bookMemory = {
    nameOf,
    here,
    get marks() { return marks; },
    // Whether the browser keeps anything: forbidden or full storage is said on the page.
    get isKept() { return kept; },
    onChange: (listener) => listeners.push(listener),
    setRead(isRead) {
      marks.read = marks.read.filter((page) => page !== here).concat(isRead ? [here] : []);
      keep();
    },
    setAsked(count) {
      if (marks.asked[here] === count) return;
      marks.asked[here] = count;
      if (marks.answers[here] || marks.right[here]) keep(); // a visit alone leaves nothing behind
    },
    answer: (question) => marks.answers[here]?.[question],
    keepAnswer(question, given, isRight) {
      marks.answers[here] = { ...marks.answers[here], [question]: given };
      const right = marks.right[here] ?? [];
      // Once right stays right: a reader may look at what the other choices say.
      if (isRight && !right.includes(question)) marks.right[here] = [...right, question];
      keep();
    },
    isRight: (question) => (marks.right[here] ?? []).includes(question),
    guess: (question) => marks.guesses[here]?.[question],
    keepGuess(question, given) {
      marks.guesses[here] = { ...marks.guesses[here], [question]: given };
      keep();
    },
    // What a reader made of a page's code, by the text that the page has: a text that the book changes starts anew.
    code: (original) => marks.code[here]?.[nameOfText(original)],
    keepCode(original, given) {
      const { [nameOfText(original)]: _, ...others } = marks.code[here] ?? {};
      marks.code[here] = given === undefined ? others : { ...others, [nameOfText(original)]: given };
      if (!Object.keys(marks.code[here]).length) delete marks.code[here];
      keep();
    },
    exported: () => JSON.stringify(marks, null, 1),
    // Adds the marks of a file; false where it holds none of ours.
    load(text) {
      const found = parse(text);
      if (!isTable(found) || !Object.keys(EMPTY).every((name) => name in found)) return false;
      marks = join(marks, clean(found));
      keep();
      return true;
    },
    erase() {
      marks = structuredClone(EMPTY);
      try { localStorage.removeItem(KEY); } catch {} // nothing was kept
      tell();
    },
  };
  globalThis.cellMemory = globalThis.bookMemory; // where cells keep what a reader makes of them
})();
