"""List the cells and exercises that pages can run: ``make lab-list`` asks the pages' own Python.

The book has to be built with its laboratory. Solutions and misconceptions of exercises run as in a
reader's browser (`practice.js`).
"""

import base64
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from live_cells import browser, verify
from live_cells.pages import FOLDER

from book import settings
from book.lab.pages import SUPPORTED, read_supported

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

# Of an exercise, what seals its answers, and its solution, which these check.
_Pair = tuple[verify.Job, verify.Job]
# Fields that a person writes, and no run finds out.
TYPED = ("packages", "practice")
NOT_BUILT = "The built book has no Python for its pages: run 'make lab book' first."


def read_exercises(html: Path, page: str) -> dict[str, _Pair]:
    """Read the code exercises of a chapter by number."""
    path = html / FOLDER / settings.EXERCISE_PAGES / f"{Path(page).name}.practice.json"
    if not path.exists():
        return {}
    practice = json.loads(path.read_text(encoding="utf-8"))
    pairs: dict[str, _Pair] = {}
    for label, exercise in practice["exercises"].items():
        key = json.loads(base64.b64decode(exercise["key"]))
        record = "from plain_answers.recording import Recorder\ncheck = Recorder()"
        sealing = "\n".join(
            [record, key["solution"], exercise["tests"], *key["slips"], "check.sealed()"]
        )
        use = f"from jingjinji import check\ncheck.use({verify.LAST})"
        checking = "\n".join([use, key["solution"], exercise["tests"]])
        before = [*practice["provided"], *exercise["given"]]
        number = label.removeprefix("exercise-").replace("-", ".")
        pairs[number] = (
            verify.Job(sealing, number, True, before),
            verify.Job(checking, number, True, before),
        )
    return pairs


def run_all(
    context: "BrowserContext", home: str, root: Path, html: Path, texts: list[str]
) -> tuple[dict[str, dict[str, str]], dict[str, dict]]:
    """Run texts and their code exercises in the pages' own Python.

    Returns the cells that differ from what is stored, by page, and the error of each exercise whose
    solution is not right.
    """
    # Texts that need the same packages run in one page.
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for text in texts:
        needs = read_supported().get(text, {"packages": []})
        groups[(*needs["packages"], *needs.get("practice", []))].append(text)
    differing = {}
    errors = {}
    for pages in groups.values():  # one after another: each takes its memory
        cells = {page: verify.read_jobs(root / f"{page}.ipynb") for page in pages}
        exercises = {
            number: pair for page in pages for number, pair in read_exercises(html, page).items()
        }
        jobs = [job for part in (*cells.values(), *exercises.values()) for job in part]
        practice = f"{settings.EXERCISE_PAGES}/{Path(pages[0]).name}"
        first = practice if (html / f"{practice}.html").exists() else pages[0]
        results = iter(verify.collect(verify.start(context, f"{home}/{first}.html", jobs)))
        for text, jobs in cells.items():
            differing[text] = verify.compare(root / f"{text}.ipynb", [next(results) for _ in jobs])
        for number, pair in exercises.items():
            if raised := [error for _ in pair if (error := next(results)["error"])]:
                errors[number] = raised[0]
    return differing, errors


def list_supported(
    differing: dict[str, dict[str, str]], errors: dict[str, dict], html: Path
) -> dict[str, dict]:
    """Make the list from the results of `run_all`; fields in `TYPED` stay."""
    old = read_supported()
    new: dict[str, list[str]] = {"packages": []}
    return {
        page: {
            **{name: packages for name, packages in old.get(page, new).items() if name in TYPED},
            **verify.sum_up(cells),
            "exercises": {
                number: errors[number]["package"]
                for number in read_exercises(html, page)
                if number in errors and errors[number]["package"]
            },
        }
        for page, cells in differing.items()
    }


def main() -> int:
    """Write the list for all texts or the named ones; print what does not run to standard error."""
    root = Path.cwd()
    html = Path("_build/html").resolve()
    texts = settings.list_executed(root)
    named = [name.removesuffix(".md") for name in sys.argv[1:]]
    message = "" if (html / FOLDER).is_dir() else NOT_BUILT
    if unknown := [name for name in named if name not in texts]:
        message = f"There is no text {', '.join(unknown)}; name one as in _toc.yml: {texts[-1]}."
    if message:
        print(message, file=sys.stderr)
        return 1
    with browser.open_folder(html) as context:
        differing, errors = run_all(context, browser.HOME.rstrip("/"), root, html, named or texts)
    for page, cells in differing.items():
        for cell, reason in cells.items():
            print(f"{page} {cell}: {reason[:600]}", file=sys.stderr)
    for number, error in errors.items():
        print(f"exercise {number}: {error['message']}", file=sys.stderr)
    supported = read_supported() | list_supported(differing, errors, html)
    lines = [
        f"  {json.dumps(page)}: {json.dumps(supported[page])}"
        for page in texts
        if page in supported
    ]
    SUPPORTED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{SUPPORTED.name} lists {len(lines)} texts.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
