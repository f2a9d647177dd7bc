// The page's Python, in a worker of its own: a cell that never ends does not hold the page, and Stop ends this.
// It takes messages { id, task, ... } and answers { id, result } or { id, failure }; while it starts, { step }.
import { loadPyodide } from "./pyodide.js";

let python;
const tell = (step, done) => postMessage({ step, done });

const tasks = {
  async start({ course, packages, setting, imports, bytes }) {
    let had = 0;
    const watch = new PerformanceObserver((list) => {
      for (const { encodedBodySize } of list.getEntries()) had += encodedBodySize;
      tell("Fetching Python and its packages", Math.min(0.9, had / bytes));
    });
    watch.observe({ type: "resource", buffered: true });
    const get = async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${address} is not there (${answer.status})`);
      return answer.arrayBuffer();
    };
    const archives = [new URL("packages.zip", import.meta.url), course].map(get);
    tell("Fetching Python and its packages", 0);
    python = await loadPyodide({ indexURL: new URL("./", import.meta.url).href, packages });
    watch.disconnect();
    const folder = python.runPython("import site; site.getsitepackages()[0]");
    for (const archive of archives) python.unpackArchive(await archive, "zip", { extractDir: folder });
    python.runPython("import importlib; importlib.invalidate_caches(); import lab_runner");
    python.globals.get("lab_runner").prepare(JSON.stringify(setting));
    for (const [place, name] of imports.entries()) {
      tell(`Importing ${name}`, (place + 1) / (imports.length + 1));
      python.runPython(`import ${name}`);
    }
  },
  run: ({ code, space }) => JSON.parse(python.globals.get("lab_runner").run(code, space)),
  forget: ({ space }) => python.globals.get("lab_runner").forget(space),
};

onmessage = async ({ data: { id, task, ...given } }) => {
  try {
    postMessage({ id, result: (await tasks[task](given)) ?? null });
  } catch (error) {
    postMessage({ id, failure: String(error?.message ?? error).trim().split("\n").pop() });
  }
};
