"""Parse numbers, texts and truth values in the many forms that people write.

"Ｂ", "(B)" and ["B"] are the letter B; Decimal("-31.15"), "−31.15 %." and a Series of one are
-31.15. Ambiguous answers are refused with a sentence that says what to write. `answers.js` does the
same for answers that are typed into a page; `tests/cases.json` tests both.
"""

import decimal
import fractions
import math
import numbers
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

Plain = bool | int | float | str
Values = Mapping[str, Plain]
"""Values by label; the label of a single value is empty."""
NUMBER, TEXT, TRUTH = "number", "text", "truth value"
Labels = list[str] | str | None
ANY = "any"
"""Stands for labels that are not known in advance."""
LONGEST = 1000
"""Number of characters of a text that are parsed."""

# Variants of minus signs, quotation marks, spaces and full stops that keyboards and input methods
# produce.
_MINUS = str.maketrans(dict.fromkeys("‐‒–—−", "-"))
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_QUOTES = " \"'`´“”„‘’‚«»*_"
_AROUND = _QUOTES + ".,;:!?、。"
_BRACKETS = {"()", "[]", "{}", "<>", "「」", "『』", "【】", "《》", "〈〉"}
# Digits in groups of three with one kind of separator.
_GROUPED = r"[0-9]{1,3}(?P<apart>[ ,'’])[0-9]{3}(?:(?P=apart)[0-9]{3})*(?![0-9])"
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?) ?(?P<digits>(?:{_GROUPED}|[0-9]*)(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?)"
    r" ?(?P<unit>[^0-9 ].*)?"
)
_COMMA = re.compile(rf"[+-]? ?(?!{_GROUPED}(?!,))[0-9]+,[0-9]")
# Thousands in some languages, three decimals in others.
_AMBIGUOUS = re.compile(r"[+-]? ?[0-9]{1,3},[0-9]{3}(?! ?[0-9,.])")
_PER_CENT = {"%", "percent", "per cent", "pct"}
_POINTS = {"个百分点", "百分点", "percentage points", "percentage point", "points", "point", "pp"}
# Words beside letters and other options that change nothing; all others may: "not C", "C or D", "C
# after D".
_FILLER = re.compile(
    r"(?<![a-z0-9])(?:the|my|is|it['’]?s?|i|think|choose|chose|pick|answers?|options?|choice"
    r"|letters?|right|correct|true|one|and|und|et|then|dann|puis|next|finally|followed|by|step"
    r"|lines?|order|in|are|(?:math|text)(?:rm|bf)?)"
    r"(?![a-z0-9])|然后|接着|最后|答案|选项|选择|顺序|[我选是为的项再先和与及]"
)
_SAID = re.compile(r"[^\W_]")
_BACKWARD = re.compile(r"<-|<=|←|⇐|⟵")
# A text that is more than a word or name.
_HAN = "[\u3040-\u9fff]"
_SENTENCE = re.compile(
    r"[=:]|(?<![a-z])(?:is|are|was|were|because)(?![a-z])|是|(?:[^ ]+"
    rf" ){{5}}|[a-z].*{_HAN}|{_HAN}.*[a-z]"
)
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
    (1e-4, "It is ten thousand times the answer: look at the unit."),
    (1e4, "It is a ten-thousandth of the answer: look at the unit."),
    (1e-6, "It is a million times the answer: look at the unit."),
    (1e6, "It is a millionth of the answer: look at the unit."),
    (1e-8, "It is a hundred million times the answer: look at the unit."),
    (1e8, "It is a hundred-millionth of the answer: look at the unit."),
)
"""Common slips with numbers: the factor that undoes each, and a remark."""


EMPTY = "empty"


class Unreadable(ValueError):
    """An answer is ambiguous or of the wrong kind; the message is the end of a sentence about it.

    Its `kind` is `EMPTY` for an answer without a value, so that a program need not know the
    sentence.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


def elements(value: object) -> dict[str, object]:
    """List the values of an answer by label: one for a number or text, one for each cell of a
    table.

    Raises `TypeError` for what is no number, text or truth value, or list, mapping, array, Series
    or DataFrame of them.
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
    """Look up types by name, without loading their library: no value has a type that is not
    loaded."""

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
    """Return the kind of an answer's values; raises `ValueError` if there are several kinds, or
    none."""
    kinds = {
        TRUTH if isinstance(v, bool) else NUMBER if isinstance(v, numbers.Real) else TEXT
        for v in values.values()
    }
    if len(kinds) != 1:
        raise ValueError(
            f"an answer must be of one kind, not {', '.join(sorted(kinds)) or 'nothing'}"
        )
    return kinds.pop()


