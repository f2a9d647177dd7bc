"""The articles' folders have no problems, and every claim has a verdict in the form of the rule."""

from pathlib import Path

import pytest
from sealed_readings import sheets, verdicts
from sealed_readings.check import find_problems
from sealed_readings.editors import THIRD, measure_editors, read_coded
from sealed_readings.folder import Folder
from sealed_readings.labels import FORMER, LABELS, find_current
from sealed_readings.records import list_claims

from coursework import products
from jingjinji import claims, data

ROOT = Path(__file__).parents[2]
# A desk would not have printed what the edition before said of these, so each has a dated line.
NAMED = [
    *(
        "C11",
        "C19",
        "C20",
        "C21",
        "C22",
        "C23",
        "C25",
        "C49",
        "C50",
        "C51",
        "C53",
        "C63",
        "C70",
        "C71",
    ),
    *("C78", "C79", "C80"),
]


@pytest.mark.parametrize("folder", products.LEDGERS)
def test_an_articles_folder_has_no_problems(folder):
    assert find_problems(Folder(ROOT / folder)) == []


def test_there_are_six_verdicts_with_words_and_one_for_what_has_none():
    assert [*LABELS] == [*verdicts.GIVEN, "unexamined"]
    assert all(label.words and label.rule for label in LABELS.values())


def test_every_claim_has_a_verdict_in_the_article_s_order():
    assert [*claims.folder().given] == [*claims.folder().claims]


def test_a_plain_sentence_has_no_id_and_no_word_of_the_machine():
    for given in claims.folder().given.values():
        words = {*given.sentence.lower().replace(".", " ").replace(",", " ").split()}
        assert words.isdisjoint({"reading", "readings", "kindest", "strictest", "qualifier"}), given
        assert words.isdisjoint(name.lower() for name in claims.folder().claims), given


def test_aims_have_two_verdicts():
    for name in ("C19", "C20", "C21", "C22", "C23", "C54"):
        assert claims.folder().given[name].second == "did it come about"


def test_one_sum_in_dollars_is_judged_like_the_other():
    given = claims.folder().given
    assert {given[name].verdict for name in ("C44", "C79")} == {verdicts.TRUE}


def test_where_an_editor_parts_a_third_has_settled_and_its_word_is_printed():
    third = {row["claim_id"]: row for row in read_coded(claims.folder(), THIRD)}
    assert [*third] == measure_editors(claims.folder())["parted"]
    for name, row in third.items():
        given = claims.folder().given[name]
        settled = (row["verdict"], row["as_far"], row["corrected"])
        assert (given.verdict, given.as_far, given.corrected) == settled, name


def test_an_outside_desk_agrees_with_at_least_24_of_30():
    *readers, between = measure_editors(claims.folder())["desk"]
    assert [pair["of"] for pair in readers] == [30, 30]
    assert min(pair["agreed"] for pair in readers) >= 24 and between["agreed"] >= 24


def test_what_counts_against_a_claim_is_what_was_sealed():
    sealed = {(one.claim_id, one.against) for one, _ in sheets.read_settled(claims.folder())}
    for claim in list_claims(claims.folder()):
        for against in claim["against"]:
            assert (claim["claim_id"], against) in sealed, (claim["claim_id"], against)


def test_a_changed_verdict_is_a_dated_line_with_its_reason():
    lines = data.load("corrections")
    last = lines.groupby("claim_id").tail(1).set_index("claim_id")
    of_today = lines[lines["date"] == "2026-12-03"]
    assert {*NAMED} <= {*of_today["claim_id"]}
    for line in of_today.itertuples():
        before = FORMER[line[3]].id if line[3] in FORMER else line[3]
        assert line.why.startswith("Kept") == (before == line.to), line
    for claim, label in last["to"].items():
        assert claims.folder().given[claim].verdict == find_current(label)


def test_no_period_ends_after_the_tables_that_it_rests_on():
    """A number of 2019 was once shown as "to 2022", while its tables ended in 2019."""
    tables = {*data.names()} - {"cited_figures"}
    for reading in claims.folder().readings:
        sources = reading.sources.split()
        if reading.end and sources and tables.issuperset(sources):
            years = [table["year"].max() for table in map(data.load, sources) if "year" in table]
            assert int(reading.end[:4]) <= max(years, default=9999), (
                reading.claim_id,
                reading.reading,
            )
