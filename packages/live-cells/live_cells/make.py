"""Make the laboratory, once for a manifest: ``python -m live_cells.make``.

Python's part is compiled here, by the Python of the page itself, in a browser. The result is kept beside the
environment's packages, where the build of a book finds it.
"""

import argparse
import base64
import fnmatch
import hashlib
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from live_cells import artefact, browser, fetch, zips
from live_cells.artefact import EDITOR, LIBRARY, LOCK, MANIFEST, PACKAGES, File, Manifest

# What a page never asks for: headers, tests, types.
_LEFT_OUT = (".pyi", ".pxd", ".h", ".a", ".c", ".typed", "/RECORD", "/WHEEL", "/")
_FOLDERS_LEFT_OUT = ("/tests/", "/licenses/", "dateutil-zoneinfo.tar.gz")
_WEBASSEMBLY = "wasm32.whl"
_COMPILER = Path(__file__).with_name("compiler.py")
_PAGE = """async ({ archives, program }) => {
  const { loadPyodide } = await import("./pyodide.js");
  // The columns of tracebacks would weigh megabytes.
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
}"""

# What `controls.js` uses of CodeMirror.
_USED = """
export { EditorState, StateEffect, StateField } from "@codemirror/state";
export { Decoration, EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { pythonLanguage } from "@codemirror/lang-python";
export { tagHighlighter, tags } from "@lezer/highlight";
"""
_BUNDLE = """async ({ entry, modules }) => {
  const { initialize, build } = await import("./esbuild.js");
  await initialize({ wasmURL: "esbuild.wasm", worker: false });
  const npm = {
    name: "npm",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path }) => ({ path, namespace: "npm" }));
      onLoad({ filter: /.*/, namespace: "npm" }, ({ path }) => ({ contents: modules[path], loader: "js" }));
    },
  };
  const stdin = { contents: entry };
  const how = { bundle: true, minify: true, format: "esm", write: false };
  const made = await build({ ...how, stdin, plugins: [npm] });
  return made.outputFiles[0].text;
}"""


def _choose_entries(path: Path, file: File) -> dict[str, bytes]:
    """What a page needs of a wheel or of the standard library."""
    runs = not file.name.endswith(".whl") or file.name.endswith(_WEBASSEMBLY)

    def match(entry: str, patterns: list[str]) -> bool:
        return any(fnmatch.fnmatch(entry, pattern) for pattern in patterns)

    with zipfile.ZipFile(path) as archive:
        return {
            entry: archive.read(entry)
            for entry in archive.namelist()
            if not entry.endswith(_LEFT_OUT)
            and not any(folder in entry for folder in _FOLDERS_LEFT_OUT)
            and (runs or not entry.endswith(".so"))
            and (not match(entry, file.without) or match(entry, file.keep))
        }


def _collect(manifest: Manifest, there: dict[str, Path]) -> dict[str, dict[str, bytes]]:
    """The archives of the laboratory, each with its entries as their makers ship them."""
    archives: dict[str, dict[str, bytes]] = {PACKAGES: {}}
    for file in manifest.file:
        if file.name.endswith((".zip", ".whl")):
            name = PACKAGES if file.into == "packages" else file.name
            archives.setdefault(name, {}).update(_choose_entries(there[file.name], file))
    return archives


def _compile(folder: Path, archives: dict[str, dict[str, bytes]], python: str) -> dict[str, bytes]:
    """Each archive with its Python compiled, made by the Pyodide in `folder`."""
    digits = python.split(".")[:2]
    library, site = f"/lib/python{''.join(digits)}.zip/", f"/lib/python{'.'.join(digits)}/site-packages/"
    for name, entries in archives.items():
        (folder / f"sources-{name}").write_bytes(zips.pack(entries.items()))
    with browser.open_folder(folder) as context:
        page = context.new_page()
        page.goto(browser.HOME)
        roots = {name: library if name == LIBRARY else site for name in archives}
        given = {"archives": roots, "program": _COMPILER.read_text(encoding="utf-8")}
        return {name: base64.b64decode(text) for name, text in page.evaluate(_PAGE, given).items()}


