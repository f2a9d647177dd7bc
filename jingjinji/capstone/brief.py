"""The two-page brief: its sections and their lengths as the template gives them, its claims and its
numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TEMPLATE = Path(__file__).with_name("brief_template.md")
# A section that says something has this share of the words that fit, and does not say the same word over.
LEAST, DISTINCT = 0.25, 0.3
FIGURES = 3  # a brief that reports findings has so many
_SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_LIMIT = re.compile(r"^> At most (\d+) words", re.MULTILINE)
_NAMED = re.compile(r"\b[A-Z]\d\d\b")
_VERDICT = re.compile(r"\*\*([A-Z][\w-]*), ([^*]+?)\.?\*\*")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
# What a reader takes for a figure: decimals, thousands, three digits and more, and percentages.
_FIGURE = re.compile(
    r"(?<![\w.,])(?:\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d{3,}|\d+(?=\s?(?:%|per ?cent)))(?![\w])"
)
_ANY = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Section:
    """A section of a brief: its title and its text."""

    title: str
    text: str

    @property
    def words(self) -> int:
        """Words of the section; a link counts for the words that are seen."""
        return len(self._seen())

    @property
    def distinct(self) -> float:
        """The share of the words that are not said before."""
        seen = self._seen()
        return len({word.lower() for word in seen}) / len(seen)

    def _seen(self) -> list[str]:
        text = re.sub(r"\]\([^)]*\)|\{\w+\}", " ", self.text)
        return re.findall(r"[^\s|>#*-]+[^\s]*", text)


def split_sections(text: str) -> list[Section]:
    """The sections of a brief in order."""
    parts = _SECTION.split(text)
    return [Section(title, body.strip()) for title, body in zip(parts[1::2], parts[2::2], strict=True)]


def read_limits() -> dict[str, int]:
    """The sections that a brief must have, with the most words of each."""
    template = split_sections(TEMPLATE.read_text(encoding="utf-8"))
    limits = {section.title: _LIMIT.search(section.text) for section in template}
    return {title: int(limit[1]) for title, limit in limits.items() if limit}


def find_problems(text: str, labels: dict[str, str], shown: str, printed: list[str]) -> list[str]:
    """What is wrong with a brief; `labels` are those that follow from the readings of each claim, `shown` all
    that the notebook displays, `printed` the numbers of the claims as their article prints them."""
    most, held = read_limits(), split_sections(text)
    titles = [section.title for section in held]
    if titles != list(most):
        return [
            f"The brief must have the sections {', '.join(most)}, in this order; "
            f"it has {', '.join(titles) or 'none'}."
        ]
    found = []
    for section in held:
        where = f"The brief's section '{section.title}'"
        if re.search(r"^>", section.text, re.MULTILINE):
            found.append(
                f"{where} still holds the guide of the template; replace the lines that begin with '>'."
            )
        elif not section.words:
            found.append(f"{where} is empty.")
        elif section.words > most[section.title]:
            found.append(
                f"{where} has {section.words} words; at most {most[section.title]} fit on two pages."
            )
        elif section.words < (least := round(most[section.title] * LEAST)):
            found.append(f"{where} has {section.words} words; what it is for takes at least {least}.")
        elif section.distinct < DISTINCT:
            found.append(f"{where} says the same words over and over.")
    if found:
        return found
    said = dict(_VERDICT.findall(text))
    for claim, label in labels.items():
        if claim not in said:
            found.append(
                f"The brief gives no verdict on {claim}; begin its paragraph with **{claim}, {label}.**"
            )
        elif said[claim] != label:
            found.append(f"The brief says {said[claim]!r} of {claim}, but its readings make it {label!r}.")
    if odd := sorted({*_NAMED.findall(text)} - labels.keys()) if labels else []:
        found.append(f"The brief names {', '.join(odd)}, which claims.csv has not.")
    if len(_figures(text)) < FIGURES:
        found.append(f"The brief reports fewer than {FIGURES} figures; say what was found, with its unit.")
    if odd := _figures_of_nobody(text, shown, printed):
        found.append(
            f"The brief gives {', '.join(odd)}, which the notebook does not show; copy what it computed."
        )
    return found


def _figures(text: str) -> list[str]:
    return list(dict.fromkeys(_FIGURE.findall(_YEAR.sub(" ", text))))


def _figures_of_nobody(text: str, shown: str, own: list[str]) -> list[str]:
    known = {number.replace(",", "").rstrip(".") for number in _ANY.findall(" ".join([shown, *own]))}
    return [figure for figure in _figures(text) if figure.replace(",", "") not in known]
