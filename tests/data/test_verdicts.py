"""The article's folder is whole, and its labels follow as the page of the rule says."""

from pathlib import Path

import pytest
from sealed_readings.check import find_problems
from sealed_readings.folder import Folder
from sealed_readings.records import list_verdicts

from coursework.making import products
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
        assert (label == "not testable as worded") == (not core), claim
        assert (label == "open") == (core == {"open"}), claim
        assert (label == "not supported") == ("fails" in core and "holds" not in core), claim
        assert (label == "supported") == ("holds" in core and "fails" not in core | beside), claim
        assert (label == "depends on the reading") == (
            "holds" in core and bool(both & (core | beside) - {"holds"})
        ), claim
        shown = label in ("supported", "depends on the reading", "not supported")
        assert ("open" in found["remark"]) == (shown and "open" in core | beside), claim


def test_what_is_decided_rests_on_more_than_the_article_and_on_its_own_date():
    for one in claims.folder().readings:
        if one.outcome in ("holds", "fails"):
            rests = set(one.sources.split()) - {"article", "calendar"} and {*one.standings} - {"repeated"}
            assert rests and one.date in ("own", "brackets"), (one.claim_id, one.reading)


def test_a_reprint_or_an_unseen_table_is_called_so():
    figures = data.load("cited_figures").fillna({"note": ""})
    said = figures[figures["note"].str.contains("Read in a reprint|table was not seen")]
    assert set(said["read_as"]) <= {"reprint", "table not seen"}
