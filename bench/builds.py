"""Processor time of `make book`, against a plain Jupyter Book of the same pages.

The floor has the pages of the table of contents with their stored outputs, charts as the HTML that
Altair makes, and none of the course's extensions, whose directives it warns about. Charts of the
course are drawn by the first build and kept for the cold ones, as those of the floor are.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import altair
import yaml
from common import BIN, Row, clone, measure_cpu, report_progress

from tests.pages import built

ROUNDS = 3
CHAPTER, WORDS = "chapters/04_vintages", "Within a vintage the region"
VEGA_LITE = "application/vnd.vegalite."
# Of the course's settings, those that every book with formulas, footnotes and references would
# have.
FLOOR_CONFIG = {
    "title": "Floor",
    "only_build_toc_files": True,
    "execute": {"execute_notebooks": "off"},
    "parse": {
        "myst_enable_extensions": [
            "amsmath",
            "attrs_inline",
            "colon_fence",
            "deflist",
            "dollarmath",
        ]
    },
    "bibtex_bibfiles": ["references.bib"],
    "sphinx": {"config": {"bibtex_reference_style": "author_year", "numfig": True}},
}


def show_charts_as_html(notebook: dict) -> None:
    """Replace stored charts by the HTML of Altair's renderer, and drop output types of the course's
    own."""
    outputs = (
        output
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if "data" in output
    )
    for number, output in enumerate(outputs):
        kept = {
            mime: value
            for mime, value in output["data"].items()
            if not mime.startswith("application/")
        }
        for mime, chart in output["data"].items():
            if mime.startswith(VEGA_LITE):
                versions = {"vega_version": "6", "vegalite_version": "6", "vegaembed_version": "7"}
                options = {"fullhtml": False, "output_div": f"chart-{number}"}
                kept["text/html"] = altair.utils.spec_to_html(
                    chart, "vega-lite", **versions, **options
                )
        output["data"] = kept


def make_floor(book: Path, folder: Path) -> Path:
    """Write a plain Jupyter Book of the pages of a built book; returns its folder."""
    folder.mkdir()
    for name in ("_toc.yml", "references.bib"):
        shutil.copy(book / name, folder)
    (folder / "_config.yml").write_text(yaml.safe_dump(FLOOR_CONFIG), encoding="utf-8")
    for page in built.listed():
        source = next(
            path for end in (".ipynb", ".md") if (path := book / f"{page}{end}").is_file()
        )
        # A missing download would be looked for again at each build, which then reads the page.
        text = source.read_text(encoding="utf-8").replace("{download}", "{literal}")
        if source.suffix == ".ipynb":
            notebook = json.loads(text)
            show_charts_as_html(notebook)
            text = json.dumps(notebook)
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{page}{source.suffix}").write_text(text, encoding="utf-8")
    return folder


def change_sentence(folder: Path) -> None:
    """Add a word to a sentence, in the source that the book is built from."""
    source = next(
        path for end in (".md", ".ipynb") if (path := folder / f"{CHAPTER}{end}").is_file()
    )
    text = source.read_text(encoding="utf-8")
    if WORDS not in text:
        raise SystemExit(f"{source.name} no longer contains '{WORDS}': choose another sentence.")
    source.write_text(text.replace(WORDS, f"{WORDS} again"), encoding="utf-8")


def forget(folder: Path) -> None:
    """Remove all that a build made except drawn charts."""
    for path in (folder / "_build").glob("*"):
        if path.is_dir() and path.name != "charts":
            shutil.rmtree(path)


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        book = clone(Path(folder, "book"))
        ours = lambda: measure_cpu(["make", "book", f"VENV={BIN.parent}"], book)  # noqa: E731
        report_progress("The first build, which draws the charts")
        ours()
        floor_book = make_floor(book, Path(folder, "floor"))
        build = [BIN / "jupyter-book", "build", ".", "-q"]
        floor = lambda: measure_cpu(build, floor_book)  # noqa: E731
        times: dict[str, list[tuple[float, float]]] = {
            "cold": [],
            "no change": [],
            "one sentence": [],
        }
        for number in range(1, ROUNDS + 1):
            report_progress(f"Builds of book and floor in turn, {number} of {ROUNDS}")
            for kind, pairs in times.items():
                for place in (book, floor_book):
                    if kind == "cold":
                        forget(place)
                    elif kind == "one sentence":
                        change_sentence(place)
                pairs.append((ours(), floor()))
    for (kind, pairs), limit in zip(times.items(), (1.15, 0.3, 1.3), strict=True):
        ratio = median(mine for mine, _ in pairs) / median(theirs for _, theirs in pairs)
        detail = "; ".join(f"{mine:.1f} / {theirs:.1f}" for mine, theirs in pairs)
        yield Row(f"{kind} / plain Jupyter Book", round(ratio, 2), limit, detail)
