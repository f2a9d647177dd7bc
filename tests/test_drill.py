"""The change drill: ten changes of a newcomer, by CONTRIBUTING alone.

Each change is made in a copy of what is tracked. The guide's row has to name every file that one
edits by hand. Half a change is refused with a sentence that says what is missing; the whole change
passes its check, and no file has changed besides those edited and those that the check makes.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from filecmp import cmp
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MINUTES = 5  # for a command
LESSON = "chapters/07_services"
INEQUALITY = "jingjinji/measures/inequality.py"
KEYS = "tests/library/test_answer_keys.py"
PLATFORMS = "packages/notebook-grader/notebook_grader/hand_in/platforms"
EMPTY = "has no value yet"

Edit = Callable[[str], str]
Edits = dict[str, Edit]

# Programs that check one part of a change.
COURSEWORK = ("-m", "coursework")
RUN_LESSON = (*COURSEWORK, "notebooks", f"{LESSON}.md")
PARSE_MASTER = """
import sys, jupytext
from pathlib import Path
from coursework.masters.master import parse
path = Path(sys.argv[1])
parse(path, jupytext.read(path))
"""
LEAD_WORDS = """
import yaml
from pathlib import Path
from types import SimpleNamespace
from book.search import pagefind
pagefind.key_terms.get_terms = lambda env: {}
words = yaml.safe_load(Path("_config.yml").read_text("utf-8"))["sphinx"]["config"]["search_words"]
pages = {str(path.with_suffix("")) for path in Path().rglob("*.md")} | {"index"}
pages |= {f"exercises/pages/{name}" for name in ("computer", "plans", "syllabus", "01_reading")}
app = SimpleNamespace(
    env=SimpleNamespace(all_docs=pages), config=SimpleNamespace(search_words=words)
)
print(pagefind._list_leading_words(app)["chapters/07_services"])
"""
NAME_PLATFORMS = "from notebook_grader.hand_in.platforms import PLATFORMS; PLATFORMS['sakai']"


@dataclass(frozen=True)
class Change:
    """A change: how the guide's row begins, edits by hand, and the check that sees them.

    `half` is refused by `check` with words that match `says`, unless `says` is empty; `half` and
    `rest` together pass. `makes` has commands between the two, and `made` what they write.
    """

    row: str
    half: Edits
    check: tuple[str, ...]
    says: str = ""
    rest: Edits = field(default_factory=dict)
    makes: tuple[tuple[str, ...], ...] = ()
    made: tuple[str, ...] = ()


def append(text: str) -> Edit:
    """Append a text to a file."""
    return lambda before: before + text


def replace(old: str, new: str) -> Edit:
    """Replace a text that the file has."""

    def edit(before: str) -> str:
        assert old in before, old
        return before.replace(old, new)

    return edit


def add_column(text: str) -> str:
    """Add a column of heights to a table."""
    head, *rows = text.splitlines()
    return "\n".join([f"{head},height_m", *(f"{row},10" for row in rows)]) + "\n"


def describe_column(text: str) -> str:
    """Add the column's entry to the descriptor."""
    package = json.loads(text)
    table = next(one for one in package["resources"] if one["name"] == "cities")
    entry = {"name": "height_m", "type": "integer", "title": "Height", "unit": "m"}
    table["schema"]["fields"].append(entry | {"description": "Height above the sea."})
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def repeat_last_exercise(text: str) -> str:
    """Append the last exercise once more, with the number that it has."""
    return text + "\n" + text[text.rindex('```{raw-cell}\nexercise: "7.10"') :]


def number_last_exercise(text: str) -> str:
    """Give the appended exercise the next number."""
    at = text.rindex('```{raw-cell}\nexercise: "7.10"')
    return text[:at] + text[at:].replace("7.10", "7.11").replace("7-10", "7-11")


