"""Measure the book: build time, notebook checks and page weight, as ratios to floors of the same run.

    make bench

prints a table and writes _build/bench.json. A floor is what the same tools need for next to nothing:
Sphinx building as many near-empty pages with the same theme, and nbval on as many notebooks that
only import pandas and Altair. Ratios travel between machines; seconds do not.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import pages  # noqa: E402  (the tests' own server and browser)

BIN = Path(sys.executable).parent
RUNS = 3
CHAPTER_WITH_ALL, NEXT_CHAPTER = "chapters/03_gdp.html", "chapters/01_reading.html"
MARKS = {
    "cold build / floor": 2.0,
    "touched rebuild / floor": 1.5,
    "nbval / floor": 1.5,
    "first visit, kB": 600,
    "first visit, requests": 20,
    "next page, kB": 80,
    "first chart, ms": 700,
}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def seconds(command: list[str], folder: Path, **environment: str) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return time.perf_counter() - started


def median_pair(ours: Callable[[], float], floor: Callable[[], float]) -> tuple[float, float]:
    """Both in turn, so that a machine that speeds up or slows down does so for both."""
    pairs = [(ours(), floor()) for _ in range(RUNS)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def copy_of_book(folder: Path) -> Path:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, names.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def empty_book(folder: Path, count: int) -> Path:
    """As many pages as the book has, each with a heading and a line, in the same theme."""
    folder.mkdir(parents=True)
    (folder / "conf.py").write_text(
        'project = "Floor"\nhtml_theme = "sphinx_book_theme"\nextensions = ["myst_parser"]\n', encoding="utf-8"
    )
    entries = [f"page{i}" for i in range(1, count)]
    toctree = "\n".join(["```{toctree}", *entries, "```"])
    (folder / "index.md").write_text(f"# Floor\n\n{toctree}\n", encoding="utf-8")
    for entry in entries:
        (folder / f"{entry}.md").write_text(f"# {entry}\n\nOne line.\n", encoding="utf-8")
    return folder


def builds(work: Path) -> dict[str, tuple[float, float]]:
    book = copy_of_book(work / "book")
    sources = [book / "index.md", book / "ledger.md", *(book / "chapters").glob("*.ipynb")]
    floor = empty_book(work / "floor", len(sources))
    build_book = [str(BIN / "jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
    build_floor = [str(BIN / "sphinx-build"), "-q", "-b", "html", ".", "_build/html"]

    def cold(folder: Path, command: list[str]) -> float:
        shutil.rmtree(folder / "_build", ignore_errors=True)
        return seconds(command, folder)

    def touched(folder: Path, command: list[str], page: Path) -> float:
        text = page.read_text(encoding="utf-8")
        page.write_text(text + "\n", encoding="utf-8")
        return seconds(command, folder)

    say("cold builds")
    result = {"cold build": median_pair(lambda: cold(book, build_book), lambda: cold(floor, build_floor))}
    say("rebuilds after touching one page")
    chapter = book / "chapters" / "03_gdp.ipynb"
    result["touched rebuild"] = median_pair(
        lambda: touched(book, build_book, chapter),
        lambda: touched(floor, build_floor, floor / "page1.md"),
    )
    return result


def nbval(work: Path) -> tuple[float, float]:
    notebooks = sorted((ROOT / "chapters").glob("*.ipynb"))
    floor = work / "kernels"
    floor.mkdir()
    for path in notebooks:
        cell = nbformat.v4.new_code_cell("import altair\nimport pandas", id="imports")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), floor / path.name)
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env",
        "-n", "2", "--dist", "loadfile",
    ]
    say("nbval over every notebook")
    return median_pair(
        lambda: seconds([*command, str(ROOT / "chapters")], ROOT, JINGJINJI_BOOK="1"),
        lambda: seconds([*command, str(floor)], floor),
    )


FIRST_CHART = """
new Promise((resolve) => {
  const look = () => {
    const drawn = document.querySelector('.chart svg');
    const shown = drawn && drawn.getBoundingClientRect().height > 0;
    shown ? resolve(performance.now()) : requestAnimationFrame(look);
  };
  look();
})"""


class Traffic:
    """Bytes and requests that cross the wire while a page is open."""

    def __init__(self, page) -> None:
        self.bytes = self.requests = 0
        self.cached: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestServedFromCache", lambda event: self.cached.add(event["requestId"]))
        session.on("Network.loadingFinished", self._count)

    def _count(self, event: dict) -> None:
        if event["requestId"] not in self.cached and event["encodedDataLength"] > 0:
            self.bytes += int(event["encodedDataLength"])
            self.requests += 1


def visit(context, address: str) -> dict[str, float]:
    page = context.new_page()
    traffic = Traffic(page)
    page.goto(address, wait_until="commit")
    first_chart = page.evaluate(FIRST_CHART) if "/chapters/" in address else None
    page.wait_for_load_state("networkidle")
    result = {"first chart": first_chart}
    visit_charts = pages.Visit(page)
    if visit_charts.charts_not_drawn():
        sys.exit(f"{address}: a chart did not draw")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    page.close()
    return {**result, "kB": traffic.bytes / 1000, "requests": traffic.requests}


def weights() -> dict[str, dict[str, float]]:
    """For every page: a first visit with an empty cache, and a visit after another page of the book."""
    say("page weight in a browser")
    measured = {}
    with pages.served(pages.HTML) as home, pages.chromium() as chromium:
        for name in pages.page_names():
            fresh = chromium.new_context(viewport=pages.DESK)
            first = visit(fresh, f"{home}/{name}")
            fresh.close()
            warm = chromium.new_context(viewport=pages.DESK)
            before = CHAPTER_WITH_ALL if name != CHAPTER_WITH_ALL else NEXT_CHAPTER
            visit(warm, f"{home}/{before}")
            second = visit(warm, f"{home}/{name}")
            warm.close()
            measured[name] = {
                "first visit, kB": round(first["kB"], 1),
                "first visit, requests": first["requests"],
                "next page, kB": round(second["kB"], 1),
                "next page, requests": second["requests"],
                "first chart, ms": first["first chart"] and round(first["first chart"]),
            }
    return measured


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        times = builds(work)
        times["nbval"] = nbval(work)
        subprocess.run(
            [str(BIN / "jupyter-book"), "build", str(ROOT), "-W", "-n", "--keep-going", "-q"],
            check=True, capture_output=True,
        )
    by_page = weights()
    chapters = [by_page[CHAPTER_WITH_ALL], by_page[NEXT_CHAPTER]]
    found = {f"{name} / floor": round(ours / floor, 2) for name, (ours, floor) in times.items()}
    for figure in ("first visit, kB", "first visit, requests", "next page, kB", "first chart, ms"):
        found[figure] = max(chapter[figure] for chapter in chapters)
    print(f"{'measure':<26}{'found':>9}{'mark':>9}   seconds (ours, floor)")
    for name, mark in MARKS.items():
        pair = times.get(name.removesuffix(" / floor"))
        spent = f"{pair[0]:.2f}, {pair[1]:.2f}" if pair else ""
        met = "met" if found[name] <= mark else "MISSED"
        print(f"{name:<26}{found[name]:>9}{'≤ ' + format(mark, 'g'):>9}   {met:<7} {spent}")
    print(f"\n{'page':<28}{'first kB':>9}{'requests':>9}{'next kB':>9}{'chart ms':>9}")
    for name, page in by_page.items():
        values = [page[k] if page[k] is not None else "–" for k in (
            "first visit, kB", "first visit, requests", "next page, kB", "first chart, ms")]
        print(f"{name:<28}" + "".join(f"{value:>9}" for value in values))
    report = {
        "found": found,
        "marks": MARKS,
        "seconds": {name: {"ours": round(a, 3), "floor": round(b, 3)} for name, (a, b) in times.items()},
        "pages": by_page,
    }
    target = ROOT / "_build" / "bench.json"
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    say(f"written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
