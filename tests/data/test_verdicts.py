"""The article's folder is whole, and its labels follow as the page of the rule says."""

import re
from pathlib import Path

import pytest
from sealed_readings.check import find_problems
from sealed_readings.folder import Folder
from sealed_readings.records import list_verdicts

from coursework import products
from jingjinji import claims, data

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", products.LEDGERS)
def test_each_articles_folder_is_whole(folder):
    """Ids, families, units, sources, codings, settlements and corrections: one sentence for each fault."""
    assert find_problems(Folder(ROOT / folder)) == []


def test_labels_follow_from_outcomes_as_the_page_of_the_rule_says():
    """The rule once more, in other words than the package's: a second derivation of every label."""
    for claim, found in list_verdicts(claims.folder()).items():
        decided = [one for one in found["readings"] if one["kind"] != "none"]
        rows = [one for one in decided if not one["added"].startswith("dropped")]
        core = {one["outcome"] for one in rows if one["part"] == "core"}
        beside = {one["outcome"] for one in rows if one["part"] != "core"}
        label, both = found["verdict"], {"holds", "fails"}
        assert (label == "not-testable") == (not core), claim
        assert (label == "open") == (core == {"open"}), claim
        assert (label == "not-supported") == ("fails" in core and "holds" not in core), claim
        assert (label == "supported") == ("holds" in core and "fails" not in core | beside), claim
        assert (label == "depends") == ("holds" in core and bool(both & (core | beside) - {"holds"})), claim
        shown = label in ("supported", "depends", "not-supported")
        assert ("open" in found["remark"]) == (shown and "open" in core | beside), claim


def test_what_is_decided_rests_on_more_than_the_article_and_on_its_own_date():
    for one in claims.folder().readings:
        if one.outcome in ("holds", "fails"):
            rests = set(one.sources.split()) - {"article", "calendar"} and {*one.standings} - {"repeated"}
            assert rests and one.date in ("own", "brackets"), (one.claim_id, one.reading)


def test_no_unit_names_a_year_and_no_period_ends_after_the_tables_it_rests_on():
    """A number of 2019 stood under "to 2022", where its unit said so and its tables ended in 2019."""
    late, known = [], {*data.names()} - {"cited_figures"}
    for one in claims.folder().readings:
        assert not re.search(r"\b(19|20)\d\d\b", one.unit), (one.claim_id, one.reading)
        sources = one.sources.split()
        if one.end and sources and known.issuperset(sources):
            years = [table["year"].max() for table in map(data.load, sources) if "year" in table]
            if int(one.end[:4]) > max(years, default=9999):
                late.append((one.claim_id, one.reading, one.end))
    assert late == []


def test_a_reprint_or_an_unseen_table_is_called_so():
    figures = data.load("cited_figures").fillna({"note": ""})
    said = figures[figures["note"].str.contains("Read in a reprint|table was not seen")]
    assert set(said["read_as"]) <= {"reprint", "table not seen"}
