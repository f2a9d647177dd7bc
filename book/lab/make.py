"""Make the laboratory, once for a manifest: ``python -m book.lab.make`` is what `make lab` runs.

Python's part is compiled here, by the Python of the page itself, in a browser: a reader's would need as long
for that as for all the rest. The result is kept beside the environment's packages, where the build finds it.
"""

import base64
import gzip
import hashlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from live_cells import browser
from still_charts.vega import bundle_script

from book import zips
from book.lab import fetch
from book.lab.kept import SIZES, find_folder

PACKAGES, VEGA_LITE = "packages.zip", "vega-lite.js"
LIBRARY, LOCK = "python_stdlib.zip", "pyodide-lock.json"
# What a page never asks for: headers, tests, types, and of IPython all but how it prints.
_LEFT_OUT = (".pyi", ".pxd", ".h", ".a", ".c", ".typed", "/RECORD", "/WHEEL", "/")
_FOLDERS_LEFT_OUT = ("/tests/", "/licenses/", "dateutil-zoneinfo.tar.gz")
_ONLY = {"ipython": "IPython/lib/pretty.py"}
_WEBASSEMBLY = "wasm32.whl"
_COMPILE = """
import ast, importlib.util, io, marshal, zipfile

documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

# Some of numpy's and scipy's functions are made from the texts of others.
read = ("numpy/_core/", "numpy/lib/", "numpy/ma/", "scipy/")

def without_texts(source):
    # The manuals of these packages are megabytes; some programs fail where there is no text at all.
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, False) is not None:
            node.body[0].value = ast.copy_location(ast.Constant("See the manual."), node.body[0].value)
    return tree

def compile_all(archive, root):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive.to_py())) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            if name.endswith(".py"):
                source = old.read(name)
                program = source if name.startswith(read) else without_texts(source)
                code = compile(program, root + name, "exec", dont_inherit=True)
                known = importlib.util.source_hash(source)
                # PEP 552: a file that is taken as it is, whatever became of its source.
                head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + known
                new.writestr(name + "c", head + marshal.dumps(code))
    return made.getvalue()
"""
_PAGE = """async ({ archives, program }) => {
  const { loadPyodide } = await import("./pyodide.js");
  // The columns of tracebacks would weigh megabytes.
  const python = await loadPyodide({ env: { PYTHONNODEBUGRANGES: "1" } });
  await python.runPythonAsync(program);
  const compile = python.globals.get("compile_all");
  const made = {};
  for (const [name, root] of Object.entries(archives)) {
    const bytes = new Uint8Array(await (await fetch(`sources-${name}`)).arrayBuffer());
    const compiled = compile(bytes, root).toJs();
    made[name] = await new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.split(",")[1]);
      reader.readAsDataURL(new Blob([compiled]));
    });
  }
  return made;
}"""


def _choose_entries(path: Path, name: str) -> dict[str, bytes]:
    """What a page needs of a wheel or of the standard library."""
    only, runs = _ONLY.get(name.split("-")[0]), not name.endswith(".whl") or name.endswith(_WEBASSEMBLY)
    with zipfile.ZipFile(path) as archive:
        return {
            entry: archive.read(entry)
            for entry in archive.namelist()
            if not entry.endswith(_LEFT_OUT)
            and not any(folder in entry for folder in _FOLDERS_LEFT_OUT)
            and (runs or not entry.endswith(".so"))
            and (only is None or entry == only)
        }


def _compile(folder: Path, archives: dict[str, dict[str, bytes]]) -> dict[str, zipfile.ZipFile]:
    """The compiled Python of each archive, made by the Pyodide in `folder`."""
    roots = {}
    for name, entries in archives.items():
        (folder / f"sources-{name}").write_bytes(zips.pack(entries.items()))
        roots[name] = "/lib/python314.zip/" if name == LIBRARY else "/lib/python3.14/site-packages/"
    with browser.open_folder(folder) as page:
        made = page.evaluate(_PAGE, {"archives": roots, "program": _COMPILE})
    return {name: zipfile.ZipFile(io.BytesIO(base64.b64decode(text))) for name, text in made.items()}


def _lock(path: Path, folder: Path, wheels: list[str]) -> None:
    """Pyodide's list of its packages, shortened to those that are here, with their sums as they are now."""
    known = json.loads(path.read_text(encoding="utf-8"))
    kept = {name: about for name, about in known["packages"].items() if about["file_name"] in wheels}
    for about in kept.values():
        about["sha256"] = hashlib.sha256((folder / about["file_name"]).read_bytes()).hexdigest()
        about["depends"] = [name for name in about["depends"] if name in kept]
    text = json.dumps(known | {"packages": kept}, sort_keys=True)
    (folder / LOCK).write_text(text, encoding="utf-8")


def _bundle_vega_lite() -> str:
    """The compiler of charts, for cells that a reader has changed; Vega itself comes with the book."""
    import altair  # half a second, which a build of pages can do without

    package = f"vega-lite@{altair.SCHEMA_VERSION.removeprefix('v')}"
    return bundle_script(f'import {{ compile }} from "{package}"; window.vegaLite = compile;')


def weigh(path: Path) -> int:
    """Bytes of a file on the wire: a static host compresses what is not compressed yet."""
    content = path.read_bytes()
    return len(content) if path.suffix in (".zip", ".whl") else len(gzip.compress(content, 6))


def _copy_core(there: dict[str, Path], folder: Path) -> None:
    """Pyodide itself, its scripts under names that every static host sends as scripts."""
    folder.mkdir(parents=True)
    for name in ("pyodide.mjs", "pyodide.asm.mjs"):
        text = there[name].read_text(encoding="utf-8").replace("pyodide.asm.mjs", "pyodide.asm.js")
        (folder / name.replace(".mjs", ".js")).write_text(text, encoding="utf-8")
    for name in ("pyodide.asm.wasm", LIBRARY, LOCK):
        shutil.copyfile(there[name], folder / name)


def make(folder: Path) -> None:
    """Write the laboratory into `folder`, which must not be there."""
    files = fetch.read_manifest()
    there = fetch.fetch(files)
    archives: dict[str, dict[str, bytes]] = {PACKAGES: {}}
    for file in files:
        if file.name.endswith((".zip", ".whl")):
            name = PACKAGES if file.into == "packages" else file.name
            archives.setdefault(name, {}).update(_choose_entries(there[file.name], file.name))
    print("Compiling (once, some minutes)", file=sys.stderr)
    with tempfile.TemporaryDirectory() as bench:
        workshop = Path(bench, "lab")
        _copy_core(there, workshop)
        compiled = _compile(workshop, archives)
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    _copy_core(there, part)
    for name, entries in archives.items():
        ready = {f"{entry}c": compiled[name].read(f"{entry}c") for entry in entries if entry.endswith(".py")}
        files = {entry: c for entry, c in entries.items() if not entry.endswith(".py")} | ready
        (part / name).write_bytes(zips.pack(files.items()))
    _lock(there[LOCK], part, [name for name in archives if name.endswith(".whl")])
    (part / VEGA_LITE).write_text(_bundle_vega_lite(), encoding="utf-8")
    sizes = {path.name: weigh(path) for path in sorted(part.iterdir())}
    (part / SIZES).write_text(json.dumps(sizes), encoding="utf-8")
    part.replace(folder)


def main() -> int:
    """The command line: make what is not made yet."""
    try:
        if not find_folder().is_dir():
            make(find_folder())
    except (fetch.Unobtainable, browser.NoBrowser) as error:
        print(f"The laboratory was not made. {error}", file=sys.stderr)
        return 1
    print("The laboratory is made; 'make book' puts it into the book.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
