"""Units: on the axes of every chart, and after the numbers of every card."""

from __future__ import annotations

import itertools
import re

_HAS_UNIT = re.compile(r"\(.+\)|%|[Yy]ear$|^Number of|^Share")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
# A number and the word after it, which names its unit or what is counted.
_NUMBER = re.compile(r"(?<![\w.,])[-+]?\d[\d,]*(?:\.\d+)?(?:\s*(%|[^\W\d_][\w-]*))?")
_NO_UNIT = {"and", "or", "to", "of", "in", "on", "by", "at", "for", "from", "with", "than", "against", "the"}


def split_panels(spec: dict) -> list[list[dict]]:
    """The views of a chart by the axes that they share: layers lie on one panel, the rest side by side."""
    for key in ("concat", "hconcat", "vconcat"):
        if key in spec:
            return [panel for part in spec[key] for panel in split_panels(part)]
    if "spec" in spec:  # a facet or a repetition
        return split_panels(spec["spec"])
    layers = [view for part in spec.get("layer", []) for panel in split_panels(part) for view in panel]
    return [[spec, *layers]]


def find_axis_problems(spec: dict) -> list[str]:
    """Each numeric axis of a chart whose title names no unit."""
    problems = []
    for channel, panel in itertools.product(("x", "y"), split_panels(spec)):
        definitions = [view["encoding"][channel] for view in panel if channel in view.get("encoding", {})]
        quantities = [d for d in definitions if d.get("type") == "quantitative" and "field" in d]
        if not quantities or all(d.get("axis", "") is None for d in quantities):
            continue
        titles = {d.get("title") or (d.get("axis") or {}).get("title") for d in quantities} - {None}
        if not any(_HAS_UNIT.search(str(title)) for title in titles):
            problems.append(f"the {channel} axis names no unit (titles: {sorted(map(str, titles))})")
    return problems


def find_without_unit(text: str) -> list[str]:
    """Parts of a text, between semicolons, whose last number is followed by neither a unit nor a noun.

    Numbers before the last share its unit; years need none.
    """
    bare = []
    for part in text.split(";"):
        numbers = list(_NUMBER.finditer(_YEAR.sub("", part)))
        if numbers and (numbers[-1][1] or "and").lower() in _NO_UNIT:
            bare.append(part.strip())
    return bare


def find_problems(charts: dict[int, dict], cards: list[dict]) -> list[str]:
    """What lacks a unit, a sentence each; `charts` are specifications by the number of their cell."""
    found = [
        f"The chart of cell {cell}: {problem}; write it in brackets, as in 'GDP (100m yuan)'."
        for cell, spec in charts.items()
        for problem in find_axis_problems(spec)
    ]
    found += [
        f"The card on {card['claim']}: a number in `found` has no unit: {part!r}."
        for card in cards
        for part in find_without_unit(card["found"])
    ]
    if not charts:
        found.append("The notebook has no chart; show at least one comparison as a chart made with Altair.")
    return found
