"""Checks in exercise notebooks: right or wrong in practice, in the right form or not in assessment.

A master (``exercises/NN_topic.md``) runs with the solution in place and `answer` records the value.
The practice notebook opens with a cell ``check.use(...)`` that holds sealed answers: salted hashes of values
on a grid as fine as the tolerance. `answer` then compares and, where the value is that of a misconception,
says what to look at. Whoever wants to can open such seals, so practice carries no marks.
The assessed notebook opens with ``check.expect(...)`` instead, which says in what form each answer must be.
`answer` then notes the value; what it is worth is decided outside, by a program that never ran the notebook.
"""

from __future__ import annotations

import hashlib
import json
import math
import numbers
import os
from collections.abc import Mapping
from typing import Any

from IPython.display import display

from jingjinji import drawn, reading
from jingjinji.reading import elements
from jingjinji.rounding import rounded

ANSWER_MIME = "application/vnd.answer+json"
_sealed: dict[str, dict] = {}
_expected: dict[str, dict] = {}


def use(sealed: str) -> None:
    """Take the sealed answers of this practice notebook, as the text that its first cells hold."""
    _sealed.update(json.loads(sealed))


def expect(forms: str) -> None:
    """Take the forms that the answers of this assessed notebook must have, as its first cells hold them."""
    _expected.update(json.loads(forms))


def grid(value: Any, within: float) -> list[str]:
    """The names of the grid cells in which a value may lie and still be within its tolerance."""
    if isinstance(value, (bool, str)) or not within:
        shown = (
            f"{value:g}" if isinstance(value, numbers.Real) and not isinstance(value, bool) else str(value)
        )
        return [reading.text(shown)]
    place = math.floor(value / (within / 2) + 0.5)
    return [str(place + step) for step in (-2, -1, 0, 1, 2)]


def seal(salt: str, name: str, label: str, cell: str) -> str:
    """The salted hash of one grid cell; the page's script computes the same."""
    return hashlib.sha256(f"{salt}|{name}|{label}|{cell}".encode()).hexdigest()[:16]


def _recording(name: str) -> bool:
    return os.environ.get("JINGJINJI_BOOK") == "1" and name not in _sealed


def record(
    name: str,
    value: object,
    within: float = 0,
    unit: str = "",
    says: str | None = None,
    asks: Mapping[str, str] | None = None,
) -> dict:
    """What a solution's answer was, or that of a misconception, of which `says` is what to look at.

    The other parameters are those of `answer`.
    """
    is_chart = drawn.is_chart(value)
    values = rounded(drawn.read(value, asks=asks) if is_chart else elements(value))
    made = {"name": name, "values": values, "within": within, "unit": unit, "slip": says}
    return made | ({"asks": dict(asks or {})} if is_chart else {})


def _show(recorded: dict) -> None:
    display({ANSWER_MIME: recorded, "text/plain": f"answer {recorded['name']}"}, raw=True)


def answer(
    name: str, value: object, within: float = 0, unit: str = "", asks: Mapping[str, str] | None = None
) -> None:
    """Check one answer of an exercise.

    Parameters
    ----------
    name
        The exercise's number and what is asked for, as in ``"3.2 rate"``.
    value
        A number, text or truth value, or a list, mapping, Series or DataFrame of them; or a chart of Altair,
        of which mark, encodings and drawn rows are checked.
    within
        How far a number may be off, in its own unit; 0 for texts and counts.
    unit
        Unit of the value, for the reader.
    asks
        Of a chart, what the question says openly: ``{"mark": "line", "x": "year", "y": "share"}``. A wrong
        chart is answered with it.

    Raises
    ------
    AssertionError
        Where the value is missing, has the wrong shape, labels or kind and, in practice, where it is that of
        a known misconception or differs from the solution. One sentence, which does not give the answer.
    """
    if _recording(name):
        return _show(record(name, value, within, unit, None, asks))
    if name in _sealed:
        return _compare(name, value, _sealed[name])
    if name not in _expected:
        raise AssertionError(f"Nothing is known of {name!r}: first run the cells at the top of the notebook.")
    form = _expected[name]
    values = _read(name, value, form, unit)
    said = f"{name}: recorded, in the right form."
    display({ANSWER_MIME: {"name": name, "values": values}, "text/plain": said}, raw=True)


def slip(name: str, value: object, says: str, within: float = 0) -> None:
    """Record, in a master, the value that a misconception gives and what its holder should look at."""
    _show(record(name, value, within, "", says))


def _read(name: str, value: object, form: dict, unit: str) -> dict[str, reading.Plain]:
    try:
        if form["kind"] == drawn.CHART:
            return rounded(drawn.read(value, form["labels"], form["asks"]))
        return reading.read(value, form["kind"], form["labels"], unit)
    except reading.Unreadable as error:
        raise AssertionError(f"{name} {error}.") from None


def _compare(name: str, value: object, sealed: dict) -> None:
    if sealed["kind"] == drawn.CHART:
        return _compare_chart(name, value, sealed)
    given = _read(name, value, sealed, sealed["unit"])
    if _matches(name, given, sealed["right"], sealed):
        return
    for known in sealed["slips"]:
        if _matches(name, given, known["values"], sealed):
            raise AssertionError(known["says"])
    if sealed["kind"] == reading.NUMBER and sealed["within"]:
        for factor, says in reading.SLIPS:
            undone = {label: float(item) * factor for label, item in given.items()}
            if _matches(name, undone, sealed["right"], sealed):
                raise AssertionError(f"{name}: {says}")
    raise AssertionError(f"{name} is not what the data give{_tolerance(sealed)}. {sealed['hint']}".rstrip())


def _tolerance(sealed: dict) -> str:
    return f" by more than {sealed['within']:g} {sealed['unit']}".rstrip() if sealed["within"] else ""


def _compare_chart(name: str, value: object, sealed: dict) -> None:
    for known in sealed["slips"]:
        wrong = _read(name, value, sealed | {"labels": list(known["values"])}, "")
        if set(wrong) == set(known["values"]) and all(
            _sealed_same(name, wrong, label, known["values"], sealed, known["exact"]) for label in wrong
        ):
            raise AssertionError(known["says"])
    given = _read(name, value, sealed, "")

    def same(label: str) -> bool:
        return _sealed_same(name, given, label, sealed["right"], sealed, sealed["exact"])

    if found := drawn.difference(sealed["labels"], given, same, sealed["asks"], _tolerance(sealed)):
        raise AssertionError(f"{name} {found}. {sealed['hint']}".rstrip())


def _sealed_same(
    name: str, given: dict, label: str, seals: dict[str, list[str]], sealed: dict, exact: list[str]
) -> bool:
    if label not in given or label not in seals:
        return False
    cells = grid(given[label], 0 if drawn.is_exact(label, exact) else sealed["within"])
    return seal(sealed["salt"], name, label, middle(cells)) in seals[label]


def _matches(name: str, given: dict, seals: dict[str, list[str]], sealed: dict) -> bool:
    within = sealed["within"]
    return all(
        seal(sealed["salt"], name, label, middle(grid(item, within))) in seals[label]
        for label, item in given.items()
    )


def middle(cells: list[str]) -> str:
    """The cell of the value itself, among those that its tolerance reaches."""
    return cells[len(cells) // 2]
