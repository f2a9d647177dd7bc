"""The numbers that decide a claim on one scale, limits as bands with results on them: an SVG in the page.

Colours come from the style sheet, so the drawing follows the page's theme; each outcome has its own mark, and
the label of the drawing says all that it shows.
"""

import textwrap
from collections import Counter
from html import escape
from typing import Any

from sealed_readings import rule

WIDTH, ROW, EDGE = 270, 17, 7
LETTER = 5.8  # width of a letter
MOST = 28  # most letters of a result beside the scale
_MARKS = {
    rule.HOLDS: '<circle cx="{x:.1f}" cy="{y}" r="4.2"/>',
    rule.FAILS: '<path d="M{x:.1f},{y}m-4,-4l8,8m0,-8l-8,8"/>',
}
_FOUND = "Reading {reading}: found {found}; to hold it must be {threshold}. It {outcome}."


def choose(readings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Numbers that decide the core. A strip shows those in the unit that most of them share."""
    numbers = [one for one in readings if one["part"] == rule.CORE and one["found"]]
    return [one for one in numbers if one["outcome"] in _MARKS and not (one["beside"] or one["same_as"])]


def name_unit(reading: dict[str, Any]) -> str:
    """The unit of a reading without what it is measured of: "minutes" of "minutes, fastest train"."""
    return str(reading["unit"]).partition(",")[0]


def list_places(reading: dict[str, Any]) -> str:
    """List the numbers of places in words; empty if there are none."""
    places = ", ".join(f"{one['place']} {one['shown']}" for one in reading["places"])
    return f" By place: {places}." if places else ""


def draw(readings: list[dict[str, Any]]) -> str:
    """Draw the numbers that decide as SVG; empty if there are none."""
    if not (deciding := choose(readings)):
        return ""
    unit, _ = Counter(map(name_unit, deciding)).most_common(1)[0]
    drawn = [one for one in deciding if name_unit(one) == unit]
    unit = drawn[0]["unit"] if len({one["unit"] for one in drawn}) == 1 else unit
    values = [value for one in drawn for value in (*one["interval"], *one["limits"]) if value is not None]
    room = 0.15 * (max(values) - min(values)) or 0.05 * abs(values[0]) or 1
    texts = [_write(one) for one in drawn]
    left, first, last = LETTER * max(map(len, texts)) + EDGE, min(values) - room, max(values) + room

    def place(value: float) -> float:
        return left + (value - first) / (last - first) * (WIDTH - EDGE - left)

    more = f" ({len(deciding) - len(drawn)} more in other units)" if len(deciding) > len(drawn) else ""
    heads = textwrap.wrap(unit + more, int(WIDTH / LETTER))
    parts = [f'<text class="limit" x="0" y="{10 + ROW * n}">{escape(s)}</text>' for n, s in enumerate(heads)]
    limits: dict[float, str] = {}
    for order, (one, text) in enumerate(zip(drawn, texts, strict=True), start=len(heads)):
        y = order * ROW + 5
        low, high = one["limits"]
        start, end = left if low is None else place(low), WIDTH - EDGE if high is None else place(high)
        limits |= {x: shown for x, shown in zip((start, end), one["shown_limits"], strict=True) if shown}
        begin, stop = map(place, one["interval"])
        # An interval without a number has its mark in the middle.
        x = (begin + stop) / 2 if one["number"] is None else place(one["number"])
        parts.append(
            f'<g class="{one["outcome"]}"><text class="number" x="0" y="{y + 4}">{escape(text)}</text>'
            f'<line class="axis" x1="{left:.1f}" x2="{WIDTH - EDGE}" y1="{y}" y2="{y}"/>'
            f'<rect class="band" x="{start:.1f}" y="{y - 6}" width="{max(end - start, 2):.1f}" height="12"/>'
            f'<line class="interval" x1="{begin:.1f}" x2="{stop:.1f}" y1="{y}" y2="{y}"/>'
            f"{_MARKS[one['outcome']].format(x=x, y=y)}</g>"
        )
    height, free = (len(heads) + len(drawn) + 1) * ROW - 4, left
    for x, shown in sorted(limits.items()):
        half = LETTER * len(shown) / 2
        middle = min(max(x, left + half), WIDTH - half)
        if middle - half >= free:  # a limit that has no room is said in words only
            parts.append(
                f'<text class="limit" x="{middle:.1f}" y="{height - 4}" text-anchor="middle">{shown}</text>'
            )
            free = middle + half + LETTER
    return (
        f'<svg class="strip" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'aria-label="{escape(" ".join(_FOUND.format(**one) for one in drawn))}">{"".join(parts)}</svg>'
    )


def _write(reading: dict[str, Any]) -> str:
    """Letter, number and period of a reading. A long number is cut, a period never."""
    number = reading["measured"].removesuffix(f" {reading['unit']}").removeprefix(f"{reading['unit']} ")
    period = f", {reading['period']}" if reading["period"] else ""
    number = textwrap.shorten(number.partition(" (")[0], max(MOST - len(period), 8), placeholder="…")
    return f"{reading['reading']} {number}{period}"
