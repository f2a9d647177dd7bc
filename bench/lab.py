"""Measure Python in the page: what a press of Run brings over the wire, and how long it takes.

The floor is bare Pyodide with the same packages, as their makers ship them, in the same browser and run.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from common import Part, say
from live_cells.artefact import LOCK, read_manifest
from live_cells.browser import launch_chromium
from live_cells.fetch import fetch
from live_cells.make import format_lock

from book.lab import pages
from tests import browser

MARKS = {"chapter, MB": 17, "chapter with scipy, MB": 33, "second visit, bytes": 0, "ready / bare Pyodide": 2}
ROUNDS = 3
WORKER = """import { loadPyodide } from "./pyodide.mjs";
const python = await loadPyodide({ packages: ["numpy", "pandas"] });
for (const name of NAMES) {
  const folder = python.runPython("import site; site.getsitepackages()[0]");
  python.unpackArchive(await (await fetch(name)).arrayBuffer(), "zip", { extractDir: folder });
}
python.runPython("import sys, types; sys.modules['IPython'] = types.ModuleType('IPython')");
python.runPython("import numpy, pandas, altair");
postMessage("ready");
"""
READY = """() => new Promise((ready) => {
  const worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ready;
})"""


def _bare(folder: Path) -> None:
    """Pyodide's own files and wheels, and a worker that starts them."""
    manifest = read_manifest()
    there = fetch([file for file in manifest.file if file.into in ("core", "wheels", "packages")])
    for name, path in there.items():
        shutil.copyfile(path, folder / name)
    wheels = {file.name: there[file.name].read_bytes() for file in manifest.file if file.into == "wheels"}
    (folder / LOCK).write_text(format_lock(manifest, wheels), encoding="utf-8")
    pure = [file.name for file in manifest.file if file.into == "packages"]
    (folder / "worker.js").write_text(WORKER.replace("NAMES", repr(pure)), encoding="utf-8")
    (folder / "start.html").write_text("<!doctype html><title>Bare</title>", encoding="utf-8")


def _press(context, address: str) -> float:
    """Seconds from the press of Run in a chapter's first cell to its output."""
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(address, wait_until="networkidle")
    started = time.perf_counter()
    page.locator(".lab-run").first.click()
    page.locator(".lab-said", has_text="Done.").wait_for()
    spent = time.perf_counter() - started
    page.close()
    return spent


def measure() -> Part:
    special = pages.read_supported()
    with_scipy = next((name for name, about in special.items() if about["packages"] == ["scipy"]), None)
    plain = "chapters/03_gdp"
    sent: list[tuple[str, int]] = []
    found, ours, floor = {}, [], []
    with (
        tempfile.TemporaryDirectory() as bare,
        browser.serve_folder(browser.HTML, lambda path, size: sent.append((path, size))) as home,
        browser.serve_folder(Path(bare)) as away,
        launch_chromium() as chromium,
    ):
        _bare(Path(bare))
        for _ in range(ROUNDS):
            context = chromium.new_context()
            page = context.new_page()
            page.goto(f"{away}/start.html")
            started = time.perf_counter()
            page.evaluate(READY)
            floor.append(time.perf_counter() - started)
            context.close()
            sent.clear()
            context = chromium.new_context()
            ours.append(_press(context, f"{home}/{plain}.html"))
            first = [size for path, size in sent if "/live-cells/" in path]
            sent.clear()
            _press(context, f"{home}/{plain}.html")
            second = sum(size for path, size in sent)
            context.close()
        found |= {"chapter, MB": round(sum(first) / 1e6, 1), "requests": len(first)}
        found["second visit, bytes"] = second
        if with_scipy:
            sent.clear()
            context = chromium.new_context()
            _press(context, f"{home}/{with_scipy}.html")
            context.close()
            found["chapter with scipy, MB"] = round(
                sum(size for p, size in sent if "/live-cells/" in p) / 1e6, 1
            )
    found["ready / bare Pyodide"] = round(statistics.median(ours) / statistics.median(floor), 2)
    say(f"ready: {', '.join(f'{t:.1f}' for t in ours)} s; bare: {', '.join(f'{t:.1f}' for t in floor)} s")
    return Part(found, MARKS, {"ready": [statistics.median(ours), statistics.median(floor)]})
