"""Read answers as they are meant: numbers, texts and truth values in the many forms that people write.

"Ｂ", "(B)" and ["B"] are the letter B; Decimal("-31.15"), "−31.15 %" and a Series of one are -31.15.
What cannot be read for sure is refused with a sentence that says what to write.
"""

from __future__ import annotations

import decimal
import fractions
import math
import numbers
import re
import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

Plain = bool | int | float | str
NUMBER, TEXT, TRUTH = "number", "text", "truth value"
ANY = "any"
"""In place of labels: they are not known in advance."""
LONGEST = 1000  # characters of a text that are read

# Minus signs, spaces and marks that a keyboard or an input method writes in place of the plain ones.
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_AROUND = " \t\r\n\"'`“”‘’.,;:、。"
_BRACKETS = {"()", "[]", "{}", "<>", "「」"}
_DIGITS = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d+)?"
_NUMBER = re.compile(rf"({_DIGITS})\s*(\D.*)?", re.IGNORECASE | re.DOTALL)
_PER_CENT = {"%", "percent", "per cent", "pct"}
_POINTS = {"个百分点", "百分点", "percentage points", "percentage point", "points", "point", "pp"}
_TRUE, _FALSE = {"true", "yes", "是", "对"}, {"false", "no", "否", "错"}


class Unreadable(ValueError):
    """An answer that cannot be read for sure; the message is the end of a sentence about it."""


def elements(value: object) -> dict[str, object]:
    """The single values of an answer by label: one for a number or a text, one a cell for a table.

    Raises
    ------
    TypeError
        For anything but numbers, texts, truth values, and lists, mappings, Series, arrays or DataFrames of
        them.
    """
    value = _bare(value)
    if isinstance(value, pd.DataFrame):
        return {f"{r} / {c}": _bare(value.loc[r, c]) for c in value.columns for r in value.index}
    if isinstance(value, (pd.Series, Mapping)):
        return {str(key): _bare(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Index)):
        return {str(place): _bare(item) for place, item in enumerate(value, start=1)}
    if isinstance(value, (bool, numbers.Real, str)):
        return {"": value}
    raise TypeError(f"a value of type {type(value).__name__} cannot be checked")


