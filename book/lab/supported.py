"""Which cells and exercises the pages can run: ``make lab-list`` asks the pages' own Python and writes it.

The book is built, with its laboratory: solutions and misconceptions of exercises run as a reader's browser
seals and checks them (`practice.js`).
"""

from __future__ import annotations

import base64
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from live_cells import browser, verify
from live_cells.pages import FOLDER

from book import settings
from book.lab.pages import SUPPORTED, read_supported

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

# A page that runs jobs: the cells of texts, and of exercises what seals and what checks.
_Opened = tuple["Page", dict[str, list[verify.Job]], dict[str, tuple[verify.Job, verify.Job]]]

# What a person writes into the list, and no run finds out.
LISTED = ("packages", "practice")
NOT_BUILT = "The built book has no Python for its pages: run 'make lab book' first."


def read_exercises(html: Path, page: str) -> dict[str, tuple[verify.Job, verify.Job]]:
    """The code exercises of a chapter by number: what seals answers, and the solution, checked by them."""
    path = html / FOLDER / settings.EXERCISE_PAGES / f"{Path(page).name}.practice.json"
    if not path.exists():
        return {}
    practice = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, tuple[verify.Job, verify.Job]] = {}
    for label, exercise in practice["exercises"].items():
        key = json.loads(base64.b64decode(exercise["key"]))
        record = "from plain_answers.recording import Recorder\ncheck = Recorder()"
        sealing = "\n".join([record, key["solution"], exercise["tests"], *key["slips"], "check.sealed()"])
        use = f"from jingjinji import check\ncheck.use({verify.LAST})"
        checking = "\n".join([use, key["solution"], exercise["tests"]])
        before = [*practice["provided"], *exercise["given"]]
        number = label.removeprefix("exercise-").replace("-", ".")
        one, other = (verify.Job(code, number, True, before) for code in (sealing, checking))
        found[number] = one, other
    return found


def run_all(
    context: BrowserContext, home: str, root: Path, html: Path, texts: list[str]
) -> tuple[dict[str, dict[str, str]], dict[str, dict]]:
    """Texts and their code exercises in the pages' own Python.

    Returns the cells that differ from what is stored, by page, and the error of each exercise whose solution
    is not right.
    """
    # A page brings what its chapter and its exercises need: texts that need the same run in one page.
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for text in texts:
        special = read_supported().get(text, {"packages": []})
        alike[(*special["packages"], *special.get("practice", []))].append(text)

    def start(pages: list[str]) -> _Opened:
        cells = {page: verify.read_jobs(root / f"{page}.ipynb") for page in pages}
        exercises = {number: pair for page in pages for number, pair in read_exercises(html, page).items()}
        jobs = [job for part in (*cells.values(), *exercises.values()) for job in part]
        practice = f"{settings.EXERCISE_PAGES}/{Path(pages[0]).name}"
        first = practice if (html / f"{practice}.html").exists() else pages[0]
        return verify.start(context, f"{home}/{first}.html", jobs), cells, exercises

    def open_all() -> Iterator[_Opened]:
        """Beside the one that brings nothing, one after the other: each takes its memory."""
        plain = [start(pages) for packages, pages in alike.items() if not packages]
        yield from (start(pages) for packages, pages in alike.items() if packages)
        yield from plain

    found, failed = {}, {}
    for page, cells, exercises in open_all():
        gave = iter(verify.collect(page))
        for name, jobs in cells.items():
            found[name] = verify.compare(root / f"{name}.ipynb", [next(gave) for _ in jobs])
        for number, pair in exercises.items():
            errors = [error for _ in pair if (error := next(gave)["error"])]
            if errors:
                failed[number] = errors[0]
    return found, failed


def list_supported(found: dict[str, dict[str, str]], failed: dict[str, dict], html: Path) -> dict[str, dict]:
    """The list that follows from what `run_all` found; a text's packages are as they are listed."""
    special = read_supported()
    new: dict[str, list[str]] = {"packages": []}
    return {
        page: {
            **{name: packages for name, packages in special.get(page, new).items() if name in LISTED},
            **verify.sum_up(differing),
            "exercises": {
                number: failed[number]["package"]
                for number in read_exercises(html, page)
                if number in failed and failed[number]["package"]
            },
        }
        for page, differing in found.items()
    }


def main() -> int:
    """Write the list, anew for all texts or those that are named; what does not run, to standard error."""
    root, html = Path.cwd(), Path("_build/html").resolve()
    texts = settings.list_texts(root)
    named = [name.removesuffix(".md") for name in sys.argv[1:]]
    if unknown := [name for name in named if name not in texts]:
        print(
            f"There is no text {', '.join(unknown)}; one is named as in _toc.yml: {texts[-1]}.",
            file=sys.stderr,
        )
        return 1
    if not (html / FOLDER).is_dir():
        print(NOT_BUILT, file=sys.stderr)
        return 1
    with browser.open_folder(html) as context:
        found, failed = run_all(context, browser.HOME.rstrip("/"), root, html, named or texts)
    for page, differing in found.items():
        for cell, reason in differing.items():
            print(f"{page} {cell}: {reason[:600]}", file=sys.stderr)
    for number, error in failed.items():
        print(f"exercise {number}: {error['message']}", file=sys.stderr)
    made = read_supported() | list_supported(found, failed, html)
    lines = [f"  {json.dumps(page)}: {json.dumps(made[page])}" for page in texts if page in made]
    SUPPORTED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{SUPPORTED.name} lists {len(lines)} texts.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
