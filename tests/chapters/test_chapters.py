"""Every chapter keeps the contract: pair, outputs, structure, charts, code, numbers; all faults at once."""

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from pkgutil import walk_packages

import pytest

import jingjinji
from coursework.making.master import Master, read
from jingjinji import claims
from tests.chapters import contract, second_edition, typed


@dataclass(frozen=True)
class Chapter:
    """A source, and what was made of it."""

    source: Path

    @cached_property
    def notebook(self):
        return contract.read(self.source.with_suffix(".ipynb"))

    @property
    def ids(self) -> list[str]:
        return contract.claims_of(contract.number_of(self.source))

    @property
    def master(self) -> Master:
        return read(contract.CHAPTERS.parent / "exercises" / f"{self.source.stem}.ipynb")


CHAPTERS = [Chapter(source) for source in contract.SOURCES]
PREPARATIONS = [Chapter(source) for source in sorted(contract.CHAPTERS.glob("0[a-z]_*.md"))]


def _material(notebook) -> list[str]:
    charts = len(contract.stored(notebook, contract.CHART_MIME))
    return [] if charts >= 3 else [f"{charts} charts are not enough to argue with"]


# What is asked of a preparation and of a chapter.
RULES = {
    "pair": lambda one: contract.pair_problems(one.source, one.source.with_suffix(".ipynb")),
    "outputs": lambda one: contract.output_problems(one.notebook),
    "charts": lambda one: contract.all_chart_problems(one.notebook),
    "load": lambda one: second_edition.load_problems(one.notebook),
    "width": lambda one: second_edition.width_problems(one.notebook),
    "removed": lambda one: second_edition.removed_problems(one.notebook),
    "folded": lambda one: second_edition.folded_problems(one.notebook),
}
# What is asked of a chapter in addition.
CHECKS = RULES | {
    "structure": lambda one: contract.structure_problems(one.notebook, one.ids),
    "code": lambda one: contract.code_problems(one.notebook, one.ids),
    "numbers": lambda one: typed.problems(one.notebook),
    "material": lambda one: _material(one.notebook),
    "keys": lambda one: second_edition.key_problems(
        second_edition.Printed(one.notebook), one.master.exercises
    ),
    "exercises": lambda one: second_edition.exercise_problems(contract.CHAPTERS.parent, one.master),
}


def test_every_notebook_has_a_source():
    notebooks = {path.stem for path in contract.CHAPTERS.glob("[0-9]?_*.ipynb")}
    assert notebooks and notebooks == {one.source.stem for one in (*CHAPTERS, *PREPARATIONS)}


@pytest.mark.parametrize("check", CHECKS)
def test_chapters(check):
    asked = [*CHAPTERS, *(PREPARATIONS if check in RULES else [])]
    found = [f"{one.source.stem}: {problem}" for one in asked for problem in CHECKS[check](one)]
    assert not found, "\n".join(["", *found])


def test_each_recorded_number_of_a_reading_is_computed_by_a_chapter():
    """And so compared: `claims.verdict` refuses a number that is not the recorded one."""
    rows = [row for row in claims.folder().readings if row.kind == "number" and row.found]
    recorded = {(row.claim_id, row.reading) for row in rows}
    computed = {
        (card["claim"], letter)
        for one in CHAPTERS
        for card in contract.cards(one.notebook)
        for letter in card["computed"]
    }
    assert recorded - computed == set()


def _library() -> set[str]:
    """The functions of the course's library, each of which has its own documentation."""
    modules = [import_module(one.name) for one in walk_packages(jingjinji.__path__, "jingjinji.")]
    return {name for module in modules for name, one in vars(module).items() if isfunction(one)}


def test_every_call_that_a_reader_sees_is_taught_somewhere():
    """In a preparation, or by name in the chapter's own text; the library documents itself."""
    before = set().union(*(second_edition.words_taught(one.notebook) for one in PREPARATIONS))
    found = [
        f"{one.source.stem}: say in the text what these do, in backquotes: {', '.join(unknown)}"
        for one in CHAPTERS
        if (unknown := second_edition.untaught(one.notebook, before, _library()))
    ]
    assert not found, "\n".join(["", *found])
