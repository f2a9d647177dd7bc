"""What makes an executed notebook stale: of the tables with rows by claim only the rows of its own claims."""

import pytest

from coursework.making import freshness

CELL = 'claims.verdict("C80", sentence="It depends.")'
ROWS = {"C80": "C80,a,1.81", "C26": "C26,-,"}


@pytest.mark.parametrize(
    ("cell", "changed", "stale"),
    [
        (CELL, {"C26": "C26,a,3"}, False),
        (CELL, {"C99": "C99,a,1"}, False),
        (CELL, {"C80": "C80,a,1.82"}, True),
        ('data.load("readings")', {"C26": "C26,a,3"}, True),
    ],
    ids=["another claim's", "a new claim's", "its own claim's", "any, where all are read"],
)
def test_a_changed_reading_makes_the_notebooks_that_use_it_stale(tmp_path, cell, changed, stale):
    (tmp_path / "data").mkdir()
    (tmp_path / freshness.DESCRIPTOR).write_text('{"resources": []}', encoding="utf-8")

    def digest(rows: dict[str, str]) -> str:
        text = "\n".join(["claim_id,reading,number", *rows.values()]) + "\n"
        (tmp_path / "data" / "readings.csv").write_text(text, encoding="utf-8")
        freshness._digest_table.cache_clear()
        return freshness.digest_code(tmp_path, [cell], [], ["readings.csv"])

    assert (digest(ROWS) != digest(ROWS | changed)) == stale
