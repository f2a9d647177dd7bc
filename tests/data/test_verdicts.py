"""The article's folder is whole, and its labels follow as the page of the rule says."""

from pathlib import Path

import pandas as pd
import pytest
from claims_ledger.agreement import measure_agreement, read_codings
from claims_ledger.check import find_problems
from claims_ledger.folder import Folder
from claims_ledger.records import list_verdicts
from statsmodels.stats.inter_rater import cohens_kappa

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
        rows = [
            one
            for one in found["readings"]
            if one["kind"] != "none" and not one["added"].startswith("dropped")
        ]
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
            assert set(one.sources.split()) - {"article", "calendar"}, (one.claim_id, one.reading)
            assert one.date in ("own", "brackets") and {*one.standings} - {"repeated"}, (
                one.claim_id,
                one.reading,
            )


def test_kappa_and_its_interval_are_those_of_statsmodels():
    first, second, _ = read_codings(claims.folder()).values()
    one, other = ([rows[0].family for rows in (coder[claim] for claim in first)] for coder in (first, second))
    theirs = cohens_kappa(pd.crosstab(pd.Series(one), pd.Series(other)).to_numpy())
    (found,) = (
        level["pairs"][0]
        for level in measure_agreement(claims.folder())["levels"]
        if level["level"] == "family"
    )
    ours = (found["kappa"], found["low"], found["high"])
    assert ours == pytest.approx((theirs.kappa, theirs.kappa_low, theirs.kappa_upp), abs=0.005)


def test_a_reprint_or_an_unseen_table_is_called_so():
    figures = data.load("cited_figures").fillna({"note": ""})
    said = figures[figures["note"].str.contains("Read in a reprint|table was not seen")]
    assert set(said["read_as"]) <= {"reprint", "table not seen"}
