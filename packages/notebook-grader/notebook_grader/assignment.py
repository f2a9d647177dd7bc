"""An assignment as the grader needs it: the notebook that students got, and the key to it."""

import copy
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader import utils

from notebook_grader import key as keys
from notebook_grader.key import Key

BUILT = Path(__file__).resolve().parents[3] / "_build" / "assignments"


@dataclass(frozen=True)
class Assignment:
    """One assignment; `notebook` is what students got, without solutions, hidden tests and hashes.

    `roster` has those whose notebooks are personal; it is None where all have the same. `texts` is what a
    person sees who marks a text, by the name of its cell.
    """

    name: str
    notebook: NotebookNode
    key: Key
    roster: frozenset[str] | None = None
    texts: dict[str, dict] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """What changes when the key does, or a cell of the notebook."""
        text = nbformat.writes(self.notebook) + self.key.version
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def list_cells(self) -> dict[str, NotebookNode]:
        """The cells that nbgrader knows, by grade id, in order."""
        return {name: cell for cell in self.notebook.cells if (name := get_grade_id(cell))}

    def list_graded_cells(self) -> dict[str, NotebookNode]:
        """The cells that earn points, by grade id, in order."""
        return {name: cell for name, cell in self.list_cells().items() if utils.is_grade(cell)}

    def set_places(self, places: dict[str, int], inputs: bool = False) -> Self:
        """The assignment with the parameters of these places of the pool, by graded cell.

        `inputs` adds a cell after an exercise's tests that calls its functions with inputs drawn for it.
        """
        notebook = copy.deepcopy(self.notebook)
        keys.set_place(notebook, self.key.facts, places)
        if inputs:
            cells = [[cell, *self._list_drawn(get_grade_id(cell), places)] for cell in notebook.cells]
            notebook.cells = [cell for group in cells for cell in group]
        return replace(self, notebook=notebook)

    def _list_drawn(self, name: str | None, places: dict[str, int]) -> list[NotebookNode]:
        fact = self.key.facts.get(name or "", {})
        if not fact.get("drawn"):
            return []
        answers = self.key.places[places[name]][name].drawn
        forms = {answer.name: {"kind": answer.kind, "labels": list(answer.values)} for answer in answers}
        expected = f"from jingjinji import check\ncheck.expect({json.dumps(json.dumps(forms))})\n"
        source = expected + keys.format_seeded_cell(fact, keys.make_seed(self.key.secret, name, places[name]))
        marks = {"grade": False, "locked": True, "solution": False, "task": False, "schema_version": 3}
        metadata = {"nbgrader": marks | {"grade_id": name_drawn_cell(name)}}
        return [new_code_cell(source, id=name_drawn_cell(name), metadata=metadata)]


def name_drawn_cell(name: str) -> str:
    """The name of the cell that calls an exercise's functions with drawn inputs."""
    return f"drawn-{name}"


def get_grade_id(cell: NotebookNode) -> str | None:
    """The name that nbgrader gave a cell, or None."""
    given = cell.metadata.get("nbgrader")
    name = given.get("grade_id") if isinstance(given, dict) else None
    return name if isinstance(name, str) else None


def sign(secret: str, assignment: str, student: str) -> str:
    """Vouches for whose notebook it is: nobody without the secret can make it."""
    words = f"{assignment}\0{student}".encode("utf-8", "replace")
    return hmac.new(secret.encode(), words, "sha256").hexdigest()[:32]


def find_roster(folder: Path, name: str) -> Path:
    """Where the students of personal notebooks are kept."""
    return folder / f"{name}-class.json"


def list_names(built: Path = BUILT) -> list[str]:
    """The assignments that are built."""
    return sorted(path.stem for path in (built / "source").glob("*/*.ipynb") if path.stem == path.parent.name)


def load(
    name: str, built: Path = BUILT, folder: Path | None = None, find_key: Callable[..., Key] = keys.load
) -> Assignment:
    """Read one assignment from the folder in which `make assignments` puts them, and its key from `folder`.

    Raises
    ------
    ValueError
        If there is no such assignment.
    NoKey
        If its solutions fail.
    """
    files = [built / kind / name / f"{name}.ipynb" for kind in ("source", "release")]
    if not all(path.is_file() for path in files):
        there = ", ".join(list_names(built)) or "none; run 'make assignments'"
        raise ValueError(f"There is no assignment {name!r}; built are: {there}.")
    source, release = (nbformat.read(path, as_version=4) for path in files)
    for cell in release.cells:
        if get_grade_id(cell):
            # nbgrader tells by it whether a text was answered at all.
            cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
    folder = folder or built / "keys"
    path = find_roster(folder, name)
    roster = frozenset(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
    texts = source.metadata.get("course", {}).get("texts", {})
    return Assignment(name, release, find_key(name, source, folder), roster, texts)
