"""The article's folder is whole, and what its verdicts rest on can be computed again from the tables."""

import pandas as pd
import pytest
from claims_ledger.agreement import kappa
from claims_ledger.check import find_problems
from claims_ledger.records import list_labels
from claims_ledger.rule import agrees
from statsmodels.stats.inter_rater import cohens_kappa

from jingjinji import claims, data


def test_the_folder_is_whole():
    """Ids, families, units, sources, codings, settlements and corrections: one sentence for each fault."""
    assert find_problems(claims.folder()) == []


def test_labels_follow_from_outcomes_as_the_page_of_the_rule_says():
    """The rule once more, in other words than the package's: a second derivation of every label."""
    labels = list_labels(claims.folder())["settled"]
    assert list(labels) == list(claims.ledger().index)
    for claim, label in labels.items():
        readings = claims.readings(claim)
        outcomes = {one.outcome for one in readings if one.kind != "none"}
        holds = {one.independent for one in readings if one.outcome == "holds"}
        assert (label == "not testable as worded") == (readings[0].kind == "none"), claim
        assert (label == "depends on the reading") == ({"holds", "fails"} <= outcomes), claim
        assert (label == "not supported") == ("fails" in outcomes and "holds" not in outcomes), claim
        assert (label == "supported") == ("fails" not in outcomes and True in holds), claim


def test_what_is_decided_rests_on_more_than_the_article():
    for one in claims.folder().readings:
        if one.outcome in ("holds", "fails"):
            assert one.independent and set(one.sources.split()) - {"article"}, (one.claim_id, one.reading)


def test_kappa_and_its_interval_are_those_of_statsmodels():
    first, second, _ = list_labels(claims.folder()).values()
    ours = kappa(list(first.values()), [second[claim] for claim in first])
    theirs = cohens_kappa(pd.crosstab(pd.Series(first), pd.Series(second)).to_numpy())
    found = (ours.value, ours.low, ours.high)
    assert found == pytest.approx((theirs.kappa, theirs.kappa_low, theirs.kappa_upp))


def test_a_reprint_or_an_unseen_table_is_called_so():
    figures = data.load("cited_figures").fillna({"note": ""})
    said = figures[figures["note"].str.contains("Read in a reprint|table was not seen")]
    assert set(said["read_as"]) <= {"reprint", "table not seen"}


def test_numbers_by_place_follow_from_the_tables():
    """Computed again from the tables that their readings name, to the recorded digits."""
    places = ["Beijing", "Tianjin", "Hebei"]
    gdp = data.load("province_gdp_vintages").query("vintage == 'after_4th_census_2022_first_published'")
    gdp = gdp.pivot(index="province", columns="year", values="gdp_100m_yuan").loc[places]
    accounts = data.load("province_accounts").pivot(
        index=["province", "year"], columns="indicator", values="value"
    )
    services = accounts.eval("value_added_tertiary / gdp * 100").unstack().loc[places]
    residents = data.load("province_population").set_index(["province", "year"])["population_10k"]
    care = data.load("province_services").set_index(["province", "year"])[["beds_10k", "doctors_10k"]]
    care = care.div(residents, axis=0).unstack().loc[places]
    grown = (care.xs(2019, axis=1, level=1) / care.xs(2014, axis=1, level=1) - 1) * 100
    found = {
        ("C21", "b"): services[2019] - services[2014],
        ("C23", "b"): grown.min(axis=1),
        ("C80", "a"): gdp[2022] / gdp[2013],
    }
    for (claim, letter), recorded in claims.folder().by_place.items():
        for place, number in recorded:
            assert agrees(number, found[claim, letter][place]), (claim, letter, place)
