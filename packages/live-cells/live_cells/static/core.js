// Python in pages to which the build added `live-cells-page`.
//
// Other scripts of a book use `liveCells`, which is undefined on other pages:
//   about, at(name)      the build's data for this page; the address of a file of the book
//   isHere, why          whether this browser can run cells here; if not, a sentence that says why
//   run(code, { before, space, fresh, tell, show })
//                        run code; resolves to { outputs, value, error }
//       before   cells that run first, each a text or { code, mayFail }: once, and again when the
//                text changes
//       space    name of the namespace, "page" by default. `fresh: true` empties it first
//       tell     callback for progress, while Python is fetched and cells run:
//                (step, share done, bytes had)
//       show     callback with (index, result) for each cell of `before` that ran
//       outputs  as a notebook stores them; value: of the last expression, as plain data or its
//                repr
//       error    null, or { name, message, line, source, trace, package, above }; above is the
//                index of the cell of `before` that failed. name is "Stopped" after Stop,
//                "Unavailable" if Python could not be loaded
//   forget(space)        empty a namespace
//   stop()               terminate Python; the next run starts it again
//   render({ outputs, error })
//                        elements that show a result (outputs.js). Other types of output are
//                        rendered by the first of `cellRenderers` that knows them:
//                        { shows(type), render(data) }
//   withEnd(sentence, way)
//                        a note that something cannot run here, with a link to the notebook
//   isReady, isFetched   whether Python is running; whether this browser has its files
//   button(text, act, className), writer(text, { label, onInput, onRun, onLeave }),
//   controls({ run, label, parts, name }), rove(area, selector)
//                        a button, a field for code, a bar with Run and Stop; one tab stop for an
//                        area (controls.js)
//   memory               { isKept, code(original), keepCode(original, text) }: the reader's code.
//                        A book with its own storage sets `cellMemory` to an object with these
//                        three
//   says                 all texts of these scripts
globalThis.liveCells = (() => {
  // All texts for readers in the scripts of this package, for translators.
  const SAYS = {
    noFolder:
      "Opened from this folder, the page cannot run its cells; from a web server, or from the" +
      " book's zip, it can.",
    noWasm: "This browser cannot run the cells of this page, because it has no WebAssembly.",
    run: "Run",
    edit: "Edit",
    reset: "Reset",
    below: "Run below",
    all: "Run all",
    stop: "Stop",
    cell: (number) => `Cell ${number}`,
    code: (number) => `Code of cell ${number}`,
    keys: "Ctrl + Enter runs",
    editorKeys: "Ctrl + Enter runs, Escape leaves the field, Ctrl + / makes a comment",
    button: (name, area) => `${name}, ${area}`,
    cost: (megabytes) => `First run downloads Python (${megabytes} MB, once).`,
    had: (some, all) => `${some} of ${all} MB`,
    ready: "Getting ready",
    starting: "Starting Python",
    fetching: "Fetching Python and its packages",
    importing: "Importing {}",
    running: "Running",
    runningAbove: (number, count) => `Running the cells above: ${number} of ${count}`,
    runningCell: (number, count) => `Running cell ${number} of ${count}`,
    done: "Done. The result is below.",
    shows: "Done. It shows nothing.",
    failed: "Error. See below.",
    ran: (count) => (count === 1 ? "One cell ran." : `${count} cells ran.`),
    stoppedAbove: "A cell above stopped: ",
    notWell: " did not end well. ",
    asItWas: "Reset. The next run starts with a clean memory.",
    noCells: "The cells of this page could not be fetched. Press Run to try again.",
    old: "This output is older than the code.",
    stopped: "Stopped. The next run starts Python again and runs the cells above first.",
    unavailable: (why) =>
      `Python stopped or could not be started (${why}). Press Run to try again.`,
    absent: "{} is not there",
    noFiles: "its files are not there",
    lost: " This browser does not keep your changes.",
    notKept: "This browser does not keep your changes: its storage is full or switched off.",
    again: "Your changes are here again.",
    stored: (packages) =>
      `This cell can’t run in the browser (it needs ${packages.join(" or ")}, or what a cell` +
      " above makes with it). Its saved result is below.",
    toRun: " To run it, ",
    also: " You can also ",
    download: "download the notebook",
    long: "Long output",
    line: (number) => ` (line ${number})`,
    trace: "Full error message",
  };
  const place = document.getElementById("live-cells-page");
  if (!place) return undefined;
  const about = JSON.parse(place.textContent);
  const base = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const at = (name) => new URL(name, base).href;
  const why =
    location.protocol === "file:" && !globalThis.liveFiles.isPacked
      ? SAYS.noFolder
      : typeof WebAssembly !== "object" || typeof Worker !== "function"
        ? SAYS.noWasm
        : "";

  // The worker and the calls that wait for it.

  let starting; // Promise of the start
  let worker;
  let isReady = false;
  let ran = new Map(); // space -> code of the cells that ran in it, by index
  const waiting = new Map();
  const listeners = [];
  let onStep = () => {};
  let count = 0;

  class Ended extends Error {}

  // Python takes 400 MB: a page that starts it asks hidden and idle pages to terminate theirs,
  // which the next run there starts again.
  let running = 0;
  let others;
  const askOthers = () => {
    if (typeof BroadcastChannel !== "function") return;
    if (!others) {
      others = new BroadcastChannel("live-cells");
      others.onmessage = () => document.hidden && isReady && !running && end(new Ended());
    }
    others.postMessage("starts");
  };

  // Packages in the browser's cache.
  const fetched = `files of ${about.root}`;
  const recallFetched = () => {
    // Storage may be off or hold something else.
    try {
      return JSON.parse(localStorage.getItem(fetched)) ?? [];
    } catch {
      return [];
    }
  };
  const keepFetched = () => {
    // Without storage, the page shows the size of the download again.
    try {
      localStorage.setItem(
        fetched,
        JSON.stringify([...new Set([...recallFetched(), ...about.packages])]),
      );
    } catch {}
  };

  const end = (reason) => {
    worker?.terminate();
    worker = starting = undefined;
    isReady = false;
    ran = new Map();
    waiting.forEach(({ reject }) => reject(reason));
    waiting.clear();
    listeners.forEach((listener) => listener());
  };

  const call = (task, given) =>
    new Promise((resolve, reject) => {
      waiting.set((count += 1), { resolve, reject });
      worker.postMessage({ id: count, task, ...given });
    });

  const start = () =>
    (starting ??= (async () => {
      askOthers();
      const { work, read } = globalThis.liveFiles;
      worker = await work(at(`${about.root}worker.js`));
      worker.onmessage = async ({ data, target }) => {
        if (data.step) return onStep(data.step, data.done, data.had);
        if (data.wants) {
          const bytes = await (await read(data.wants)).arrayBuffer();
          return target.postMessage({ wants: data.wants, bytes }, [bytes]);
        }
        const { resolve, reject } = waiting.get(data.id) ?? {};
        waiting.delete(data.id);
        if (data.failure) reject?.(new Error(data.failure));
        else resolve?.(data.result);
      };
      worker.onerror = (event) => end(new Error(event.message || SAYS.noFiles));
      const { packages, setting, imports, fetched } = about;
      const { fetching, starting, importing, absent } = SAYS;
      await call("start", {
        root: at(about.root),
        library: at(about.library),
        packages,
        setting,
        imports,
        fetched,
        says: { fetching, starting, importing, absent },
      });
      isReady = true;
      keepFetched();
      listeners.forEach((listener) => listener());
    })());

  const failure = (error) =>
    error instanceof Ended
      ? { name: "Stopped", message: SAYS.stopped, trace: "" }
      : { name: "Unavailable", message: SAYS.unavailable(error.message), trace: "" };

  const work = async (
    code,
    { before = [], space = "page", fresh = false, tell = () => {}, show = () => {} },
  ) => {
    onStep = tell;
    running += 1;
    try {
      await start();
      if (fresh) await forget(space);
      if (!ran.has(space)) ran.set(space, new Map());
      const done = ran.get(space);
      for (const [index, cell] of before.entries()) {
        const { code: text, mayFail } = typeof cell === "string" ? { code: cell } : cell;
        if (done.get(index) === text) continue;
        tell(SAYS.runningAbove(index + 1, before.length), (index + 1) / before.length);
        const result = await call("run", { code: text, space });
        done.set(index, text);
        show(index, result);
        if (result.error && !mayFail) {
          done.delete(index);
          return { outputs: [], value: null, error: { ...result.error, above: index } };
        }
      }
      tell(SAYS.running);
      const result = await call("run", { code, space });
      // After an error the cell runs again before a cell below it.
      if (result.error) done.delete(before.length);
      else done.set(before.length, code);
      return result;
    } catch (error) {
      if (!(error instanceof Ended)) end(error);
      return { outputs: [], value: null, error: failure(error) };
    } finally {
      running -= 1;
    }
  };

  let queue = Promise.resolve();
  let stops = 0; // Stop also ends runs that are waiting
  const run = (code, options = {}) => {
    const asked = stops;
    const turn = () =>
      asked === stops
        ? work(code, options)
        : { outputs: [], value: null, error: failure(new Ended()) };
    return (queue = queue.then(turn));
  };
  const stop = () => {
    stops += 1;
    end(new Ended());
  };
  const forget = async (space = "page") => {
    ran.delete(space);
    if (isReady) await call("forget", { space });
  };

  // The reader's code, by the original code.

  const kept = `cells of ${location.pathname}`;
  const recall = () => JSON.parse(localStorage.getItem(kept) ?? "{}");
  const ownMemory = {
    isKept: true,
    code(original) {
      try {
        return recall()[original];
      } catch {
        return undefined;
      }
    },
    keepCode(original, text) {
      this.isKept = true;
      try {
        localStorage.setItem(kept, JSON.stringify({ ...recall(), [original]: text }));
      } catch {
        this.isKept = false;
      }
    },
  };

  return {
    about,
    at,
    why,
    isHere: !why,
    run,
    stop,
    forget,
    says: SAYS,
    get isReady() {
      return isReady;
    },
    get isFetched() {
      const had = recallFetched();
      return globalThis.liveFiles.isPacked || about.packages.every((name) => had.includes(name));
    },
    onReady: (listener) => listeners.push(listener), // called when Python starts and when it ends
    get memory() {
      return globalThis.cellMemory ?? ownMemory;
    },
  };
})();
