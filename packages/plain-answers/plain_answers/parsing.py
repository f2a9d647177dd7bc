"""Parse answers as they are meant: numbers, texts and truth values in the many forms that people write.

"Ｂ", "(B)" and ["B"] are the letter B; Decimal("-31.15"), "−31.15 %." and a Series of one are -31.15.
What cannot be parsed for sure is refused with a sentence that says what to write. `answers.js` does the same
with what is typed into a page; `tests/cases.json` holds both to it.
"""

from __future__ import annotations

import decimal
import fractions
import math
import numbers
import re
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any

Plain = bool | int | float | str
Values = Mapping[str, Plain]
"""Single values by label; the label of an answer that is one value is empty."""
NUMBER, TEXT, TRUTH = "number", "text", "truth value"
ANY = "any"
"""In place of labels: they are not known in advance."""
LONGEST = 1000
"""Characters of a text that are parsed."""

# Minus signs, quotation marks, spaces and full stops that keyboards and input methods write for plain ones.
_MINUS = str.maketrans(dict.fromkeys("‐‒–—−", "-"))
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_QUOTES = " \"'`´“”„‘’‚«»"
_AROUND = _QUOTES + ".,;:!?、。"
_BRACKETS = {"()", "[]", "{}", "<>", "「」", "『』", "【】", "《》", "〈〉"}
# Digits in groups of three, all set apart by one sign, or none apart.
_GROUPED = r"[0-9]{1,3}(?P<apart>[ ,'’])[0-9]{3}(?:(?P=apart)[0-9]{3})*(?![0-9])"
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?) ?(?P<digits>(?:{_GROUPED}|[0-9]*)(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?) ?(?P<unit>[^0-9 ].*)?"
)
_COMMA = re.compile(rf"[+-]? ?(?!{_GROUPED}(?!,))[0-9]+,[0-9]")
_PER_CENT = {"%", "percent", "per cent", "pct"}
_POINTS = {"个百分点", "百分点", "percentage points", "percentage point", "points", "point", "pp"}
_LISTS = ("numpy.ndarray", "pandas.Series", "pandas.Index")
_TRUE, _FALSE = {"true", "yes", "是", "对"}, {"false", "no", "否", "错"}

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


class Unreadable(ValueError):
    """An answer that cannot be parsed for sure; the message is the end of a sentence about it."""


def elements(value: object) -> dict[str, object]:
    """The single values of an answer by label: one for a number or a text, one a cell for a table.

    Raises
    ------
    TypeError
        For anything but numbers, texts, truth values, and lists, mappings, Series, arrays or DataFrames of
        them.
    """
    value = _bare(value)
    if isinstance(value, _types("pandas.DataFrame")):
        return {f"{r} / {c}": _bare(value.loc[r, c]) for c in value.columns for r in value.index}
    if isinstance(value, _types(Mapping, "pandas.Series")):
        return {str(label): _bare(item) for label, item in value.items()}
    if isinstance(value, _types(list, tuple, *_LISTS)):
        return {str(index): _bare(item) for index, item in enumerate(value, start=1)}
    if isinstance(value, (bool, numbers.Real, str)):
        return {"": value}
    raise TypeError(f"a value of type {type(value).__name__} cannot be checked")


def _types(*kinds: str | type) -> tuple[Any, ...]:
    """Types, some by name; nothing is of those whose library nobody loaded, which takes a second and more."""
    return tuple(
        one if isinstance(one, type) else getattr(sys.modules.get(one.split(".")[0]), one.split(".")[1], ())
        for one in kinds
    )


def _bare(value: object) -> object:
    """A value of Python's own kinds, where it is one of NumPy's, pandas' or an exact one."""
    if isinstance(value, _types("numpy.ndarray")) and value.ndim == 0:
        value = value[()]
    if isinstance(value, _types("numpy.generic")):
        return value.item()
    if isinstance(value, (decimal.Decimal, fractions.Fraction)):
        return float(value)
    return value


def kind_of(values: Values) -> str:
    """What the values of an answer are. Raises `ValueError` where they are of several kinds, or none."""
    kinds = {
        TRUTH if isinstance(v, bool) else NUMBER if isinstance(v, numbers.Real) else TEXT
        for v in values.values()
    }
    if len(kinds) != 1:
        raise ValueError(f"an answer must be of one kind, not {', '.join(sorted(kinds)) or 'nothing'}")
    return kinds.pop()


