"""Parse numbers, texts and truth values in the many forms that people write.

"Ｂ", "(B)" and ["B"] are the letter B; Decimal("-31.15"), "−31.15 %." and a Series of one are -31.15.
Ambiguous answers are refused with a sentence that says what to write. `answers.js` does the same for answers
that are typed into a page; `tests/cases.json` tests both.
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
"""Values by label; the label of a single value is empty."""
NUMBER, TEXT, TRUTH = "number", "text", "truth value"
ANY = "any"
"""Stands for labels that are not known in advance."""
LONGEST = 1000
"""Number of characters of a text that are parsed."""

# Variants of minus signs, quotation marks, spaces and full stops that keyboards and input methods produce.
_MINUS = str.maketrans(dict.fromkeys("‐‒–—−", "-"))
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_QUOTES = " \"'`´“”„‘’‚«»"
_AROUND = _QUOTES + ".,;:!?、。"
_BRACKETS = {"()", "[]", "{}", "<>", "「」", "『』", "【】", "《》", "〈〉"}
# Digits in groups of three with one kind of separator.
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
"""Common slips with numbers: the factor that undoes each, and a remark."""


class Unreadable(ValueError):
    """An answer is ambiguous or of the wrong kind; the message is the end of a sentence about it."""


def elements(value: object) -> dict[str, object]:
    """List the values of an answer by label: one for a number or text, one for each cell of a table.

    Raises
    ------
    TypeError
        If `value` is not a number, text or truth value, or a list, mapping, array, Series or DataFrame of
        them.
    """
    value = _unwrap(value)
    if isinstance(value, _types("pandas.DataFrame")):
        return {f"{r} / {c}": _unwrap(value.loc[r, c]) for c in value.columns for r in value.index}
    if isinstance(value, _types(Mapping, "pandas.Series")):
        return {str(label): _unwrap(item) for label, item in value.items()}
    if isinstance(value, _types(list, tuple, *_LISTS)):
        return {str(index): _unwrap(item) for index, item in enumerate(value, start=1)}
    if isinstance(value, (bool, numbers.Real, str)):
        return {"": value}
    raise TypeError(f"a value of type {type(value).__name__} cannot be checked")


def _types(*kinds: str | type) -> tuple[Any, ...]:
    """Look up types by name, without loading their library: no value has a type that is not loaded."""

    def look_up(library: str, name: str) -> Any:
        return getattr(sys.modules.get(library), name, ())

    return tuple(look_up(*kind.split(".")) if isinstance(kind, str) else kind for kind in kinds)


def _unwrap(value: object) -> object:
    """Convert scalars of NumPy, decimals and fractions to Python's plain types."""
    if isinstance(value, _types("numpy.ndarray")) and value.ndim == 0:
        value = value[()]
    if isinstance(value, _types("numpy.generic")):
        return value.item()
    if isinstance(value, (decimal.Decimal, fractions.Fraction)):
        return float(value)
    return value


def kind_of(values: Values) -> str:
    """Return the kind of an answer's values; raises `ValueError` if there are several kinds, or none."""
    kinds = {
        TRUTH if isinstance(v, bool) else NUMBER if isinstance(v, numbers.Real) else TEXT
        for v in values.values()
    }
    if len(kinds) != 1:
        raise ValueError(f"an answer must be of one kind, not {', '.join(sorted(kinds)) or 'nothing'}")
    return kinds.pop()


def parse(value: object, kind: str, labels: list[str] | str | None, unit: str = "") -> dict[str, Plain]:
    """Parse an answer into values of the expected kind, by label.

    Parameters
    ----------
    value
        The answer.
    kind
        "number", "text" or "truth value".
    labels
        Expected labels; ``[""]`` for a single value, None for a list of any length, `ANY` for any.
    unit
        Unit of the numbers; no other unit may be written behind them.

    Raises
    ------
    Unreadable
        If the answer cannot be parsed; the message says what to write instead.
    """
    if value is ... or value is None:
        raise Unreadable("has no value yet: complete the cell of your answer, run it, then this one")
    expected = _describe_expected(kind, labels)
    values = _label(_unwrap(value), kind, labels, expected)
    if labels is None and list(values) == [""]:
        raise Unreadable(f"is one value; {expected}")
    if labels is None and list(values) != _number_labels(len(values)):
        raise Unreadable(f"has labels ({_name_some(list(values))}); {expected}")
    if isinstance(labels, list) and set(values) != set(labels):
        if len(values) != len(labels):
            raise Unreadable(f"has {len(values)} values; {expected}")
        unexpected = sorted(set(values) - set(labels))
        raise Unreadable(f"has unexpected labels ({_name_some(unexpected)}); {expected}")
    order = labels if isinstance(labels, list) else list(values)
    return {label: parse_one(values[label], kind, unit, label) for label in order}


