// Bundle an entry module and the npm modules that it imports, by esbuild in the page.
async ({ entry, modules }) => {
  const { initialize, build } = await import("./esbuild.js");
  await initialize({ wasmURL: "esbuild.wasm", worker: false });
  const npm = {
    name: "npm",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path }) => ({ path, namespace: "npm" }));
      onLoad({ filter: /.*/, namespace: "npm" }, ({ path }) => ({
        contents: modules[path],
        loader: "js",
      }));
    },
  };
  const options = { bundle: true, minify: true, format: "esm", write: false };
  const made = await build({ ...options, stdin: { contents: entry }, plugins: [npm] });
  return made.outputFiles[0].text;
};
