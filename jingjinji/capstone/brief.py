"""Checks of the two-page brief: sections, lengths, verdicts and figures."""

import re
from collections.abc import Iterator
from pathlib import Path

TEMPLATE = Path(__file__).with_name("brief_template.md")
DISTINCT = 0.3  # a section has at least this share of distinct words
FIGURES = 3  # minimum number of figures in a brief
_SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_LIMIT = re.compile(r"^> (\d+) to (\d+) words", re.MULTILINE)
_CLAIM = re.compile(r"\b[A-Z]\d\d\b")
_VERDICT = re.compile(r"\*\*([A-Z][\w-]*), ([^*]+?)\.?\*\*")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
# Decimals, thousands, numbers of three and more digits, and percentages.
_FIGURE = re.compile(
    r"(?<![\w.,])(?:\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d{3,}|\d+(?=\s?(?:%|per ?cent)))(?![\w])"
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def split_sections(text: str) -> list[tuple[str, str]]:
    """Return title and text of each section of a brief in order."""
    parts = _SECTION.split(text)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def read_limits() -> dict[str, tuple[int, int]]:
    """Return the sections that a brief must have, each with its lowest and highest number of
    words."""
    template = split_sections(TEMPLATE.read_text(encoding="utf-8"))
    found = {title: _LIMIT.search(text) for title, text in template}
    return {title: (int(limit[1]), int(limit[2])) for title, limit in found.items() if limit}


def find_problems(text: str, labels: dict[str, str], shown: str, printed: list[str]) -> list[str]:
    """Return what is wrong with a brief, one sentence each.

    `labels` follow from the readings of each claim, `shown` is everything that the notebook
    displays, and `printed` are the numbers of the claims as the article has them.
    """
    limits = read_limits()
    sections = split_sections(text)
    titles = [title for title, _ in sections]
    if titles != list(limits):
        wanted = ", ".join(limits)
        has = ", ".join(titles) or "none"
        return [f"The brief must have the sections {wanted}, in this order; it has {has}."]
    in_sections = [_find_in_section(title, section, *limits[title]) for title, section in sections]
    in_text = [
        *_find_in_verdicts(text, labels),
        *_find_in_figures(text, " ".join([shown, *printed])),
    ]
    return list(filter(None, in_sections)) or in_text


def _find_in_section(title: str, text: str, least: int, most: int) -> str:
    name = f"The brief's section '{title}'"
    visible = re.sub(r"\]\([^)]*\)|\{\w+\}", " ", text)  # without addresses of links
    words = re.findall(r"[^\s|>#*-]+[^\s]*", visible)
    if re.search(r"^>", text, re.MULTILINE):
        return (
            f"{name} still holds the guide of the template; replace the lines that begin with '>'."
        )
    if not words:
        return f"{name} is empty."
    if len(words) > most:
        return f"{name} has {len(words)} words; at most {most} fit on two pages."
    if len(words) < least:
        return f"{name} has {len(words)} words; it needs at least {least}."
    if len({word.lower() for word in words}) / len(words) < DISTINCT:
        return f"{name} repeats the same words."
    return ""


def _find_in_verdicts(text: str, labels: dict[str, str]) -> Iterator[str]:
    verdicts = dict(_VERDICT.findall(text))
    for claim, label in labels.items():
        if claim not in verdicts:
            yield (
                f"The brief gives no verdict on {claim}; begin its paragraph with **{claim},"
                f" {label}.**"
            )
        elif _leave_out_choice(verdicts[claim]) != _leave_out_choice(label):
            yield (
                f"The brief says {verdicts[claim]!r} of {claim}, but its readings make it"
                f" {label!r}."
            )
    if labels and (unknown := sorted({*_CLAIM.findall(text)} - labels.keys())):
        yield f"The brief names {', '.join(unknown)}, which claims.csv does not have."


def _leave_out_choice(label: str) -> str:
    """The same label without the choice that a verdict depends on: whoever writes the brief names
    it."""
    return re.sub(r"depends on [^()]*[^() ]", "depends on", label)


def _find_in_figures(text: str, sources: str) -> Iterator[str]:
    figures = list(dict.fromkeys(_FIGURE.findall(_YEAR.sub(" ", text))))
    if len(figures) < FIGURES:
        yield (
            f"The brief reports fewer than {FIGURES} figures; report what was found, with its unit."
        )
    known = {number.replace(",", "") for number in _NUMBER.findall(sources)}
    if unknown := [figure for figure in figures if figure.replace(",", "") not in known]:
        yield (
            f"The brief gives {', '.join(unknown)}, which the notebook does not show; copy computed"
            " values."
        )
