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


def derive_label(readings: list[dict]) -> str:
    """Derive a label from the outcomes of a claim's readings, in other words than the package's."""
    kept = [one for one in readings if one["kind"] != "none" and not one["beside"] and one["part"] != "said"]
    core = [one for one in kept if one["part"] == "core"]
    outcomes = {one["outcome"] for one in core}
    holding = {one["part"] for one in kept if one["outcome"] == "holds"}
    failing = {one["way"] for one in kept if one["outcome"] == "fails" and one["part"] not in holding}
    if not core:
        return "not-testable"
    if "holds" not in outcomes:
        return "not-supported" if outcomes == {"fails"} else "open"
    if "fails" in outcomes or any("contradict" in one["obstacle"] for one in core):
        return "depends"
    return "depends" if failing - {"wording"} else "corrected" if failing else "supported"


def test_labels_follow_from_outcomes_as_the_page_of_the_rule_says():
    verdicts = list_verdicts(claims.folder())
    derived = {claim: derive_label(verdict["readings"]) for claim, verdict in verdicts.items()}
    assert derived == {claim: verdict["verdict"] for claim, verdict in verdicts.items()}


def test_no_period_ends_after_the_tables_that_it_rests_on():
    """A number of 2019 was once shown as "to 2022", while its tables ended in 2019."""
    tables = {*data.names()} - {"cited_figures"}
    for reading in claims.folder().readings:
        sources = reading.sources.split()
        if reading.end and sources and tables.issuperset(sources):
            years = [table["year"].max() for table in map(data.load, sources) if "year" in table]
            assert int(reading.end[:4]) <= max(years, default=9999), (reading.claim_id, reading.reading)
