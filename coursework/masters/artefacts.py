"""All files that come from one master, as texts: what readers practise with, and what is marked."""

import copy
from collections.abc import Mapping
from dataclasses import asdict, replace

import nbformat
from nbformat import NotebookNode

from coursework.masters import bounds, in_page, notebooks, page
from coursework.masters.master import Master
from coursework.products import Assignment, Practice


class Artefacts:
    """The files of one master, which is checked, and turned into the grader's source, once.

    `install` is the argument of ``pip install`` for students, `objectives` are the chapter's, by
    number.
    """

    def __init__(
        self, master: Master, install: str, objectives: Mapping[int, str] | None = None
    ) -> None:
        bounds.check(master)
        self._master = master
        self._install = install
        self._objectives = objectives or {}
        self._source = notebooks.make_source(master, install)
        self._cleared = notebooks.clear_solutions(self._source)

    def make_practice(self, wheel: str) -> Practice:
        """Practice files, the same for all cohorts.

        `wheel` is where the library lies in the book's source.
        """
        shown = page.make_page(self._master, self._cleared, wheel, self._install)
        practice = copy.deepcopy(self._cleared)
        by_name = {cell.id: cell for cell in practice.cells}
        practised = [one for one in self._master.exercises if not one.marked]
        sealed = notebooks.make_source(
            replace(self._master, exercises=practised), self._install
        ).cells[1]
        by_name["sealed"].source = sealed.source
        for one in (one for one in self._master.exercises if one.marked):
            by_name[f"question-{one.number.replace('.', '-')}"].source += f"\n\n{notebooks.MARKED}"
            if one.tests:  # without seals they would have nothing to compare with
                practice.cells.remove(by_name[one.tests.metadata["nbgrader"]["grade_id"]])
        return Practice(_write(shown), in_page.format_page(self._master), _write(practice))

    def make_assignment(self) -> Assignment:
        """The grader's source with its key, and the notebook that is marked."""
        # Building the book makes practice files only, and must not depend on the grader.
        from coursework.masters import assessed, facts

        source = copy.copy(self._source)
        exercises = facts.list_exercise_facts(self._master)
        texts = facts.list_text_facts(self._master)
        course = {
            "assignment": self._master.name,
            "exercises": {name: asdict(fact) for name, fact in exercises.items()},
            "texts": {name: asdict(fact) for name, fact in texts.items()},
            "objectives": {str(number): text for number, text in self._objectives.items()},
        }
        source.metadata = source.metadata | {"course": course}
        released = assessed.make_assessed(self._cleared, self._master, self._install)
        return Assignment(_write(source), _write(released))


def _write(notebook: NotebookNode) -> str:
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"