def _bare(value: object) -> object:
    """A value of Python's own kinds, where it is one of NumPy's, pandas' or the decimal kind."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, decimal.Decimal):
        # Exactly one number that floats have; infinities and "not a number" stay what they are.
        return float(value)
    if isinstance(value, fractions.Fraction):
        return float(value)
    return value


def read(value: object, kind: str, labels: list[str] | str | None, unit: str = "") -> dict[str, Plain]:
    """The values of an answer by label, in the kind that is expected.

    Parameters
    ----------
    value
        What was given.
    kind
        "number", "text" or "truth value".
    labels
        Those that are expected; ``[""]`` for a single value, None for a list of any length, `ANY` for any.
    unit
        Of the numbers; a unit that is written behind a number must be this one.

    Raises
    ------
    Unreadable
        If it cannot be read; the message says what to write instead.
    """
    if value is ... or value is None:
        raise Unreadable("has no value yet: complete the cell of your answer, run it, then this one")
    wanted = _wanted(kind, labels)
    given = _labelled(value, labels, wanted)
    if labels is None and list(given) != [str(place) for place in range(1, len(given) + 1)]:
        raise Unreadable(f"has labels ({', '.join(label[:40] for label in list(given)[:4])}); {wanted}")
    if isinstance(labels, list) and set(given) != set(labels):
        if len(given) != len(labels):
            raise Unreadable(f"has {len(given)} values; {wanted}")
        odd = ", ".join(sorted(label[:40] for label in set(given) - set(labels))[:4])
        raise Unreadable(f"has unexpected labels ({odd}); {wanted}")
    order = labels if isinstance(labels, list) else list(given)
    return {label: single(given[label], kind, unit, label) for label in order}


def _labelled(value: object, labels: list[str] | str | None, wanted: str) -> dict[str, object]:
    listed = labels is None or (labels != ANY and labels == [str(n) for n in range(1, len(labels) + 1)])
    if isinstance(value, str) and listed:
        # "C, E, D, A" for a list of letters.
        value = [part for part in re.split(r"[\s,;，、]+", value.strip(_AROUND + "，[](){}")) if part]
    if isinstance(value, pd.Series) and listed and list(value.index) == list(range(len(value))):
        value = list(value)
    if labels == [""]:
        for _ in range(3):  # one in a list, in a table of one cell, in a list of one list
            if isinstance(value, pd.DataFrame) and value.size == 1:
                value = value.iloc[0, 0]
            elif isinstance(value, (list, tuple, set, frozenset, np.ndarray, pd.Series, pd.Index)):
                value = next(iter(value)) if len(value) == 1 else value
    try:
        return elements(value)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise Unreadable(f"is a {type(value).__name__}, which cannot be checked; {wanted}") from None


def _wanted(kind: str, labels: list[str] | str | None) -> str:
    if labels == ANY:
        return f"values of kind {kind} are expected"
    if labels is None:
        return f"a list of {kind}s is expected"
    if labels == [""]:
        return f"one {kind} is expected"
    shown = ", ".join(labels) if len(labels) <= 6 else f"{labels[0]}, {labels[1]}, ..., {labels[-1]}"
    return f"{len(labels)} of kind {kind} are expected, labelled {shown}"


def single(value: object, kind: str, unit: str = "", label: str = "") -> Plain:
    """One value in the kind that is expected. Raises `Unreadable`."""
    place = f"({label}) " if label else ""
    value = _bare(value)
    if kind == NUMBER:
        return _number(value, unit, place)
    if kind == TRUTH:
        return _truth(value, place)
    if not isinstance(value, str):
        raise Unreadable(f"{place}is a {_named(value)}; a text in quotation marks is expected")
    return text(value)


def _named(value: object) -> str:
    return "missing value" if value is None or value is ... else type(value).__name__


def text(value: str) -> str:
    """A text without what only looks different: width, case, and the marks and spaces around it."""
    plain = " ".join(_normal(value).split())
    for _ in range(3):  # a point behind a bracket around a quotation
        plain = plain.strip(_AROUND)
        if plain[:1] + plain[-1:] in _BRACKETS:
            plain = plain[1:-1]
    letter = re.fullmatch(r"(\w)[)\]]", plain)
    return letter[1] if letter else plain


def _normal(value: str) -> str:
    wide = unicodedata.normalize("NFKC", value[: 4 * LONGEST])
    return _UNSEEN.sub("", wide)[:LONGEST].translate(_MINUS).casefold()


def _truth(value: object, place: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and text(value) in _TRUE | _FALSE:
        return text(value) in _TRUE
    raise Unreadable(f"{place}is a {_named(value)}; write True or False")


def _number(value: object, unit: str, place: str) -> int | float:
    if isinstance(value, str):
        value = _written(value, unit, place)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise Unreadable(f"{place}is a {_named(value)}; a number is expected")
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        raise Unreadable(
            f"{place}is {'not a number' if value != value else 'infinite'}; a finite number is expected"
        )
    return value if isinstance(value, int) else float(value)


def _written(value: str, unit: str, place: str) -> float:
    """The number that a text holds, with its unit or without."""
    plain = " ".join(_normal(value).split()).rstrip(".")
    if re.match(r"[+-]?\d+,\d", plain) and not re.match(r"[+-]?\d{1,3}(,\d{3})+(?![\d,])", plain):
        raise Unreadable(f"{place}is the text {_short(value)}; write the number with a point, not a comma")
    found = _NUMBER.fullmatch(plain)
    if not found or not re.search(r"\d", found[1]):
        raise Unreadable(
            f"{place}is the text {_short(value)}; write the number alone, without quotation marks"
        )
    behind = (found[2] or "").strip()
    if behind and not _same_unit(behind, text(unit)):
        raise Unreadable(
            f"{place}is the text {_short(value)}; write the number alone"
            + (f", in the unit {unit}" if unit else ", without a unit")
        )
    return float(found[1].replace(",", ""))


def _same_unit(given: str, unit: str) -> bool:
    if given == unit:
        return True
    if given in _PER_CENT:
        return unit.startswith("%") or any(unit.startswith(word) for word in _PER_CENT)
    return given in _POINTS and (unit in _POINTS or unit.startswith("%"))


def _short(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:40] + " ...")


SLIPS: tuple[tuple[float, str], ...] = (
    (-1, "The size is right. Look at the sign."),
    (0.01, "It is a hundred times the answer: is a ratio or a per cent asked for?"),
    (100, "It is a hundredth of the answer: is a per cent or a ratio asked for?"),
    (-0.01, "It is a hundred times the answer, with the other sign: look at both."),
    (-100, "It is a hundredth of the answer, with the other sign: look at both."),
    (0.1, "It is ten times the answer: look at the unit and the decimal point."),
    (10, "It is a tenth of the answer: look at the unit and the decimal point."),
    (0.001, "It is a thousand times the answer: look at the unit."),
    (1000, "It is a thousandth of the answer: look at the unit."),
)
"""What a number that is not right may have gone through: the factor that undoes it, and what to look at."""