def _bundle(folder: Path, manifest: Manifest, there: dict[str, Path]) -> str:
    """The editor as one script, made by the bundler in `folder`."""
    with browser.open_folder(folder) as context:
        page = context.new_page()
        page.goto(browser.HOME)
        modules = {
            file.name: there[file.name].read_text(encoding="utf-8")
            for file in manifest.file
            if file.into == "editor"
        }
        return page.evaluate(_BUNDLE, {"entry": _USED, "modules": modules})


def format_lock(manifest: Manifest, wheels: dict[str, bytes]) -> str:
    """Pyodide's list of its packages: those that are here, with their sums as they are now."""
    packages = {}
    for file in manifest.file:
        if file.into == "wheels" and file.name in wheels:
            name, version, *_ = file.name.split("-")
            packages[name] = {
                "depends": file.depends,
                "file_name": file.name,
                "imports": [name],
                "install_dir": "site",
                "name": name,
                "package_type": "package",
                "sha256": hashlib.sha256(wheels[file.name]).hexdigest(),
                "unvendored_tests": False,
                "version": version,
            }
    return json.dumps({"info": manifest.pyodide, "packages": packages}, sort_keys=True)


def _copy_core(there: dict[str, Path], folder: Path) -> None:
    """Pyodide itself, its scripts under names that every static host sends as scripts."""
    folder.mkdir(parents=True)
    for name in ("pyodide.mjs", "pyodide.asm.mjs"):
        text = there[name].read_text(encoding="utf-8").replace("pyodide.asm.mjs", "pyodide.asm.js")
        (folder / name.replace(".mjs", ".js")).write_text(text, encoding="utf-8")
    shutil.copyfile(there["pyodide.asm.wasm"], folder / "pyodide.asm.wasm")


def make(manifest: Manifest) -> None:
    """Fetch what the laboratory is made of and make it, where `manifest.folder` says.

    Raises
    ------
    fetch.Unobtainable
        If a file cannot be had.
    browser.NoBrowser
        If this machine has none.
    """
    browser.find_chromium()  # before anything is fetched
    there = fetch.fetch(manifest.file)
    archives = _collect(manifest, there)
    print("Compiling (once, some minutes)", file=sys.stderr)
    with tempfile.TemporaryDirectory() as workshop:
        bench = Path(workshop, "lab")
        _copy_core(there, bench)
        shutil.copyfile(there[LIBRARY], bench / LIBRARY)
        (bench / LOCK).write_text(format_lock(manifest, {}), encoding="utf-8")
        compiled = _compile(bench, archives, manifest.pyodide["python"])
        for name in ("esbuild.js", "esbuild.wasm"):
            shutil.copyfile(there[name], bench / name)
        editor = _bundle(bench, manifest, there)
    part = manifest.folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    _copy_core(there, part)
    for name, content in compiled.items():
        (part / name).write_bytes(content)
    (part / EDITOR).write_text(editor, encoding="utf-8")
    (part / LOCK).write_text(format_lock(manifest, compiled), encoding="utf-8")
    artefact.finish(part, manifest.folder)


def main() -> int:
    """The command line: make what is not made yet, or take it from a zip; write it as one."""
    parser = argparse.ArgumentParser(prog="python -m live_cells.make", description="Make the laboratory.")
    parser.add_argument("--manifest", type=Path, default=MANIFEST, help="a file that says what it is made of")
    parser.add_argument("--take", type=Path, metavar="ZIP", help="take it from a zip that --pack wrote")
    parser.add_argument(
        "--pack", type=Path, metavar="ZIP", help="also write it as one zip, for other machines"
    )
    given = parser.parse_args()
    manifest = artefact.read_manifest(given.manifest)
    try:
        if not manifest.folder.is_dir():
            artefact.unpack(given.take, manifest) if given.take else make(manifest)
    except (artefact.Unusable, fetch.Unobtainable, browser.NoBrowser) as error:
        print(f"The laboratory was not made. {error}", file=sys.stderr)
        return 1
    print(f"The laboratory is made: {manifest.folder}")
    if given.pack:
        print(f"{given.pack}: sha256 {artefact.pack(manifest.folder, given.pack)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
