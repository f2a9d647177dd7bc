"""Every chapter keeps the contract: pair, outputs, structure, charts, code and numbers."""

from __future__ import annotations

from tests.chapters import contract
import pytest
from tests.chapters import typed


@pytest.fixture(params=contract.SOURCES, ids=lambda path: path.stem)
def source(request):
    return request.param


@pytest.fixture
def notebook(source):
    return contract.read(source.with_suffix(".ipynb"))


@pytest.fixture
def claim_ids(source):
    return contract.claims_of(contract.number_of(source))


def test_every_notebook_has_a_source():
    notebooks = {path.stem for path in contract.CHAPTERS.glob("*.ipynb")}
    assert notebooks and notebooks == {path.stem for path in contract.SOURCES}


def test_pair_agrees(source):
    assert contract.pair_problems(source, source.with_suffix(".ipynb")) == []


def test_outputs_are_stored(notebook):
    assert contract.output_problems(notebook) == []


def test_structure(notebook, claim_ids):
    assert contract.structure_problems(notebook, claim_ids) == []


def test_charts(notebook):
    assert contract.all_chart_problems(notebook) == []


def test_code_cells(notebook, claim_ids):
    assert contract.code_problems(notebook, claim_ids) == []


def test_no_number_is_typed(notebook):
    assert typed.problems(notebook) == []


def test_charts_and_tables_are_enough_to_argue_with(notebook):
    assert len(contract.stored(notebook, contract.CHART_MIME)) >= 3
