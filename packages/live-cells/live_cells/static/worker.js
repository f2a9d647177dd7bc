// The page's Python in a web worker: an endless cell does not block the page, and Stop terminates
// it. It receives messages { id, task, ... } and answers { id, result } or { id, failure }; while
// it starts, { step }.
let python;
const report = (step, done, had) => postMessage({ step, done, had });

const isPacked = self.name === "packed"; // opened from a folder (files.js): the page reads for it
// Chromium starts no module worker from a folder; Pyodide recognises one by this error.
if (isPacked)
  self.importScripts = () => {
    throw new TypeError("modules import");
  };
const wanted = new Map();
const ask = (address) =>
  new Promise((resolve) => {
    wanted.set(String(address), resolve);
    postMessage({ wants: String(address) });
  });
const plainFetch = isPacked ? ask : self.fetch;
// Report the progress of downloads, of `bytes` in all and `wire` on the wire: the first part of one
// bar, imports the rest.
const FETCHED = 0.7;
const watchBytes = ({ bytes, wire }, says) => {
  let had = 0;
  let last = { at: 0, had: 0 };
  const note = (count) => {
    had += count;
    // Ten times a second, or with each thirtieth of the bytes.
    if (performance.now() - last.at < 100 && had - last.had < bytes / 30 && had < bytes) return;
    last = { at: performance.now(), had };
    const share = Math.min(1, had / bytes);
    report(share < 1 ? says.fetching : says.starting, share * FETCHED, share * wire);
  };
  note(0);
  self.fetch = async (...request) => {
    const answer = await plainFetch(...request);
    if (!answer.body) return answer;
    const counting = new TransformStream({
      transform: (chunk, out) => (note(chunk.byteLength), out.enqueue(chunk)),
    });
    const { status, statusText, headers } = answer;
    return new Response(answer.body.pipeThrough(counting), { status, statusText, headers });
  };
};

const tasks = {
  async start({ root, library, packages, setting, imports, fetched, says }) {
    const load = async (name) =>
      import(isPacked ? URL.createObjectURL(await (await ask(root + name)).blob()) : root + name);
    const scripts = ["pyodide.js", "pyodide.asm.js"].map(load);
    watchBytes(fetched, says);
    const get = async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(says.absent.replace("{}", `${address} (${answer.status})`));
      return answer.arrayBuffer();
    };
    const archives = [`${root}packages.zip`, library].map(get);
    const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(scripts);
    python = await loadPyodide({ indexURL: root, packages, createPyodideModule });
    const folder = python.runPython("import site; site.getsitepackages()[0]");
    for (const archive of archives)
      python.unpackArchive(await archive, "zip", { extractDir: folder });
    self.fetch = plainFetch;
    python.runPython("import importlib; importlib.invalidate_caches(); import live_cells_runner");
    python.globals.get("live_cells_runner").prepare(JSON.stringify(setting));
    for (const [index, name] of imports.entries()) {
      report(
        says.importing.replace("{}", name),
        FETCHED + ((1 - FETCHED) * (index + 1)) / (imports.length + 1),
      );
      python.runPython(`import ${name}`);
    }
  },
  run: ({ code, space }) => JSON.parse(python.globals.get("live_cells_runner").run(code, space)),
  forget: ({ space }) => python.globals.get("live_cells_runner").forget(space),
};

onmessage = async ({ data: { id, task, ...options } }) => {
  if (options.wants) {
    const type = options.wants.endsWith(".wasm") ? "application/wasm" : "text/javascript";
    return wanted.get(options.wants)(
      new Response(options.bytes, { headers: { "Content-Type": type } }),
    );
  }
  try {
    postMessage({ id, result: (await tasks[task](options)) ?? null });
  } catch (error) {
    postMessage({
      id,
      failure: String(error?.message ?? error)
        .trim()
        .split("\n")
        .pop(),
    });
  }
};
