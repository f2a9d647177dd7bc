"""All checks of a capstone folder, once its notebook has been run again."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from sealed_readings import check as ledger
from sealed_readings import rule, verdicts
from sealed_readings.folder import ARTICLE, Folder, FolderError, read_text, reading
from sealed_readings.labels import count, say
from sealed_readings.sheets import SEALS, read_seals

from jingjinji import claims
from jingjinji.capstone import begin, brief, evidence, keys, models, rerun, units

LEAST = 3  # minimum number of claims
CLAIMS_PER_UNDECIDED = 3  # one claim of this many may end without an answer
WITHOUT_ANSWER = (say(verdicts.UNCHECKED), say(verdicts.OPINION))
PARTS = {
    "folder": "The folder is whole: claims, readings as they were sealed, sources, results",
    "seal": "The sealed sheet is the one whose hash was handed in before numbers",
    "runs": "The notebook runs again and shows the same",
    "keys": "Two published results are reproduced, computed and not typed",
    "evidence": "There is a placebo, and numbers come from tables",
    "units": "Axes have units",
    "brief": (
        "The brief has its sections and lengths, the notebook's numbers and the readings' verdicts"
    ),
    "own": "It is not one of the book's examples",
}


@dataclass(frozen=True)
class Checked:
    """The problems of each of `PARTS`, a list of sentences, and the label of each claim."""

    problems: dict[str, list[str]]
    labels: dict[str, str] = field(default_factory=dict)


def find_notebook(folder: Path, example: bool = False) -> Path:
    """Return the notebook of a folder; `FolderError` if there is not exactly one."""
    if not (folder / ARTICLE).is_file():
        raise FolderError(
            f"{folder} is not a capstone folder, since it has no {ARTICLE}; "
            "`python -m jingjinji.capstone new` begins one"
        )
    listed = (
        [path for _, path in Folder(folder).list_notebooks()]
        if example
        else [*folder.glob("*.ipynb")]
    )
    if len(listed) != 1:
        raise FolderError(
            f"{folder} has {len(listed)} notebooks; it must have one, such as {begin.NOTEBOOK}"
        )
    return listed[0]


def judge(
    path: Path,
    fresh: NotebookNode,
    remarks: Sequence[str],
    *,
    handed_in: str = "",
    example: bool = False,
) -> Checked:
    """Check a folder whose notebook has been run again as `fresh`; `FolderError` if it cannot be
    read.

    `remarks` are those of a sandbox; `handed_in` is the hash that an instructor has, empty if there
    is none.
    """
    folder = Folder(path)
    notebook = find_notebook(path, example)
    # Nothing else of the folder is read then.
    if not example and (outside := [*_find_outside_names(folder)]):
        return Checked({part: outside if part == "folder" else [] for part in PARTS})
    with reading(f"{ARTICLE} or a table beside it", "compare it with one that `new` begins"):
        found = _check_folder(folder, handed_in.strip().lower())
    with reading(notebook.name, rerun.SAVE):
        printed = rerun.collect_printed(fresh)
        code = evidence.Code(fresh)
        known = keys.read_published()
        text = read_text(path / begin.BRIEF) if (path / begin.BRIEF).is_file() else ""
        source = "\n".join(cell.source for _, cell in rerun.list_code_cells(fresh))
        written = folder.written if found.labels else []
        problems = {
            "folder": found.folder,
            "seal": found.seal,
            "runs": list(remarks) or rerun.find_problems(rerun.read(notebook), fresh),
            "keys": (
                keys.find_problems(printed, known)
                + evidence.find_key_problems(code, keys.list_printed(printed, known), known)
            ),
            "evidence": evidence.find_problems(code, written, found.results),
            "units": units.find_problems(rerun.list_charts(fresh)),
            "brief": _check_brief(folder, text, found.labels, fresh),
            "own": [] if example else models.find_problems(text, source),
        }
        return Checked(problems, found.labels)


@dataclass(frozen=True)
class _InFolder:
    """Problems of tables and seal, the label of each claim, and the readings that have results."""

    folder: list[str]
    seal: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    results: set[tuple[str, str]] = field(default_factory=set)


def _check_folder(folder: Folder, handed_in: str) -> _InFolder:
    """Check the tables and the seal; without labels where these cannot be read."""
    problems = [*ledger.find_problems(folder), *_find_in_claims(folder)]
    seal = list[str]()
    try:
        labels = {name: _say_label(folder.by_claim.get(name, [])) for name in folder.claims}
        problems += _find_undecided(folder)
        seal = [*_find_in_seal(folder, handed_in)]
        return _InFolder(problems, seal, labels, set(folder.results))
    except FolderError as error:
        return _InFolder(list(dict.fromkeys([*problems, f"{error}."])), seal)


def _check_brief(
    folder: Folder, text: str, labels: dict[str, str], fresh: NotebookNode
) -> list[str]:
    """Check a brief against what the notebook shows."""
    if not text.strip():
        return [f"There is no brief: write {begin.BRIEF} beside the notebook."]
    shown = json.dumps([cell.get("outputs", []) for cell in fresh.cells], ensure_ascii=False)
    numbers = [row["printed"] for row in folder.claims.values()] if labels else []
    return brief.find_problems(text, labels, shown, numbers)


def _find_outside_names(folder: Folder) -> Iterator[str]:
    """Find entries of `article.yml` that name files outside the folder."""
    fixed = {"evidence": begin.TABLES, "notebooks": ["*.ipynb"], "tables": {}}
    for name, value in fixed.items():
        if (entry := getattr(folder.article, name)) != value:
            yield f"{ARTICLE}: {name} is {entry!r}; in a capstone it stays {value!r}."


def _find_in_claims(folder: Folder) -> Iterator[str]:
    """Check that there are enough claims, and that claims of the course's article are unchanged."""
    rows = list(folder.list_rows("claims"))
    course = claims.folder()
    if len(rows) < LEAST:
        yield (
            f"claims.csv has {count(len(rows), 'claim')}; a capstone asks one question of {LEAST}"
            " or more."
        )
    if folder.article.title != course.article.title:
        if folder.article.date == begin.UNDATED:
            yield (
                f"{ARTICLE}: the date is the template's; write the day on which the article was"
                " printed."
            )
        return
    first, *_, last = course.claims
    for number, row in rows:
        name = row["claim_id"]
        place = f"claims.csv, row {number}"
        if name not in course.claims:
            yield f"{place}: the article has no claim {name}; the ids run from {first} to {last}."
        elif any(
            row[part] != course.claims[name][part] for part in ("statement", "sentence", "printed")
        ):
            yield f"{place}: {name} differs from the course's claims.csv; copy its row."


