"""All that is checked of a capstone's folder, once its notebook has been run again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from sealed_readings import check as ledger
from sealed_readings import rule
from sealed_readings.folder import ARTICLE, Folder, FolderError, read_text, reading
from sealed_readings.labels import count, say
from sealed_readings.records import list_verdicts
from sealed_readings.sheets import find_unsealed

from jingjinji import claims
from jingjinji.capstone import begin, brief, evidence, keys, models, rerun, units

LEAST = 3  # claims that one question takes
# One claim of so many may end without an answer.
OF_WHICH_ONE = 3
WITHOUT_ANSWER = (say(rule.UNDECIDED), say(rule.NOT_TESTABLE))
PARTS = {
    "folder": "The folder is whole: claims, readings sealed before numbers, sources, results",
    "runs": "The notebook runs again and shows the same",
    "keys": "Two published results are reproduced, computed and not typed",
    "evidence": "A placebo, a curve of choices, and numbers that come from tables",
    "units": "Axes have units",
    "brief": "The brief has its sections and lengths, the notebook's numbers and the readings' verdicts",
    "own": "It is no example of the book",
}


@dataclass(frozen=True)
class Checked:
    """What is wrong, a list of sentences for each of `PARTS`, and the label that follows for each claim."""

    problems: dict[str, list[str]]
    labels: dict[str, str] = field(default_factory=dict)


def find_notebook(folder: Path, example: bool = False) -> Path:
    """The one notebook of a folder. Raises `FolderError` where there is none, or more than one."""
    if not (folder / ARTICLE).is_file():
        raise FolderError(
            f"{folder} is no capstone's folder, for it has no {ARTICLE}; `python -m jingjinji.capstone new "
            "FOLDER` begins one"
        )
    found = (
        [path for _, path in Folder(folder).list_notebooks()] if example else sorted(folder.glob("*.ipynb"))
    )
    if len(found) != 1:
        raise FolderError(f"{folder} has {len(found)} notebooks; it must have one, such as {begin.NOTEBOOK}")
    return found[0]


def judge(path: Path, fresh: NotebookNode, remarks: Sequence[str], *, example: bool = False) -> Checked:
    """What is wrong with a folder whose notebook has been run again, as `fresh`.

    `remarks` are those of a sandbox. Raises `FolderError` where the folder cannot be read at all.
    """
    folder, notebook = Folder(path), find_notebook(path, example)
    own = [] if example else [*_find_foreign(folder)]
    if own:  # nothing else of it is read
        return Checked({part: own if part == "folder" else [] for part in PARTS})
    with reading(f"{ARTICLE} or a table beside it", "compare it with one that `new` begins"):
        whole = [*ledger.find_problems(folder), *_find_in_claims(folder)]
        try:
            labels = {name: found["label"] for name, found in list_verdicts(folder).items()}
            whole += [*find_unsealed(folder), *_find_undecided(labels)]
            results = set(folder.results)
        except FolderError as error:
            whole, labels, results = list(dict.fromkeys([*whole, f"{error}."])), {}, set()
    with reading(notebook.name, rerun.SAVE):
        charts = rerun.list_charts(fresh)
        printed, code, known = rerun.collect_printed(fresh), evidence.Code(fresh), keys.read_published()
        held = path / begin.BRIEF
        text = read_text(held) if held.is_file() else ""
        shown = json.dumps([cell.get("outputs", []) for cell in fresh.cells], ensure_ascii=False)
        numbers = [row["printed"] for row in folder.claims.values()] if labels else []
        source = "\n".join(cell.source for _, cell in rerun.list_code_cells(fresh))
        return Checked(
            {
                "folder": whole,
                "runs": list(remarks) or rerun.find_problems(rerun.read(notebook), fresh),
                "keys": keys.find_problems(printed, known)
                + evidence.find_key_problems(code, keys.list_printed(printed, known), known),
                "evidence": evidence.find_problems(code, charts, folder.written if labels else [], results),
                "units": units.find_problems(charts),
                "brief": brief.find_problems(text, labels, shown, numbers)
                if text.strip()
                else [f"There is no brief: write {begin.BRIEF} beside the notebook."],
                "own": [] if example else models.find_problems(text, source),
            },
            labels,
        )


def _find_foreign(folder: Folder) -> Iterator[str]:
    """What a folder that is handed in names outside itself."""
    said = folder.article
    wanted = {"evidence": begin.TABLES, "notebooks": ["*.ipynb"], "tables": {}}
    for name, value in wanted.items():
        if getattr(said, name) != value:
            yield f"{ARTICLE}: {name} is {getattr(said, name)!r}; in a capstone it stays {value!r}."


def _find_in_claims(folder: Folder) -> Iterator[str]:
    """Whether there are enough claims, and those of the course's article are the course's."""
    rows, ours = list(folder.list_rows("claims")), claims.folder()
    if len(rows) < LEAST:
        yield f"claims.csv has {count(len(rows), 'claim')}; a capstone asks one question of {LEAST} or more."
    if folder.article.title != ours.article.title:
        return
    first, *_, last = ours.claims
    for number, row in rows:
        name, at = row["claim_id"], f"claims.csv, row {number}"
        if name not in ours.claims:
            yield f"{at}: the article has no claim {name}; the ids run from {first} to {last}."
        elif any(row[column] != ours.claims[name][column] for column in ("statement", "sentence", "printed")):
            yield f"{at}: {name} does not say what the course's claims.csv says; copy its row."


def _find_undecided(labels: dict[str, str]) -> Iterator[str]:
    left = [name for name, label in labels.items() if label in WITHOUT_ANSWER]
    if len(left) > (most := len(labels) // OF_WHICH_ONE):
        yield (
            f"{', '.join(left)} are left without an answer; of {len(labels)} claims at most {most} may be "
            f"{' or '.join(WITHOUT_ANSWER)}: name readings that tables or documents decide."
        )


def report(found: Checked) -> str:
    """The findings as a page of text: each part passed, or what to mend; then the label of each claim."""
    lines = []
    for part, sentences in found.problems.items():
        lines.append(f"{'mend' if sentences else 'ok':<5}{PARTS[part]}")
        lines += [f"     - {sentence}" for sentence in sentences]
    passed = sum(not sentences for sentences in found.problems.values())
    lines.append(
        f"{passed} of {len(found.problems)} parts passed. Cells are counted from the top, text included."
    )
    lines += [f"{name}: {label}" for name, label in found.labels.items()]
    # Half a character, which a notebook's JSON may hold, cannot be printed.
    return "\n".join(lines).encode("utf-8", "replace").decode()
