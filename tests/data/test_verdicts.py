"""The articles' folders have no problems, and labels follow as the page of the rule says."""

from pathlib import Path

import pytest
from sealed_readings.check import find_problems
from sealed_readings.folder import Folder
from sealed_readings.records import list_verdicts

from coursework import products
from jingjinji import claims, data

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", products.LEDGERS)
def test_an_articles_folder_has_no_problems(folder):
    assert find_problems(Folder(ROOT / folder)) == []


def test_labels_follow_from_outcomes_as_the_page_of_the_rule_says():
    """Derive every label a second time, in other words than the package's."""
    for claim, verdict in list_verdicts(claims.folder()).items():
        decided = [reading for reading in verdict["readings"] if reading["kind"] != "none"]
        kept = [reading for reading in decided if not reading["added"].startswith("dropped")]
        core = {reading["outcome"] for reading in kept if reading["part"] == "core"}
        beside = {reading["outcome"] for reading in kept if reading["part"] != "core"}
        label, both = verdict["verdict"], {"holds", "fails"}
        assert (label == "not-testable") == (not core), claim
        assert (label == "open") == (core == {"open"}), claim
        assert (label == "not-supported") == ("fails" in core and "holds" not in core), claim
        assert (label == "supported") == ("holds" in core and "fails" not in core | beside), claim
        assert (label == "depends") == ("holds" in core and bool(both & (core | beside) - {"holds"})), claim
        shown = label in ("supported", "depends", "not-supported")
        assert ("open" in verdict["remark"]) == (shown and "open" in core | beside), claim


def test_no_period_ends_after_the_tables_that_it_rests_on():
    """A number of 2019 was once shown as "to 2022", while its tables ended in 2019."""
    tables = {*data.names()} - {"cited_figures"}
    for reading in claims.folder().readings:
        sources = reading.sources.split()
        if reading.end and sources and tables.issuperset(sources):
            years = [table["year"].max() for table in map(data.load, sources) if "year" in table]
            assert int(reading.end[:4]) <= max(years, default=9999), (reading.claim_id, reading.reading)
