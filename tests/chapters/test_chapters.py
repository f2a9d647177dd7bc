"""Every chapter keeps the contract: pair, outputs, structure, charts, code, numbers; all faults at once."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from inspect import isfunction
from pkgutil import walk_packages

import pytest

import jingjinji
from coursework.making.master import read
from jingjinji import claims, rule
from tests.chapters import contract, second_edition, typed


def test_every_notebook_has_a_source():
    notebooks = {path.stem for path in contract.CHAPTERS.glob("[0-9][0-9]_*.ipynb")}
    assert notebooks and notebooks == {path.stem for path in contract.SOURCES}


def _cards(notebook) -> list[str]:
    """A claim has one card in a chapter."""
    cards = Counter(card["claim"] for card in contract.cards(notebook))
    return [f"{claim} has {count} cards" for claim, count in cards.items() if count > 1]


def _material(notebook) -> list[str]:
    charts = len(contract.stored(notebook, contract.CHART_MIME))
    return [] if charts >= 3 else [f"{charts} charts are not enough to argue with"]


# What is asked of a notebook and of the ids of its chapter's claims.
CHECKS = {
    "outputs": lambda notebook, ids: contract.output_problems(notebook),
    "structure": contract.structure_problems,
    "charts": lambda notebook, ids: contract.all_chart_problems(notebook),
    "code": contract.code_problems,
    "numbers": lambda notebook, ids: typed.problems(notebook),
    "cards": lambda notebook, ids: _cards(notebook),
    "material": lambda notebook, ids: _material(notebook),
}


def test_each_executed_chapter_holds_the_cells_of_its_source():
    found = [p for path in contract.SOURCES for p in contract.pair_problems(path, path.with_suffix(".ipynb"))]
    assert found == []


@pytest.mark.parametrize("check", CHECKS)
def test_chapters(check):
    found = []
    for source in contract.SOURCES:
        notebook = contract.read(source.with_suffix(".ipynb"))
        ids = contract.claims_of(contract.number_of(source))
        found += [f"{source.stem}: {problem}" for problem in CHECKS[check](notebook, ids)]
    assert not found, "\n".join(["", *found])


def test_each_recorded_number_of_a_reading_is_computed_by_a_chapter():
    """And so compared: `claims.verdict` refuses a number that is not the recorded one."""
    rows = [row for row in claims.all_readings() if row.kind == rule.NUMBER and row.found]
    recorded = {(row.claim_id, row.reading) for row in rows}
    computed = {
        (card["claim"], letter)
        for source in contract.SOURCES
        for card in contract.cards(contract.read(source.with_suffix(".ipynb")))
        for letter in card["computed"]
    }
    assert recorded - computed == set()


# What is asked of a notebook of the second edition, and of the master of its exercises.
TEACHING = {
    "load": lambda notebook, master: second_edition.load_problems(notebook),
    "width": lambda notebook, master: second_edition.width_problems(notebook),
    "removed": lambda notebook, master: second_edition.removed_problems(notebook),
    "folded": lambda notebook, master: second_edition.folded_problems(notebook),
    "keys": lambda notebook, master: second_edition.key_problems(
        second_edition.Printed(notebook), master.exercises
    ),
    "exercises": lambda notebook, master: second_edition.exercise_problems(contract.CHAPTERS.parent, master),
}


PREPARATIONS = sorted(contract.CHAPTERS.glob("0[a-z]_*.ipynb"))


def _library() -> set[str]:
    """The functions of the course's library, each of which has its own documentation."""
    modules = [import_module(one.name) for one in walk_packages(jingjinji.__path__, "jingjinji.")]
    return {name for module in modules for name, one in vars(module).items() if isfunction(one)}


def test_every_call_that_a_reader_sees_is_taught_somewhere():
    """In a preparation, or by name in the chapter's own text; the library documents itself."""
    before = set().union(*(second_edition.words_taught(contract.read(path)) for path in PREPARATIONS))
    found = []
    for source in contract.SOURCES:
        notebook = contract.read(source.with_suffix(".ipynb"))
        if unknown := second_edition.untaught(notebook, before, _library()):
            found.append(f"{source.stem}: say in the text what these do, in backquotes: {', '.join(unknown)}")
    assert not found, "\n".join(["", *found])


def test_preparations_are_fresh_and_keep_to_the_rules():
    found = []
    for path in PREPARATIONS:
        notebook = contract.read(path)
        faults = contract.pair_problems(path.with_suffix(".md"), path) + contract.output_problems(notebook)
        faults += contract.all_chart_problems(notebook)
        faults += second_edition.removed_problems(notebook) + second_edition.folded_problems(notebook)
        faults += second_edition.load_problems(notebook) + second_edition.width_problems(notebook)
        found += [f"{path.stem}: {fault}" for fault in faults]
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("check", TEACHING)
def test_chapters_of_the_second_edition(check):
    found = []
    for source in contract.SOURCES:
        notebook = contract.read(source.with_suffix(".ipynb"))
        master = read(contract.CHAPTERS.parent / "exercises" / f"{source.stem}.ipynb")
        found += [f"{source.stem}: {problem}" for problem in TEACHING[check](notebook, master)]
    assert not found, "\n".join(["", *found])
