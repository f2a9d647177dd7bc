"""All labels derived again from the tables, by the rule; and what a verdict must rest on."""

import re

import pandas as pd
import pytest

from jingjinji import claims, data, records, rule

READINGS = {claim: claims.readings(claim) for claim in claims.ledger().index}
LABELS = {claim: rule.label_of(readings) for claim, readings in READINGS.items()}
# Of these families no reading names anything that evidence could contradict.
UNTESTABLE = {"cause", "wish", "forecast"}


def test_every_claim_has_a_label_of_the_table():
    assert len(LABELS) == 82 and set(LABELS.values()) <= set(claims.VERDICTS)


def test_labels_follow_from_outcomes_as_the_page_of_the_rule_says():
    """The rule once more, in other words than the library's: a second derivation of all 82."""
    for claim, readings in READINGS.items():
        outcomes = {one.outcome for one in readings if one.kind != "none"}
        holds = {one.independent for one in readings if one.outcome == "holds"}
        label = LABELS[claim]
        assert (label == "not testable as worded") == (readings[0].kind == "none"), claim
        assert (label == "depends on the reading") == ({"holds", "fails"} <= outcomes), claim
        assert (label == "not supported") == ("fails" in outcomes and "holds" not in outcomes), claim
        assert (label == "supported") == ("fails" not in outcomes and True in holds), claim


# Like claims carry like readings


def family(name: str) -> list[str]:
    return [claim for claim, readings in READINGS.items() if readings[0].family == name]


def test_a_claim_is_of_one_family():
    several = [claim for claim, readings in READINGS.items() if len({one.family for one in readings}) > 1]
    assert several == []


@pytest.mark.parametrize("name", sorted(UNTESTABLE))
def test_causes_wishes_and_forecasts_have_no_reading(name):
    assert {LABELS[claim] for claim in family(name)} == {"not testable as worded"}


def test_aims_are_read_as_stated_and_as_come_about():
    for claim in family("aim"):
        assert len(READINGS[claim]) >= 2, claim
        assert re.search(r"plan|official|rules|reports", str(READINGS[claim][0].says), re.I), claim


def test_words_of_change_are_read_at_the_end_and_in_every_year():
    for claim in family("change"):
        readings = READINGS[claim]
        if readings[0].kind != "none":
            assert len(readings) >= 2, claim


def test_most_is_more_than_half_main_is_first_and_driving_is_more_than_ones_weight():
    for claim in family("most"):
        limits = {limit for one in READINGS[claim] for limit in (one.low_limit, one.high_limit)}
        documents = any(one.kind == "document" for one in READINGS[claim])
        assert documents or limits & {0, 1, 50}, claim


def test_a_larger_part_is_of_the_level_and_of_the_growth():
    said = " ".join(one.says for one in READINGS["C50"])
    assert "Of the level" in said and "Of the growth" in said


def test_a_count_has_no_reading_that_grants_it():
    """Moved, shut and upgraded are three counts: no reading adds one to another."""
    for claim in ("C46", "C47"):
        assert all("not shut or upgraded" in one.says for one in READINGS[claim])


# What a verdict rests on


def test_every_source_is_a_figure_a_table_or_named():
    assert len(records.records()) == 82


def test_a_verdict_has_a_source_of_its_own_or_says_that_there_is_none():
    for claim, label in LABELS.items():
        own = {s for one in READINGS[claim] for s in one.sources.split()} - {"article"}
        if label in ("supported", "depends on the reading", "not supported"):
            assert own, claim
    decided = [one for readings in READINGS.values() for one in readings if one.outcome in ("holds", "fails")]
    assert [f"{one.claim_id} {one.reading}" for one in decided if not one.independent] == []


def test_what_is_open_says_who_holds_it_and_what_would_decide():
    rows = [one for readings in READINGS.values() for one in readings if one.outcome == "open"]
    assert [f"{one.claim_id} {one.reading}" for one in rows if not (one.held_by and one.decides)] == []


def test_every_cited_figure_is_used_or_set_aside_with_a_reason():
    used = {source for readings in READINGS.values() for one in readings for source in one.sources.split()}
    figures = data.load("cited_figures").set_index("figure_id")["set_aside"]
    assert [figure for figure, why in figures.items() if figure not in used and pd.isna(why)] == []


def test_a_reprint_or_an_unseen_table_is_called_so():
    figures = data.load("cited_figures").fillna({"note": ""})
    said = figures[figures["note"].str.contains("Read in a reprint|table was not seen")]
    assert set(said["read_as"]) <= {"reprint", "table not seen"}


# The record


def test_both_coders_coded_every_claim():
    coded = data.load("codings").groupby("coder")["claim_id"].unique()
    assert {coder: sorted(names) for coder, names in coded.items()} == dict.fromkeys((1, 2), sorted(LABELS))


def test_where_codings_and_label_differ_the_table_says_why():
    labels = records.codings()
    unlike = labels.index[labels.nunique(axis=1) > 1]
    said = set(data.load("settlements")["claim_id"])
    assert set(unlike) - said == set(), "data/settlements.csv must say why their labels differ"
    assert said - set(unlike) == set(), "data/settlements.csv speaks of labels that are one"


def test_corrections_lead_to_the_labels_that_stand():
    changed = data.load("corrections").sort_values("date", kind="stable").groupby("claim_id").last()
    assert {claim: LABELS[claim] for claim in changed.index} == changed["to"].to_dict(), (
        "data/corrections.csv has a line more for a label that changed again"
    )


# By place


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
    recorded = data.load("reading_places").set_index(["claim_id", "reading", "place"])["number"]
    for (claim, letter, place), number in recorded.items():
        assert rule.agrees(number, found[claim, letter][place]), (claim, letter, place)
