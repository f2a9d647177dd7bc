"""The texts of the files that come from one master: what readers practise with, and what is marked."""

from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode

from coursework.making import bounds, in_page, notebooks, page
from coursework.making.master import Master
from coursework.making.products import Assignment, Practice


def _write(notebook: NotebookNode) -> str:
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def make_practice(master: Master, install: str, wheel: str, announced: dict) -> Practice[str]:
    """The texts of what readers practise with, the same for all cohorts.

    `install` is what students write after ``pip install``, `wheel` where the library lies in the book's
    source, and `announced` what the chapter says of itself. Raises `MasterError` where a master is unfit.
    """
    bounds.check(master)
    practice = notebooks.make_practice(notebooks.make_source(master, install))
    shown = page.make_page(master, practice, wheel, install, announced)
    # Of what is marked there is nothing to compare with.
    checks = {
        one.tests.metadata["nbgrader"]["grade_id"] for one in master.exercises if one.marked and one.tests
    }
    practice.cells = [c for c in practice.cells if c.metadata["nbgrader"]["grade_id"] not in checks]
    return Practice(_write(shown), in_page.format_page(master), _write(practice))


def make_assignment(
    master: Master, install: str, objectives: Mapping[str, str] | None = None
) -> Assignment[str]:
    """The texts of an assignment: nbgrader's source with its key, and the notebook that is marked.

    `objectives` are the chapter's, by number. Raises `MasterError` where a master is unfit.
    """
    bounds.check(master)
    source = notebooks.make_source(master, install, objectives)
    return Assignment(_write(source), _write(notebooks.release(source, master, install)))
