"""An assignment: the notebook that was handed out, and the key to it."""

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from notebook_grader import files
from notebook_grader.assignments import key as keys
from notebook_grader.assignments.fact import TextFact, read_objectives, read_texts
from notebook_grader.assignments.key import Key
from notebook_grader.cells import INPUTS, get_grade_id, is_grade, is_solution
from notebook_grader.course import Course


@dataclass(frozen=True)
class Assignment:
    """One assignment; `notebook` is what students got, without solutions, hidden tests and hashes.

    `texts` is what a marker sees of a text, by its cell. `checks` are the lines that define
    `check`. `given` has digests of all sources that a provided cell had in any graded version.
    `objectives` are the graded cells by the text of each objective.
    """

    name: str
    notebook: NotebookNode
    key: Key
    texts: Mapping[str, TextFact] = field(default_factory=dict)
    checks: str = ""
    given: Mapping[str, list[str]] = field(default_factory=dict)
    objectives: Mapping[str, list[str]] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """Version that changes with the key or any cell of the notebook."""
        text = nbformat.writes(self.notebook) + self.key.version
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def list_cells(self) -> dict[str, NotebookNode]:
        """List the cells with a grade id, in order."""
        return {name: cell for cell in self.notebook.cells if (name := get_grade_id(cell))}

    def list_points(self) -> dict[str, float]:
        """List the points of each graded cell, in order."""
        cells = self.list_cells().items()
        return {
            name: float(cell.metadata.nbgrader.points) for name, cell in cells if is_grade(cell)
        }

    def choose_variants(self, variants: Mapping[str, int], random_inputs: bool = False) -> Self:
        """Return the assignment with the parameters of these variants, by graded cell.

        `random_inputs` adds a cell after an exercise's tests that calls its functions with random
        inputs.
        """
        notebook = copy.deepcopy(self.notebook)
        keys.write_variants(notebook, self.key.facts, variants)
        if random_inputs:
            cells = [
                [cell, *self._make_inputs(get_grade_id(cell), variants)] for cell in notebook.cells
            ]
            notebook.cells = [cell for group in cells for cell in group]
        return replace(self, notebook=notebook)

    def _make_inputs(self, name: str, variants: Mapping[str, int]) -> list[NotebookNode]:
        fact = self.key.facts.get(name)
        if fact is None or not fact.random_inputs:
            return []
        answers = self.key.variants[variants[name]][name].for_inputs
        forms = {
            answer.name: {"kind": answer.kind, "labels": list(answer.values)} for answer in answers
        }
        source = f"{self.checks}\ncheck.expect({json.dumps(json.dumps(forms))})\n"
        source += fact.write_random_inputs(keys.draw_seed(self.key.secret, name, variants[name]))
        roles = {
            "grade": False,
            "locked": True,
            "solution": False,
            "task": False,
            "schema_version": 3,
        }
        metadata = {"nbgrader": roles | {"grade_id": INPUTS + name}}
        return [new_code_cell(source, id=INPUTS + name, metadata=metadata)]


def digest_text(text: str) -> str:
    """Short digest of a cell's source."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def list_names(assignments: Path) -> list[str]:
    """List the assignments in a folder."""
    notebooks = (assignments / "source").glob("*/*.ipynb")
    return sorted(path.stem for path in notebooks if path.stem == path.parent.name)


def load(
    name: str, folder: Path, keys_folder: Path, course: Course, make: bool = True
) -> Assignment:
    """Load an assignment and its key. Raises `ValueError` if it does not exist, or as
    `notebook_grader.assignments.key.load`.
    """
    files = [folder / kind / name / f"{name}.ipynb" for kind in ("source", "release")]
    if not all(path.is_file() for path in files):
        there = ", ".join(list_names(folder)) or "none; make the assignments first"
        raise ValueError(f"There is no assignment {name!r}; built are: {there}.")
    source, release = (nbformat.read(path, as_version=4) for path in files)
    key = keys.load(name, source, keys_folder, course, make)
    given = _note_given(release, key, keys_folder / f"{name}-given.json")
    texts = read_texts(source)
    objectives = read_objectives(source)
    return Assignment(name, release, key, texts, course.checks, given, objectives)


def _note_given(release: NotebookNode, key: Key, path: Path) -> dict[str, list[str]]:
    """Record the digests of provided cells in all versions and variants in a file, and return them.

    So a cell that the instructor changed is not reported as changed by a student.
    """
    known: dict[str, list[str]] = files.read_kept(path)
    for variant in range(len(key.variants)):
        made = copy.deepcopy(release)
        keys.write_variants(made, key.facts, dict.fromkeys(key.facts, variant))
        for cell in made.cells:
            if (name := get_grade_id(cell)) and not is_solution(cell):
                known[name] = sorted({*known.get(name, []), digest_text(cell.source)})
    files.write(path, json.dumps(known, indent=1) + "\n")
    return known
