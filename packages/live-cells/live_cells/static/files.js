// Read files of the book, also if it is opened from a folder, where browsers fetch nothing and
// start no module, but load scripts. `live_cells.folder` made a script of each file that a page
// fetches; it passes the file to `take`.
globalThis.liveFiles = (() => {
  const SAYS = { absent: (file) => `${file} is not there` }; // for translators
  const isPacked = location.protocol === "file:" && Boolean(globalThis.filesAreScripts);
  const taken = new Map(); // address of a script -> its file, compressed, as base64
  const read = async (address) => {
    const source = `${new URL(address, location.href).href.split("?")[0]}.js`;
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), {
        src: source,
        onload: resolve,
      });
      script.onerror = () => reject(new TypeError(SAYS.absent(source)));
      document.head.append(script);
    });
    const letters = atob(taken.get(source));
    taken.delete(source);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
    const type = source.endsWith(".wasm.js") ? "application/wasm" : "text/javascript";
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream, { headers: { "Content-Type": type } });
  };
  const find = async (address) =>
    isPacked ? URL.createObjectURL(await (await read(address)).blob()) : address;
  // A worker that starts from a blob is under the policy of its page, one that starts from an
  // address is not.
  const begin = async (address) =>
    isPacked
      ? find(address)
      : URL.createObjectURL(
          new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" }),
        );
  if (isPacked) {
    const { fetch } = globalThis;
    globalThis.fetch = (address, ...more) =>
      new URL(address, location.href).protocol === "file:"
        ? read(address)
        : fetch(address, ...more);
  }
  return {
    isPacked,
    read,
    take: (text) => taken.set(document.currentScript.src, text),
    load: async (address) => import(await find(address)), // a module
    work: async (address) =>
      new Worker(await begin(address), {
        name: isPacked ? "packed" : "",
        type: isPacked ? "classic" : "module",
      }),
  };
})();
