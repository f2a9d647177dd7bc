"""What makes an executed notebook stale: of the tables with rows by claim only the rows of its own claims."""

from __future__ import annotations

import pytest

from coursework.making import freshness

CELL = 'claims.verdict("C80", sentence="It depends.")'
ROWS = {"C80": "C80,a,1.81", "C26": "C26,-,"}


@pytest.fixture
def digest(tmp_path):
    """The hash of a notebook with one cell that read the readings, of which some rows are changed."""
    (tmp_path / "data").mkdir()
    (tmp_path / freshness.DESCRIPTOR).write_text('{"resources": []}', encoding="utf-8")

    def made(cell: str, **changed: str) -> str:
        rows = [*(ROWS | changed).values()]
        text = "\n".join(["claim_id,reading,number", *rows]) + "\n"
        (tmp_path / "data" / "readings.csv").write_text(text, encoding="utf-8")
        freshness._table.cache_clear()
        return freshness.code_digest(tmp_path, [cell], [], ["readings.csv"])

    return made


def test_a_reading_of_another_claim_leaves_a_notebook_fresh(digest):
    assert digest(CELL) == digest(CELL, C26="C26,a,3") == digest(CELL, C99="C99,a,1")


def test_a_reading_of_its_own_claim_makes_it_stale(digest):
    assert digest(CELL) != digest(CELL, C80="C80,a,1.82")


def test_a_notebook_that_reads_the_whole_table_needs_all(digest):
    whole = 'data.load("readings")'
    assert digest(whole) != digest(whole, C26="C26,a,3")