CHANGES = {
    "a column": Change(
        row="a table, a column, an outline",
        half={"data/cities.csv": add_column},
        check=(*COURSEWORK, "data"),
        says=r"column 'height_m' has no entry in data/datapackage.json",
        rest={"data/datapackage.json": describe_column},
    ),
    "a measure": Change(
        row="a measure",
        half={
            INEQUALITY: append(
                '\n\ndef spread(values):\n    """The largest of some values less the smallest."""'
                "\n    return max(values) - min(values)\n"
            ),
            "data/answer_keys.csv": append('Z99,Spread,"values=[1, 4]",[3],0.001,Arithmetic\n'),
        },
        check=("-m", "pytest", "-q", "-p", "no:cacheprovider", KEYS, "-k", "Z99"),
        says="Z99 has no line in COMPUTED",
        rest={
            KEYS: replace(
                '    "Z01": lambda largest',
                '    "Z99": lambda values: max(values) - min(values),\n    "Z01": lambda largest',
            )
        },
    ),
    "an exercise": Change(
        row="an exercise",
        half={"exercises/07_services.md": repeat_last_exercise},
        check=("-c", PARSE_MASTER, "exercises/07_services.md"),
        says=r"exercise 7\.10 stands where 7\.11 belongs",
        rest={"exercises/07_services.md": number_last_exercise},
    ),
    "a chart": Change(
        row="a sentence or chart",
        half={
            f"{LESSON}.md": replace(
                "Hospital beds per resident rose in every province of China, and least in Beijing",
                "In every province of China hospital beds per resident rose, least in Beijing",
            )
        },
        check=(*COURSEWORK, "lint", "07_services"),
        says="Run 'make notebooks'",
        makes=(RUN_LESSON,),
        made=(f"{LESSON}.ipynb",),
    ),
    "a label's words": Change(
        row="a verdict's label, or one kind more",
        half={
            "packages/sealed-readings/sealed_readings/labels.csv": replace(
                "not-borne-out,not borne out", "not-borne-out,not supported"
            )
        },
        check=("-m", "sealed_readings", "check", "data"),
    ),
    "a key term": Change(
        row="a key term",
        half={
            f"{LESSON}.md": replace(
                "```{doors}",
                "**resident** · 居民 · jūmín\n: A resident lives in the place.\n\n```{doors}",
            )
        },
        check=(*COURSEWORK, "lint", "07_services"),
        says="Run 'make notebooks'",
        makes=(RUN_LESSON,),
        made=(f"{LESSON}.ipynb",),
    ),
    "a colour": Change(
        row="a chart's colour",
        half={"data/palette.csv": replace("chart-1,#8c2d04", "chart-1,#8c2d05")},
        check=(*COURSEWORK, "lint", "07_services"),
        says="Run 'make notebooks'",
        makes=((*COURSEWORK, "data"), (*RUN_LESSON, f"{LESSON}_checks.md")),
        made=("data/datapackage.json", f"{LESSON}.ipynb", f"{LESSON}_checks.ipynb"),
    ),
    "a search word": Change(
        row="a word that the search should know, a Chinese one too",
        half={
            "_config.yml": replace(
                "    search_words:\n", "    search_words:\n      病床: [chapters/07_beds]\n"
            )
        },
        check=("-c", LEAD_WORDS),
        says="leads 病床 to chapters/07_beds, which is not a page",
        rest={"_config.yml": replace("chapters/07_beds", "chapters/07_services")},
    ),
    "a platform": Change(
        row="a limit of the sandbox, a platform for marks",
        half={f"{PLATFORMS}/sakai.py": append((ROOT / PLATFORMS / "canvas.py").read_text("utf-8"))},
        check=("-c", NAME_PLATFORMS),
        says=r"sakai\.csv",
        rest={
            f"{PLATFORMS}/sakai.csv": append((ROOT / PLATFORMS / "canvas.csv").read_text("utf-8"))
        },
    ),
    "an error's words": Change(
        row="the words of a remark on an answer",
        half={
            "packages/plain-answers/plain_answers/parsing.py": replace(EMPTY, "is still empty"),
            "packages/plain-answers/plain_answers/charted.py": replace(EMPTY, "is still empty"),
        },
        check=(
            *("-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("packages/notebook-grader/tests/test_forms.py", "-k", "verdict or lines"),
        ),
        says="is still empty",
        rest={"packages/notebook-grader/tests/forms.csv": replace(EMPTY, "is still empty")},
    ),
}


@cache
def list_tracked() -> list[str]:
    """Names of the files that the project tracks."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in done.stdout.decode().split("\0") if (ROOT / name).is_file()]


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of all tracked files."""
    for name in list_tracked():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return tmp_path


def apply(edits: Edits, copy: Path) -> None:
    """Edit files of the copy; a file that is not there is new."""
    for name, edit in edits.items():
        path = copy / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(edit(before), encoding="utf-8", newline="")


def run(command: tuple[str, ...], copy: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, with the copy's course and packages."""
    packages = [str(path.parent) for path in copy.glob("packages/*/pyproject.toml")]
    paths = os.pathsep.join([str(copy), *packages])
    return subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60 * MINUTES,
    )


def list_changed(copy: Path) -> set[str]:
    """Tracked files that differ from the project's."""
    return {name for name in list_tracked() if not cmp(ROOT / name, copy / name, shallow=False)}


def names(token: str, path: str) -> bool:
    """Whether a name in the guide, such as `chapters/NN_topic.md` or `platforms/`, is that of a
    file."""
    if token.endswith("/"):
        return f"/{token}" in f"/{path}"
    pattern = token.replace("NN_topic", "*")
    return fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_guide_names_what_one_edits_and_the_check_says_what_is_missing(change, copy):
    row = re.search(rf"^\| {re.escape(change.row)}\b.*$", GUIDE, re.MULTILINE)
    assert row, f"CONTRIBUTING has no row for {change.row!r}"
    tokens = re.findall(r"`([^` ]+)`", row[0])
    edited = {*change.half, *change.rest}
    unnamed = {path for path in edited if not any(names(token, path) for token in tokens)}
    assert not unnamed, f"the row {change.row!r} of CONTRIBUTING does not name {unnamed}"

    apply(change.half, copy)
    if change.says:
        refused = run(change.check, copy)
        assert refused.returncode, "half a change passes"
        assert re.search(change.says, refused.stdout + refused.stderr)
    apply(change.rest, copy)
    for command in change.makes:
        made = run(command, copy)
        assert made.returncode == 0, made.stdout + made.stderr
    passed = run(change.check, copy)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert list_changed(copy) <= edited | {*change.made}
