"""Measure the book: build time, notebook checks and page weight, as ratios to floors of the same run.

    make bench

prints a table and writes _build/bench.json. A floor is what the same tools need for next to nothing:
Sphinx, started by Jupyter Book as it is for this book, building as many near-empty pages with the same
theme; nbval on as many notebooks that only import pandas and Altair; and, for the grader, nbclient without a
sandbox (grading.py). The builds are also set against
bare Sphinx, without Jupyter Book's own start-up. Ratios travel between machines; seconds do not.
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

import grading  # noqa: E402
import pages  # noqa: E402  (the tests' own server and browser)

BIN = Path(sys.executable).parent
RUNS = 3
CHAPTER_WITH_ALL, NEXT_CHAPTER = "chapters/03_gdp.html", "chapters/01_reading.html"
MARKS = {
    "cold build / floor": 2.0,
    "touched rebuild / floor": 1.5,
    "nbval / floor": 1.5,
    "grading / floor": 1.5,
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


def medians(*measures: Callable[[], float]) -> list[float]:
    """Each measure in turn, so that a machine that speeds up or slows down does so for all."""
    rounds = [[measure() for measure in measures] for _ in range(RUNS)]
    return [statistics.median(times) for times in zip(*rounds)]


def copy_of_book(folder: Path) -> Path:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, names.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def empty_book(folder: Path, count: int, jupyter_book: bool) -> Path:
    """As many pages as the book has, each with a heading and a line, in the same theme."""
    folder.mkdir(parents=True)
    pages_after_first = [f"page{i}" for i in range(1, count)]
    index = "# Floor\n"
    if jupyter_book:
        (folder / "_config.yml").write_text('title: Floor\nexecute: {execute_notebooks: "off"}\n')
        toc = {"format": "jb-book", "root": "index", "chapters": [{"file": p} for p in pages_after_first]}
        (folder / "_toc.yml").write_text(json.dumps(toc))
    else:
        settings = 'project = "Floor"\nhtml_theme = "sphinx_book_theme"\nextensions = ["myst_parser"]\n'
        (folder / "conf.py").write_text(settings)
        index += "\n".join(["", "```{toctree}", *pages_after_first, "```", ""])
    (folder / "index.md").write_text(index)
    for name in pages_after_first:
        (folder / f"{name}.md").write_text(f"# {name}\n\nOne line.\n")
    return folder


def builds(work: Path) -> dict[str, list[float]]:
    """Seconds of the book, of its floor, and of bare Sphinx."""
    book = copy_of_book(work / "book")
    count = len([book / "index.md", book / "ledger.md", *(book / "chapters").glob("*.ipynb")])
    jupyter_book = [str(BIN / "jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
    sphinx = [str(BIN / "sphinx-build"), "-q", "-b", "html", ".", "_build/html"]
    # What is built, how, and the page that is touched.
    cases = [
        (book, jupyter_book, book / "chapters" / "03_gdp.ipynb"),
        (empty_book(work / "floor", count, True), jupyter_book, work / "floor" / "page1.md"),
        (empty_book(work / "bare", count, False), sphinx, work / "bare" / "page1.md"),
    ]

    def cold(folder: Path, command: list[str], page: Path) -> float:
        shutil.rmtree(folder / "_build", ignore_errors=True)
        return seconds(command, folder)

    def touched(folder: Path, command: list[str], page: Path) -> float:
        page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        return seconds(command, folder)

    say("cold builds")
    result = {"cold build": medians(*(lambda case=case: cold(*case) for case in cases))}
    say("rebuilds after touching one page")
    result["touched rebuild"] = medians(*(lambda case=case: touched(*case) for case in cases))
    return result


def nbval(work: Path) -> list[float]:
    notebooks = sorted((ROOT / "chapters").glob("*.ipynb"))
    floor = work / "kernels"
    floor.mkdir()
    for path in notebooks:
        cell = nbformat.v4.new_code_cell("import altair\nimport pandas", id="imports")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), floor / path.name)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--nbval",
        "--nbval-current-env",
        "-n",
        "2",
        "--dist",
        "loadfile",
    ]
    say("nbval over every notebook")
    return medians(
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
            check=True,
            capture_output=True,
        )
    by_page = weights()
    say("grading")
    times["grading"], grader = grading.measure()
    chapters = [by_page[CHAPTER_WITH_ALL], by_page[NEXT_CHAPTER]]
    found = {f"{name} / floor": round(each[0] / each[1], 2) for name, each in times.items()}
    found |= {
        f"{name} / bare Sphinx": round(each[0] / each[2], 2) for name, each in times.items() if each[2:]
    }
    for figure in ("first visit, kB", "first visit, requests", "next page, kB", "first chart, ms"):
        found[figure] = max(chapter[figure] for chapter in chapters)
    found |= grader
    print(f"{'measure':<30}{'found':>9}{'mark':>9}   seconds (book, floor, bare Sphinx)")
    for name, value in found.items():
        mark = MARKS.get(name)
        verdict = "" if mark is None else "met" if value <= mark else "MISSED"
        spent = ", ".join(f"{t:.2f}" for t in times.get(name.removesuffix(" / floor"), []))
        print(f"{name:<30}{value:>9}{'≤ ' + format(mark, 'g') if mark else '–':>9}   {verdict:<7} {spent}")
    print(f"\n{'page':<28}{'first kB':>9}{'requests':>9}{'next kB':>9}{'chart ms':>9}")
    for name, page in by_page.items():
        values = [
            page[k] if page[k] is not None else "–"
            for k in ("first visit, kB", "first visit, requests", "next page, kB", "first chart, ms")
        ]
        print(f"{name:<28}" + "".join(f"{value:>9}" for value in values))
    report = {
        "found": found,
        "marks": MARKS,
        "seconds (book, floor, bare Sphinx)": {
            name: [round(t, 3) for t in each] for name, each in times.items()
        },
        "pages": by_page,
    }
    target = ROOT / "_build" / "bench.json"
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    say(f"written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
