// Compile archives of Python with the page's own Pyodide: each archive's name and the folder of its
// modules.
async ({ archives, program }) => {
  const { loadPyodide } = await import("./pyodide.js");
  // Columns of tracebacks would add megabytes.
  const python = await loadPyodide({ env: { PYTHONNODEBUGRANGES: "1" } });
  await python.runPythonAsync(program);
  const compile = python.globals.get("compile_all");
  const made = {};
  for (const [name, root] of Object.entries(archives)) {
    const bytes = new Uint8Array(await (await fetch(`sources-${name}`)).arrayBuffer());
    const compiled = compile(python.toPy(bytes).tobytes(), root).toJs();
    made[name] = await new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.split(",")[1]);
      reader.readAsDataURL(new Blob([compiled]));
    });
  }
  return made;
};