def parse(
    value: object,
    kind: str,
    labels: Labels,
    unit: str = "",
    within: float = 1,
    options: Sequence[str] = (),
) -> dict[str, Plain]:
    """Parse an answer into values of the expected kind, by label.

    `labels` are ``[""]`` for a single value, None for a list of any length, `ANY` for any. Behind
    numbers no other `unit` may be written; where their tolerance `within` is below 1, "41,146" is
    ambiguous. `options` are texts among which the answer is to be found, such as the letters of
    choices. Raises `Unreadable`, whose message says what to write instead.
    """
    if value is ... or value is None:
        says = "has no value yet: complete the cell of your answer, run it, then this one"
        raise Unreadable(says, EMPTY)
    expected = _describe_expected(kind, labels)
    values = _label(_unwrap(value), labels, expected, options)
    if labels is None and list(values) == [""]:
        raise Unreadable(f"is one value; {expected}")
    if labels is None and list(values) != _number_labels(len(values)):
        raise Unreadable(f"has labels ({_name_some(list(values))}); {expected}")
    if labels == ANY and list(values) in ([""], _number_labels(len(values))):
        raise Unreadable(f"has no labels; {expected}")
    if isinstance(labels, list) and set(values) != set(labels):
        if len(values) != len(labels):
            raise Unreadable(f"has {len(values)} values; {expected}")
        unexpected = sorted(set(values) - set(labels))
        raise Unreadable(f"has unexpected labels ({_name_some(unexpected)}); {expected}")
    order = labels if isinstance(labels, list) else list(values)
    return {label: parse_one(values[label], kind, unit, label, within, options) for label in order}


def _number_labels(count: int) -> list[str]:
    return [str(index) for index in range(1, count + 1)]


def _name_some(labels: list[str]) -> str:
    return ", ".join(label[:40] for label in labels[:4])


def _label(
    value: object, labels: Labels, expected: str, options: Sequence[str]
) -> dict[str, object]:
    listed = labels is None or (labels != ANY and labels == _number_labels(len(labels)))
    if listed:
        value = _split(value, options)
    if (
        isinstance(value, _types("pandas.Series"))
        and listed
        and list(value.index) == list(range(len(value)))
    ):
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
        raise Unreadable(
            f"is a {type(value).__name__}, which cannot be checked; {expected}"
        ) from None


def _split(value: object, options: Sequence[str]) -> object:
    """Split a text into a list; `options` are found among arrows, bullets, numbers and words as
    "then"."""
    text = value
    if isinstance(text, Mapping) and set(text) in ({""}, {"1"}):
        text = next(iter(text.values()))  # as it was recorded
    elif isinstance(text, (list, tuple)) and len(text) == 1:
        text = text[0]
    if not isinstance(text, str):
        return value
    if options:
        return _find_order(text, options)
    return [
        part for part in re.split(r"[\s,;，；、>→|/]+", text.strip(_AROUND + "，[](){}")) if part
    ]


def _describe_expected(kind: str, labels: list[str] | str | None) -> str:
    if labels == ANY:
        return f"{kind}s by their labels are expected, in a Series, table or dictionary"
    if labels is None:
        return f"a list of {kind}s is expected"
    if labels == [""]:
        return f"one {kind} is expected"
    shown = (
        ", ".join(labels) if len(labels) <= 6 else f"{labels[0]}, {labels[1]}, ..., {labels[-1]}"
    )
    return f"{len(labels)} of kind {kind} are expected, labelled {shown}"


def parse_one(
    value: object,
    kind: str,
    unit: str = "",
    label: str = "",
    within: float = 1,
    options: Sequence[str] = (),
) -> Plain:
    """Parse one value of the expected kind; raises `Unreadable`, whose message names the label."""
    where = f"({label}) " if label else ""
    value = _unwrap(value)
    if kind == NUMBER:
        return _parse_number(value, unit, where, within)
    if kind == TRUTH:
        return _parse_truth(value, where)
    if not isinstance(value, str):
        raise Unreadable(f"{where}is a {_name_type(value)}; a text in quotation marks is expected")
    where += f"is the text {_shorten(value)}; write "
    if options:
        return _find_one(value, options, where)
    if not (plain := parse_text(value)):
        raise Unreadable(f"{where}a word")
    if _SENTENCE.search(plain):
        raise Unreadable(f"{where}the word or name alone")
    return plain


