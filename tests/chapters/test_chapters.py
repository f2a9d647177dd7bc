"""Every chapter keeps the contract: pair, outputs, structure, charts, code, numbers; all faults at once."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.chapters import contract, typed


def test_every_notebook_has_a_source():
    notebooks = {path.stem for path in contract.CHAPTERS.glob("[0-9][0-9]_*.ipynb")}
    assert notebooks and notebooks == {path.stem for path in contract.SOURCES}


def _cards(notebook) -> list[str]:
    """A claim has one card in a chapter."""
    cards = Counter(card["claim"] for _, card in contract.stored(notebook, contract.VERDICT_MIME))
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
