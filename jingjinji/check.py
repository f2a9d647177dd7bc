"""Checks in exercise notebooks: right or wrong at once, without the answer being in the notebook.

A master (``exercises/NN_topic.md``) runs with the solution in place and `answer` records the value.
A student's notebook opens with a cell ``check.use(...)`` that holds sealed answers: salted hashes of
values on a grid as fine as the tolerance. `answer` then compares and, where the value is that of a
known misconception, says what to look at.
"""

from __future__ import annotations

import hashlib
import json
import math
import numbers
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import display

from jingjinji.rounding import rounded

ANSWER_MIME = "application/vnd.answer+json"
_sealed: dict[str, dict] = {}


def use(sealed: str) -> None:
    """Take the sealed answers of this notebook, as the text that its first cells hold."""
    _sealed.update(json.loads(sealed))


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def elements(value: object) -> dict[str, object]:
    """The single values of an answer by label: one for a number or a text, one a cell for a table.

    Raises `TypeError` for anything but numbers, texts, truth values, and lists, mappings, Series,
    arrays or DataFrames of them.
    """
    value = _plain(value)
    if isinstance(value, pd.DataFrame):
        return {f"{r} / {c}": _plain(value.loc[r, c]) for c in value.columns for r in value.index}
    if isinstance(value, (pd.Series, Mapping)):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Index)):
        return {str(place): _plain(item) for place, item in enumerate(value, start=1)}
    if isinstance(value, (bool, numbers.Real, str)):
        return {"": value}
    raise TypeError(f"a value of type {type(value).__name__} cannot be checked")


def grid(value: Any, within: float) -> list[str]:
    """The names of the grid cells in which a value may lie and still be within its tolerance."""
    if isinstance(value, (bool, str)) or not within:
        text = f"{value:g}" if isinstance(value, numbers.Real) and not isinstance(value, bool) else str(value)
        return [" ".join(text.casefold().split())]
    place = math.floor(value / (within / 2) + 0.5)
    return [str(place + step) for step in (-2, -1, 0, 1, 2)]


def seal(salt: str, name: str, label: str, cell: str) -> str:
    """The salted hash of one grid cell; the page's script computes the same."""
    return hashlib.sha256(f"{salt}|{name}|{label}|{cell}".encode()).hexdigest()[:16]


def _recording(name: str) -> bool:
    return os.environ.get("JINGJINJI_BOOK") == "1" and name not in _sealed


def _record(name: str, value: object, within: float, unit: str, says: str | None) -> None:
    record = {"name": name, "values": rounded(elements(value)), "within": within, "unit": unit, "slip": says}
    display({ANSWER_MIME: record, "text/plain": f"answer {name}"}, raw=True)


def answer(name: str, value: object, within: float = 0, unit: str = "") -> None:
    """Check one answer of an exercise.

    Parameters
    ----------
    name
        The exercise's number and what is asked for, as in ``"3.2 rate"``.
    value
        A number, text or truth value, or a list, mapping, Series or DataFrame of them.
    within
        How far a number may be off, in its own unit; 0 for texts and counts.
    unit
        Unit of the value, for the reader.

    Raises
    ------
    AssertionError
        Where the value is missing, has the wrong shape, labels or kind, is that of a known
        misconception, or differs from the solution. One sentence, which does not give the answer.
    """
    if _recording(name):
        return _record(name, value, within, unit, None)
    if name not in _sealed:
        raise AssertionError(f"Nothing is known of {name!r}: first run the cells at the top of the notebook.")
    _compare(name, value, _sealed[name])


def slip(name: str, value: object, says: str, within: float = 0) -> None:
    """Record, in a master, the value that a misconception gives and what its holder should look at."""
    _record(name, value, within, "", says)


def _compare(name: str, value: object, sealed: dict) -> None:
    if value is ... or value is None:
        raise AssertionError(
            f"{name} has no value yet: complete the cell of your answer, run it, then this one."
        )
    try:
        given = elements(value)
    except TypeError as error:
        raise AssertionError(f"{name}: {error}; {_wanted(sealed)}.") from None
    labels = sealed["labels"]
    if len(given) != len(labels):
        raise AssertionError(f"{name} has {len(given)} values; {_wanted(sealed)}.")
    if set(given) != set(labels):
        odd = ", ".join(sorted(set(given) - set(labels))[:4])
        raise AssertionError(f"{name} has unexpected labels ({odd}); {_wanted(sealed)}.")
    for label, item in given.items():
        _check_kind(name, label, item, sealed)
    if _matches(name, given, sealed["right"], sealed):
        return
    for known in sealed["slips"]:
        if _matches(name, given, known["values"], sealed):
            raise AssertionError(known["says"])
    tolerance = f" by more than {sealed['within']:g} {sealed['unit']}".rstrip() if sealed["within"] else ""
    raise AssertionError(f"{name} is not what the data give{tolerance}. {sealed['hint']}".rstrip())


def _wanted(sealed: dict) -> str:
    kind, labels = sealed["kind"], sealed["labels"]
    if labels == [""]:
        return f"one {kind} is expected"
    shown = ", ".join(labels) if len(labels) <= 6 else f"{labels[0]}, {labels[1]}, ..., {labels[-1]}"
    return f"{len(labels)} of kind {kind} are expected, labelled {shown}"


def _check_kind(name: str, label: str, item: Any, sealed: dict) -> None:
    place = f"{name}{f' ({label})' if label else ''}"
    kinds = {"number": numbers.Real, "text": str, "truth value": bool}
    right = isinstance(item, kinds[sealed["kind"]])
    if sealed["kind"] == "number" and isinstance(item, bool):
        right = False
    if not right:
        raise AssertionError(f"{place} is a {type(item).__name__}; a {sealed['kind']} is expected.")
    if sealed["kind"] == "number" and not math.isfinite(item):
        raise AssertionError(f"{place} is {item}; a finite number is expected.")


def _matches(name: str, given: dict, seals: dict[str, list[str]], sealed: dict) -> bool:
    within = sealed["within"]
    return all(
        seal(sealed["salt"], name, label, middle(grid(item, within))) in seals[label]
        for label, item in given.items()
    )


def middle(cells: list[str]) -> str:
    """The cell of the value itself, among those that its tolerance reaches."""
    return cells[len(cells) // 2]