def parse(value: object, kind: str, labels: list[str] | str | None, unit: str = "") -> dict[str, Plain]:
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
        If it cannot be parsed; the message says what to write instead.
    """
    if value is ... or value is None:
        raise Unreadable("has no value yet: complete the cell of your answer, run it, then this one")
    wanted = _wanted(kind, labels)
    given = _labelled(_bare(value), kind, labels, wanted)
    if labels is None and list(given) == [""]:
        raise Unreadable(f"is one value; {wanted}")
    if labels is None and list(given) != _count_off(len(given)):
        raise Unreadable(f"has labels ({_name_some(given)}); {wanted}")
    if isinstance(labels, list) and set(given) != set(labels):
        if len(given) != len(labels):
            raise Unreadable(f"has {len(given)} values; {wanted}")
        raise Unreadable(f"has unexpected labels ({_name_some(set(given) - set(labels))}); {wanted}")
    order = labels if isinstance(labels, list) else list(given)
    return {label: parse_one(given[label], kind, unit, label) for label in order}


def _count_off(count: int) -> list[str]:
    """The labels of a list of so many values."""
    return [str(index) for index in range(1, count + 1)]


def _name_some(labels: set[str] | dict[str, object]) -> str:
    shown = sorted(labels) if isinstance(labels, set) else labels
    return ", ".join([label[:40] for label in shown][:4])


def _labelled(value: object, kind: str, labels: list[str] | str | None, wanted: str) -> dict[str, object]:
    listed = labels is None or (labels != ANY and labels == _count_off(len(labels)))
    if listed:
        value = _split(value, kind, len(labels or ()))
    if isinstance(value, _types("pandas.Series")) and listed and list(value.index) == list(range(len(value))):
        value = list(value)
    if labels == [""]:
        for _ in range(3):  # one in a list, in a table of one cell, in a list of one list
            if isinstance(value, _types("pandas.DataFrame")) and value.size == 1:
                value = value.iloc[0, 0]
            elif isinstance(value, _types(list, tuple, set, frozenset, *_LISTS)):
                value = _bare(next(iter(value))) if len(value) == 1 else value
    try:
        return elements(value)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise Unreadable(f"is a {type(value).__name__}, which cannot be checked; {wanted}") from None


def _split(value: object, kind: str, count: int) -> object:
    """A list of what a text lists: "C, E, D"; also "CED" or "C-E-D", where `count` letters are asked for."""
    one = value
    if isinstance(one, Mapping) and set(one) in ({""}, {"1"}):
        one = next(iter(one.values()))  # as it was recorded
    elif isinstance(one, (list, tuple)) and len(one) == 1:
        one = one[0]
    if not isinstance(one, str):
        return value
    parts = [part for part in re.split(r"[\s,;，；、>→|/]+", one.strip(_AROUND + "，[](){}")) if part]
    letters = re.sub(r"\W", "", one)
    if kind == TEXT and len(parts) == 1 and len(letters) == count:
        return list(letters)
    return parts


def _wanted(kind: str, labels: list[str] | str | None) -> str:
    if labels == ANY:
        return f"values of kind {kind} are expected"
    if labels is None:
        return f"a list of {kind}s is expected"
    if labels == [""]:
        return f"one {kind} is expected"
    shown = ", ".join(labels) if len(labels) <= 6 else f"{labels[0]}, {labels[1]}, ..., {labels[-1]}"
    return f"{len(labels)} of kind {kind} are expected, labelled {shown}"


def parse_one(value: object, kind: str, unit: str = "", label: str = "") -> Plain:
    """One value in the kind that is expected. Raises `Unreadable`, whose message names the label."""
    where = f"({label}) " if label else ""
    value = _bare(value)
    if kind == NUMBER:
        return _parse_number(value, unit, where)
    if kind == TRUTH:
        return _parse_truth(value, where)
    if not isinstance(value, str):
        raise Unreadable(f"{where}is a {_name_type(value)}; a text in quotation marks is expected")
    if plain := parse_text(value):
        return plain
    raise Unreadable(f"{where}is the text {_shorten(value)}; write a word")


def _name_type(value: object) -> str:
    return "missing value" if value is None or value is ... else type(value).__name__


def _shorten(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:40] + " ...")


def parse_text(value: str) -> str:
    """A text without what only looks different: width, case, and the marks and spaces around it."""
    plain = _normalise(value)
    for _ in range(3):  # a point behind a bracket around a quotation
        plain = plain.strip(_AROUND)
        if plain[:1] + plain[-1:] in _BRACKETS:
            plain = plain[1:-1]
    letter = re.fullmatch(r"(\w)[)\]]", plain)
    return letter[1] if letter else plain


def _normalise(value: str) -> str:
    wide = unicodedata.normalize("NFKC", value[: 4 * LONGEST])
    return " ".join(_UNSEEN.sub("", wide)[:LONGEST].translate(_MINUS).lower().split())


def _parse_truth(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and parse_text(value) in _TRUE | _FALSE:
        return parse_text(value) in _TRUE
    raise Unreadable(f"{where}is a {_name_type(value)}; write True or False")


def _parse_number(value: object, unit: str, where: str) -> int | float:
    if isinstance(value, str):
        value = _parse_written(value, unit, where)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise Unreadable(f"{where}is a {_name_type(value)}; a number is expected")
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        kind = "not a number" if value != value else "infinite"
        raise Unreadable(f"{where}is {kind}; a finite number is expected")
    return value if isinstance(value, int) else float(value)


def _parse_written(value: str, unit: str, where: str) -> float:
    """The number that a text holds, with its unit or without."""
    # An input method's full stop between digits is a decimal point.
    plain = _normalise(value).strip(_QUOTES).rstrip(_AROUND).replace("。", ".")
    where += f"is the text {_shorten(value)}; write "
    if _COMMA.match(plain):
        raise Unreadable(f"{where}the number with a point, not a comma")
    found = _NUMBER.fullmatch(plain)
    if not found or not re.search("[0-9]", re.sub("e.*", "", found["digits"])):
        raise Unreadable(f"{where}one number, as in 12.3")
    if found["unit"] and not _is_same_unit(parse_text(found["unit"]), parse_text(unit)):
        raise Unreadable(f"{where}the number alone, {f'in the unit {unit}' if unit else 'without a unit'}")
    return float(found["sign"] + re.sub("[ ,'’]", "", found["digits"]))


def _is_same_unit(given: str, unit: str) -> bool:
    """Whether a unit is the one that is asked for, or how it begins: "million" for "million people"."""
    words, asked = ([word.removesuffix("s") for word in text.split()] for text in (given, unit))
    if words == asked[: len(words)]:
        return True
    if given in _PER_CENT:
        return any(unit.startswith(word) for word in _PER_CENT)
    return given in _POINTS and (unit in _POINTS or unit.startswith("%"))
