"""Make the laboratory, once for a manifest: ``python -m live_cells.make``.

Python is compiled by the Python of the pages, in a browser. The result is kept beside the
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
from typing import Any

from live_cells import artefact, browser, fetch, zips
from live_cells.artefact import EDITOR, LIBRARY, LOCK, PACKAGES, File, Manifest

# Entries that no page asks for: headers, tests, types.
_UNUSED = (".pyi", ".pxd", ".h", ".a", ".c", ".typed", "/RECORD", "/WHEEL", "/")
_UNUSED_FOLDERS = ("/tests/", "/licenses/", "dateutil-zoneinfo.tar.gz")
_WEBASSEMBLY = "wasm32.whl"
_HERE = Path(__file__).parent


def _choose_entries(path: Path, file: File) -> dict[str, bytes]:
    """Read the entries of a wheel, or of the standard library, that pages need."""
    runs = not file.name.endswith(".whl") or file.name.endswith(_WEBASSEMBLY)

    def match(entry: str, patterns: list[str]) -> bool:
        return any(fnmatch.fnmatch(entry, pattern) for pattern in patterns)

    with zipfile.ZipFile(path) as archive:
        return {
            entry: archive.read(entry)
            for entry in archive.namelist()
            if not entry.endswith(_UNUSED)
            and not any(folder in entry for folder in _UNUSED_FOLDERS)
            and (runs or not entry.endswith(".so"))
            and (not match(entry, file.without) or match(entry, file.keep))
        }


def _collect(manifest: Manifest, paths: dict[str, Path]) -> dict[str, dict[str, bytes]]:
    """Collect the entries of each archive of the laboratory, not compiled yet."""
    archives: dict[str, dict[str, bytes]] = {PACKAGES: {}}
    for file in manifest.file:
        if file.name.endswith((".zip", ".whl")):
            name = PACKAGES if file.into == "packages" else file.name
            archives.setdefault(name, {}).update(_choose_entries(paths[file.name], file))
    return archives


def _run_script(folder: Path, script: str, arguments: dict[str, Any]) -> Any:
    """Run one of this package's scripts in a page that finds the files of a folder."""
    with browser.open_folder(folder) as context:
        page = context.new_page()
        page.goto(browser.HOME)
        return page.evaluate((_HERE / script).read_text(encoding="utf-8"), arguments)


def _compile(folder: Path, archives: dict[str, dict[str, bytes]], python: str) -> dict[str, bytes]:
    """Compile the Python of each archive with the Pyodide in `folder`."""
    digits = python.split(".")[:2]
    library = f"/lib/python{''.join(digits)}.zip/"
    site = f"/lib/python{'.'.join(digits)}/site-packages/"
    for name, entries in archives.items():
        (folder / f"sources-{name}").write_bytes(zips.pack(entries.items()))
    roots = {name: library if name == LIBRARY else site for name in archives}
    program = (_HERE / "compiler.py").read_text(encoding="utf-8")
    compiled = _run_script(folder, "compile.js", {"archives": roots, "program": program})
    return {name: base64.b64decode(text) for name, text in compiled.items()}


def format_lock(manifest: Manifest, wheels: dict[str, bytes]) -> str:
    """Format Pyodide's lock file for these wheels, with the checksums of their compiled content."""
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


def _copy_core(paths: dict[str, Path], folder: Path) -> None:
    """Copy Pyodide itself; its modules get a suffix that every static host serves as JavaScript."""
    folder.mkdir(parents=True)
    for name in ("pyodide.mjs", "pyodide.asm.mjs"):
        text = paths[name].read_text(encoding="utf-8").replace("pyodide.asm.mjs", "pyodide.asm.js")
        (folder / name.replace(".mjs", ".js")).write_text(text, encoding="utf-8")
    shutil.copyfile(paths["pyodide.asm.wasm"], folder / "pyodide.asm.wasm")


def make(manifest: Manifest) -> None:
    """Fetch the files of the manifest and make the laboratory in `manifest.folder`.

    Raises `fetch.Unobtainable`, or `browser.NoBrowser` if this machine has none.
    """
    browser.find_chromium()  # before anything is fetched
    paths = fetch.fetch(manifest.file)
    archives = _collect(manifest, paths)
    parts = [file.name for file in manifest.file if file.into == "editor"]
    modules = {name: paths[name].read_text("utf-8") for name in parts}
    print("Compiling (once, some minutes)", file=sys.stderr)
    with tempfile.TemporaryDirectory() as temporary:
        workshop = Path(temporary, "lab")
        _copy_core(paths, workshop)
        for name in (LIBRARY, "esbuild.js", "esbuild.wasm"):
            shutil.copyfile(paths[name], workshop / name)
        (workshop / LOCK).write_text(format_lock(manifest, {}), encoding="utf-8")
        compiled = _compile(workshop, archives, manifest.pyodide["python"])
        entry = (_HERE / "editor.js").read_text(encoding="utf-8")
        editor = _run_script(workshop, "bundle.js", {"entry": entry, "modules": modules})
    part = manifest.folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    _copy_core(paths, part)
    for name, content in compiled.items():
        (part / name).write_bytes(content)
    (part / EDITOR).write_text(editor, encoding="utf-8")
    (part / LOCK).write_text(format_lock(manifest, compiled), encoding="utf-8")
    artefact.finish(part, manifest.folder)


def main() -> int:
    """Make the laboratory if it is missing, or take it from a zip; with `--pack`, write it as a
    zip."""
    parser = argparse.ArgumentParser(
        prog="python -m live_cells.make", description="Make the laboratory."
    )
    parser.add_argument(
        "--take", type=Path, metavar="ZIP", help="take it from a zip that --pack wrote"
    )
    parser.add_argument(
        "--pack", type=Path, metavar="ZIP", help="write it as one zip, for other machines"
    )
    arguments = parser.parse_args()
    manifest = artefact.read_manifest()
    try:
        if not manifest.folder.is_dir():
            artefact.unpack(arguments.take, manifest) if arguments.take else make(manifest)
    except (artefact.Unusable, fetch.Unobtainable, browser.NoBrowser) as error:
        print(f"The laboratory was not made. {error}", file=sys.stderr)
        return 1
    print(f"The laboratory is made: {manifest.folder}")
    if arguments.pack:
        print(f"{arguments.pack}: sha256 {artefact.pack(manifest.folder, arguments.pack)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