def _say_label(readings: Sequence[rule.Reading]) -> str:
    """Label in words; where readings were added or dropped, beside it the label that was sealed."""
    label = rule.label_of(readings)
    sealed = rule.label_of(rule.restore_sealed(readings))
    return say(label) + (f" (as sealed: {say(sealed)})" if sealed != label else "")


def _find_in_seal(folder: Folder, handed_in: str) -> Iterator[str]:
    """Check that the one sealed sheet, with which `find_problems` compares the readings, was handed
    in."""
    if not handed_in:
        yield "There is no hash: seal your sheet, and hand in the hash before you look at a number."
    elif [row["sha256"] for row in read_seals(folder)] != [handed_in]:
        yield (
            f"{SEALS} must have one sheet, that of the hash handed in, {handed_in:.12}; put it"
            " back."
        )


def _find_undecided(folder: Folder) -> Iterator[str]:
    names = list(folder.claims)
    allowed = " or ".join(WITHOUT_ANSWER)
    undecided = [name for name in names if say(folder.find_label(name)) in WITHOUT_ANSWER]
    if len(undecided) > (most := len(names) // CLAIMS_PER_UNDECIDED):
        yield (
            f"{', '.join(undecided)} are left without an answer; at most {most} of {len(names)} may"
            f" be {allowed}: name readings that tables or documents decide."
        )


def report(result: Checked) -> str:
    """Format the result as text: each part passed, or what to correct; then the label of each
    claim."""
    lines = []
    for part, sentences in result.problems.items():
        lines.append(f"{'fix' if sentences else 'ok':<5}{PARTS[part]}")
        lines += [f"     - {sentence}" for sentence in sentences]
    passed = sum(not found for found in result.problems.values())
    parts = len(result.problems)
    lines.append(
        f"{passed} of {parts} parts passed. Cells are counted from the top, text included."
    )
    lines += [f"{name}: {label}" for name, label in result.labels.items()]
    # A lone surrogate, which a notebook's JSON may hold, cannot be printed.
    return "\n".join(lines).encode("utf-8", "replace").decode()
