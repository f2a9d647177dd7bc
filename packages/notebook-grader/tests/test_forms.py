"""Forms of answers and what becomes of them, by question: `forms.csv`.

The outcome of a form is "read" if it earns the points, or words of the sentence with which the
notebook's check tells it before anything is handed in, or those of the judge, which come "later".

An answer goes the way that it goes in a class, but for the sandbox: the check in the notebook looks
at its form, what it records crosses as JSON, and the judge compares what was read.
"""

import csv
import json
import statistics
from collections import deque
from dataclasses import replace
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
from notebook_grader.run.values import read_answers
from plain_answers import charted, checking
from plain_answers.judging import Answer, judge
from plain_answers.parsing import ANY
from plain_answers.recording import ANSWER_MIME, make_answer, record
from plain_answers.sealing import seal

TABLE = pd.DataFrame(
    [(2013, "A", 41.2), (2014, "A", 42.5), (2013, "B", 58.8), (2014, "B", 57.5)],
    columns=["year", "place", "share"],
)
COUNTS = pd.DataFrame(
    [("fact", "yes", 4), ("fact", "no", 1), ("norm", "yes", 2), ("norm", "no", 3)],
    columns=["kind", "test", "size"],
)


def draw_lines(table=TABLE, x="year:Q", y="share:Q", color="place:N"):
    return alt.Chart(table).mark_line().encode(x=x, y=y, color=color)


def draw_bars(table=COUNTS, x="size:Q", y="kind:N", color="test:N"):
    return alt.Chart(table).mark_bar().encode(x=x, y=y, color=color)


def draw_with_json(draw):
    """A chart whose data are written to a file."""
    alt.data_transformers.enable("json")
    return draw()


def draw_without_limit(draw):
    alt.data_transformers.disable_max_rows()
    return draw()


NAMES = {
    "np": np,
    "Enum": Enum,
    "StrEnum": StrEnum,
    "deque": deque,
    "pd": pd,
    "alt": alt,
    "statistics": statistics,
    "Decimal": Decimal,
    "Fraction": Fraction,
    "table": TABLE,
    "counts": COUNTS,
    "L": draw_lines,
    "B": draw_bars,
    "with_json": draw_with_json,
    "without_limit": draw_without_limit,
    "mean": lambda function: function([1, 2, 6]),
}
SHARES = {"Beijing": 41.2, "Tianjin": 16.5, "Hebei": 42.3}
HUNDREDTHS = draw_lines(TABLE.assign(share=TABLE["share"] / 100))
RISES = {"2013 / rise": 1.5, "2014 / rise": 2.5, "2013 / fall": 0.5, "2014 / fall": 0.25}


def _chart(name, value, asks, *slips):
    says = [record(name, slip, says="A share of a hundred?") for slip in slips]
    return make_answer(record(name, value, 0.05, "%", asks=asks), says)


KEY = [
    Answer("a share", {"": 12.5}, 0.05, "%"),
    Answer("a rate below zero", {"": -6.54}, 0.01, "% a year"),
    Answer("people", {"": 1411.78}, 0.05, "million people"),
    Answer("a count", {"": 39505}, unit="units"),
    Answer("a year", {"": 2013}, unit="year"),
    Answer("yes or no", {"": True}),
    Answer("a letter", {"": "C"}, options="ABCD"),
    Answer("a verdict", {"": "in part"}, options=("stands", "turns", "in part")),
    Answer("a ratio", {"": 1.659}, 0.0005, "times"),
    Answer("a place", {"": "Inner Mongolia"}),
    Answer("a Chinese word", {"": "河北"}),
    Answer("a span", {"": "2013-2014"}),
    Answer("an order", dict(zip("1234", "CEDA")), options="ABCDE"),
    Answer("a list of numbers", {"1": 1.5, "2": 2.25, "3": -3.0}, 0.01, "%"),
    Answer("shares by place", SHARES, 0.05, "%"),
    Answer("a table", RISES, 0.01),
    Answer("a mean of given values", {"": 3.0}, 0.001),
    _chart(
        "lines",
        draw_lines(),
        {"mark": "line", "x": "year", "y": "share", "color": "place"},
        HUNDREDTHS,
    ),
    _chart("bars", draw_bars(), {"mark": "bar", "x": "size", "y": "kind", "color": "test"}),
]
ANSWERS = {answer.name: answer for answer in KEY}
SEALED = {answer.name: seal(answer, "a salt") for answer in KEY}
with Path(__file__).with_name("forms.csv").open(encoding="utf-8", newline="") as stream:
    FORMS = list(csv.DictReader(stream))


def make_form(answer: Answer) -> dict:
    """The form of an answer that the assessed notebook contains: neither the value nor its size."""
    labels = list(answer.values)
    if answer.kind != charted.CHART:
        listed = labels == [str(place) for place in range(1, len(labels) + 1)]
        given = None if listed else labels if labels == [""] else ANY
        return {"kind": answer.kind, "labels": given, "options": answer.options}
    types = {name: answer.values[f"{name} type"] for name in charted.channels(labels)}
    told = [label for label in labels if not charted.is_label_of_data(label)]
    return {"kind": answer.kind, "labels": told, "asks": answer.asks, "types": types}


def hand_in(answer: Answer, value: object, patch: pytest.MonkeyPatch) -> str:
    """What becomes of an answer: "read", the message of the notebook's check, or the judge's
    "later"."""
    outputs: list = []
    patch.setattr(checking, "display", lambda data, raw: outputs.append({"data": data}))
    checks = checking.Checks()
    direct = judge(answer, value)
    checks.expect(json.dumps({answer.name: make_form(answer)}))
    try:
        checks.answer(answer.name, value, answer.within, answer.unit, answer.asks)
    except AssertionError as error:
        # The check refuses in the words of the judge, and reveals nothing of the key.
        assert not direct.right
        assert not direct.refused or str(error) == direct.sentence or "expected" in str(error)
        return str(error)
    crossed = json.loads(json.dumps(outputs))
    assert ANSWER_MIME in crossed[0]["data"]
    recorded = read_answers(crossed).get(answer.name)
    keys = (answer, replace(answer, options=()), SEALED[answer.name])
    found, *others = [judge(key, recorded) for key in keys]
    assert others == [found] * 2, f"the practice notebook judges {value!r} otherwise"
    return "read" if found.right else f"later: {found.sentence}"


@pytest.mark.parametrize("question", ANSWERS)
def test_honest_forms_earn_all_and_others_nothing(question, monkeypatch):
    answer = ANSWERS[question]
    faults = []
    own = [row for row in FORMS if row["question"] == question]
    assert {row["outcome"] for row in own} > {"read"}
    for row in own:
        with alt.data_transformers.enable("default"):
            became = hand_in(answer, eval(row["answer"], dict(NAMES)), monkeypatch)
        parts = row["outcome"].partition("later: ")
        if not all(part in became for part in parts) or became.startswith("later") != bool(
            parts[1]
        ):
            faults.append((row["answer"], row["outcome"], became))
    assert faults == []


def test_the_table_knows_no_other_question_and_has_as_many_forms_as_the_attacker_had():
    assert {row["question"] for row in FORMS} == set(ANSWERS)
    assert sum("later" not in row["outcome"] for row in FORMS) > 500