def _find(text: str, options: Sequence[str]) -> tuple[list[str], str]:
    """Find options and numbers in a normalised text, in their order; returns them and what else it
    says."""
    longest = "|".join(map(re.escape, sorted(options, key=len, reverse=True)))
    known = re.compile(rf"(?<![a-z0-9])(?:{longest}|[0-9]+)(?![a-z0-9])")
    text = _BACKWARD.sub(" from ", text)
    return known.findall(text), _FILLER.sub(" ", known.sub(" ", text))


def _find_one(value: str, options: Sequence[str], where: str) -> str:
    """Find the one option in a text, or in front of a full stop or colon and further words."""
    plain = [*map(parse_text, options)]
    text = _normalise(value.replace("\n", ": "))
    head, _, tail = re.sub("[.)] |: ?", "\n", text, count=1).partition("\n")
    for part, behind in ((parse_text(text), ""), (text, ""), (head, tail)):
        found, rest = _find(part, plain)
        if (
            len(found) == 1
            and found[0] in plain
            and not _SAID.search(rest)
            and not _find(behind, plain)[0]
        ):
            return found[0]
    raise Unreadable(f"{where}one of {', '.join(options[:8])}")


def _find_order(value: str, options: Sequence[str]) -> list[str]:
    """Find options in the order in which a text names them, which may be numbered from 1."""
    plain = [*map(parse_text, options)]
    text = _normalise(value)
    found, rest = _find(text, plain)
    letters = re.sub(r"[\W_]", "", rest)
    if any(part not in plain for part in found) and found[::2] == _number_labels(len(found[::2])):
        found = found[1::2]
    if not found and len({*letters}) == len(letters):
        found = [*letters]
        rest = ""
    if found and {*found} <= {*plain} and not _SAID.search(rest):
        return found
    how = f"write the letters alone, as in {', '.join(options[:2])}"
    raise Unreadable(f"is the text {_shorten(value)}; {how}")


def _name_type(value: object) -> str:
    return "missing value" if value is None or value is ... else type(value).__name__


def _shorten(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:40] + " ...")


def parse_text(value: str) -> str:
    """Normalise a text: width, case, and the punctuation and spaces around it."""
    plain = _normalise(value)
    for _ in range(
        3
    ):  # punctuation may be nested: a full stop after brackets around quotation marks
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


def _parse_number(value: object, unit: str, where: str, within: float) -> int | float:
    if isinstance(value, str):
        value = _parse_written(value, unit, where, within)
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


def _parse_written(value: str, unit: str, where: str, within: float) -> float:
    """Parse a number with or without its unit."""
    # An input method's full stop between digits is a decimal point.
    plain = _normalise(value).strip(_QUOTES).rstrip(_AROUND).replace("。", ".")
    where += f"is the text {_shorten(value)}; write "
    if _COMMA.match(plain):
        raise Unreadable(f"{where}the number with a point, not a comma")
    if 0 < within < 1 and _AMBIGUOUS.match(plain):
        raise Unreadable(f"{where}thousands without a comma, and decimals behind a point")
    match = _NUMBER.fullmatch(plain)
    if not match or not re.search("[0-9]", re.sub("e.*", "", match["digits"])):
        raise Unreadable(f"{where}one number, as in 12.3")
    if match["unit"] and not _is_same_unit(parse_text(match["unit"]), parse_text(unit)):
        raise Unreadable(
            f"{where}the number alone, {f'in the unit {unit}' if unit else 'without a unit'}"
        )
    return float(match["sign"] + re.sub("[ ,'’]", "", match["digits"]))


def _is_same_unit(written: str, unit: str) -> bool:
    """Whether a unit is the expected one or its beginning, as "million" for "million people"."""
    words, expected = (
        [word.removesuffix("s") for word in text.split()] for text in (written, unit)
    )
    if words == expected[: len(words)]:
        return True
    if written in _PER_CENT:
        return any(unit.startswith(word) for word in _PER_CENT)
    return written in _POINTS and (unit in _POINTS or unit.startswith("%"))