def _number_labels(count: int) -> list[str]:
    return [str(index) for index in range(1, count + 1)]


def _name_some(labels: list[str]) -> str:
    return ", ".join(label[:40] for label in labels[:4])


def _label(value: object, kind: str, labels: list[str] | str | None, expected: str) -> dict[str, object]:
    listed = labels is None or (labels != ANY and labels == _number_labels(len(labels)))
    if listed:
        value = _split(value, kind, len(labels or ()))
    if isinstance(value, _types("pandas.Series")) and listed and list(value.index) == list(range(len(value))):
        value = list(value)
    if labels == [""]:
        for _ in range(3):  # a single value may be nested, as in [[1]]
            if isinstance(value, _types("pandas.DataFrame")) and value.size == 1:
                value = value.iloc[0, 0]
            elif isinstance(value, _types(list, tuple, set, frozenset, *_LISTS)):
                value = _unwrap(next(iter(value))) if len(value) == 1 else value
    try:
        return elements(value)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise Unreadable(f"is a {type(value).__name__}, which cannot be checked; {expected}") from None


def _split(value: object, kind: str, count: int) -> object:
    """Split a text into a list: "C, E, D"; also "CED" or "C-E-D" where `count` letters are expected."""
    text = value
    if isinstance(text, Mapping) and set(text) in ({""}, {"1"}):
        text = next(iter(text.values()))  # as it was recorded
    elif isinstance(text, (list, tuple)) and len(text) == 1:
        text = text[0]
    if not isinstance(text, str):
        return value
    parts = [part for part in re.split(r"[\s,;，；、>→|/]+", text.strip(_AROUND + "，[](){}")) if part]
    letters = re.sub(r"\W", "", text)
    if kind == TEXT and len(parts) == 1 and len(letters) == count:
        return list(letters)
    return parts


def _describe_expected(kind: str, labels: list[str] | str | None) -> str:
    if labels == ANY:
        return f"values of kind {kind} are expected"
    if labels is None:
        return f"a list of {kind}s is expected"
    if labels == [""]:
        return f"one {kind} is expected"
    shown = ", ".join(labels) if len(labels) <= 6 else f"{labels[0]}, {labels[1]}, ..., {labels[-1]}"
    return f"{len(labels)} of kind {kind} are expected, labelled {shown}"


def parse_one(value: object, kind: str, unit: str = "", label: str = "") -> Plain:
    """Parse one value of the expected kind; raises `Unreadable`, whose message names the label."""
    where = f"({label}) " if label else ""
    value = _unwrap(value)
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
    """Normalise a text: width, case, and the punctuation and spaces around it."""
    plain = _normalise(value)
    for _ in range(3):  # punctuation may be nested: a full stop after brackets around quotation marks
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
    """Parse a number with or without its unit."""
    # An input method's full stop between digits is a decimal point.
    plain = _normalise(value).strip(_QUOTES).rstrip(_AROUND).replace("。", ".")
    where += f"is the text {_shorten(value)}; write "
    if _COMMA.match(plain):
        raise Unreadable(f"{where}the number with a point, not a comma")
    match = _NUMBER.fullmatch(plain)
    if not match or not re.search("[0-9]", re.sub("e.*", "", match["digits"])):
        raise Unreadable(f"{where}one number, as in 12.3")
    if match["unit"] and not _is_same_unit(parse_text(match["unit"]), parse_text(unit)):
        raise Unreadable(f"{where}the number alone, {f'in the unit {unit}' if unit else 'without a unit'}")
    return float(match["sign"] + re.sub("[ ,'’]", "", match["digits"]))


def _is_same_unit(written: str, unit: str) -> bool:
    """Whether a unit is the expected one or its beginning, as "million" for "million people"."""
    words, expected = ([word.removesuffix("s") for word in text.split()] for text in (written, unit))
    if words == expected[: len(words)]:
        return True
    if written in _PER_CENT:
        return any(unit.startswith(word) for word in _PER_CENT)
    return written in _POINTS and (unit in _POINTS or unit.startswith("%"))
