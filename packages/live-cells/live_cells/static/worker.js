// The page's Python, in a worker of its own: a cell that never ends does not hold the page, and Stop ends this.
// It takes messages { id, task, ... } and answers { id, result } or { id, failure }; while it starts, { step }.
import { loadPyodide } from "./pyodide.js";

let python;
const tell = (step, done, had) => postMessage({ step, done, had });

// Every byte that a request brings is told of as it comes; `sizes` has what they will be: in all, and on the wire.
const plainFetch = self.fetch;
const watchBytes = ({ bytes, wire }) => {
  let had = 0;
  let told = { at: 0, had: 0 };
  const note = (count) => {
    had += count;
    // Ten times a second, and where bytes come faster than that, with each thirtieth of them.
    if (performance.now() - told.at < 100 && had - told.had < bytes / 30 && had < bytes) return;
    told = { at: performance.now(), had };
    const share = Math.min(1, had / bytes);
    tell("Fetching Python and its packages", share, share * wire);
  };
  note(0);
  self.fetch = async (...request) => {
    const answer = await plainFetch(...request);
    if (!answer.body) return answer;
    const counting = new TransformStream({
      transform(chunk, out) {
        note(chunk.byteLength);
        out.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = answer;
    return new Response(answer.body.pipeThrough(counting), { status, statusText, headers });
  };
};

const tasks = {
  async start({ library, packages, setting, imports, fetched }) {
    watchBytes(fetched);
    const get = async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${address} is not there (${answer.status})`);
      return answer.arrayBuffer();
    };
    const archives = [new URL("packages.zip", import.meta.url), library].map(get);
    python = await loadPyodide({ indexURL: new URL("./", import.meta.url).href, packages });
    const folder = python.runPython("import site; site.getsitepackages()[0]");
    for (const archive of archives) python.unpackArchive(await archive, "zip", { extractDir: folder });
    self.fetch = plainFetch;
    python.runPython("import importlib; importlib.invalidate_caches(); import live_cells_runner");
    python.globals.get("live_cells_runner").prepare(JSON.stringify(setting));
    for (const [index, name] of imports.entries()) {
      tell(`Importing ${name}`, (index + 1) / (imports.length + 1));
      python.runPython(`import ${name}`);
    }
  },
  run: ({ code, space }) => JSON.parse(python.globals.get("live_cells_runner").run(code, space)),
  forget: ({ space }) => python.globals.get("live_cells_runner").forget(space),
};

onmessage = async ({ data: { id, task, ...given } }) => {
  try {
    postMessage({ id, result: (await tasks[task](given)) ?? null });
  } catch (error) {
    postMessage({ id, failure: String(error?.message ?? error).trim().split("\n").pop() });
  }
};
