"""A claim's readings as a strip: limits as bands with results on them, an SVG in the page itself.

Readings in the same unit share a scale. Colours come from the style sheet, so the drawing follows the page's
theme; each outcome has its own mark, and the label of the drawing says all that it shows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from html import escape
from itertools import accumulate
from typing import Any

WIDTH, ROW, EDGE = 320, 50, 6
BY_PLACE = 20  # additional height of a row with places
LONGEST = 52  # most characters of a result
APART = 10  # least distance between the letters of two places
_MARKS = {
    "holds": '<circle cx="{x}" cy="{y}" r="5"/>',
    "fails": '<path d="M{x},{y}m-5,-5l10,10m0,-10l-10,10"/>',
    "open": '<circle cx="{x}" cy="{y}" r="4.5"/>',
}
_FOUND = "Reading {reading}: found {found}; to hold it must be {threshold}. It {ends}."
_ENDS = {"holds": "holds", "fails": "fails", "open": "is open"}


def describe(readings: list[dict[str, Any]]) -> str:
    """Describe the strip of these readings for screen readers."""
    return " ".join(_FOUND.format(**r, ends=_ENDS[r["outcome"]]) + list_places(r) for r in readings)


def list_places(reading: dict[str, Any]) -> str:
    """List the numbers of places in words; empty if there are none."""
    places = ", ".join(f"{one['place']} {one['shown']}" for one in reading["places"])
    return f" By place: {places}." if places else ""


def _find_domain(readings: list[dict[str, Any]]) -> tuple[float, float]:
    """Range of everything that is drawn, with room at both ends."""
    values = [value for r in readings for value in (*r["interval"], *r["limits"])]
    values += [one["number"] for r in readings for one in r["places"]]
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    room = 0.15 * (high - low) or 0.05 * abs(high) or 1
    return low - room, high + room


def _draw_text(x: float, y: float, text: str, kind: str) -> str:
    """Draw a label that stays inside the drawing; its letters are about 5.6 wide."""
    half = 2.8 * len(text)
    inside = min(max(x, half + 12), WIDTH - half)
    return f'<text class="{kind}" x="{inside:.1f}" y="{y}" text-anchor="middle">{escape(text)}</text>'


def _draw_line(kind: str, x1: float, x2: float, y1: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1}" y2="{y2}"/>'


def _draw_row(reading: dict[str, Any], domain: tuple[float, float], top: float) -> str:
    first, last = domain

    def place(value: float) -> float:
        return EDGE + (value - first) / (last - first) * (WIDTH - 2 * EDGE)

    low, high = reading["limits"]
    left = EDGE if low is None else place(low)
    right = WIDTH - EDGE if high is None else place(high)
    middle = top + 26
    if low is not None and high is not None and right - left < 60:
        labels = _draw_text((left + right) / 2, middle + 20, reading["threshold"], "limit")
    else:
        limits = zip((left, right), reading["shown_limits"], strict=True)
        labels = "".join(_draw_text(x, middle + 20, text, "limit") for x, text in limits if text)
    start, end = map(place, reading["interval"])
    # An interval without a number has its mark in the middle.
    x = (start + end) / 2 if reading["number"] is None else place(reading["number"])
    # A long result is cut in its unit, never in its period.
    period = reading["period"] and f", {reading['period']}"
    result = textwrap.shorten(reading["measured"], LONGEST - len(period), placeholder=" …") + period
    mark = _MARKS[reading["outcome"]].format(x=f"{x:.1f}", y=middle)
    return (
        f'<g class="{reading["outcome"]}">'
        f'<text class="letter" x="0" y="{top + 12}">{reading["reading"]}</text>'
        f'<line class="axis" x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{middle}" y2="{middle}"/>'
        f'<rect class="band" x="{left:.1f}" y="{middle - 8}" width="{max(right - left, 2):.1f}" height="16"/>'
        f"{_draw_line('interval', start, end, middle, middle)}"
        f"{mark}{_draw_text(x, top + 12, result, 'number')}{labels}{_draw_places(reading, place, top)}</g>"
    )


def _draw_places(reading: dict[str, Any], place: Callable[[float], float], top: float) -> str:
    """Draw a tick at the axis for each place, and its first letters below the limits."""
    drawing, last = [], float("-inf")
    short = shorten([one["place"] for one in reading["places"]])
    for one in sorted(reading["places"], key=lambda one: one["number"]):
        x = place(one["number"])
        last = max(x, last + APART)
        ticks = (
            _draw_line("place", x, x, top + 29, top + 37),
            _draw_line("place", last, last, top + 49, top + 53),
        )
        drawing += [*ticks, _draw_text(last, top + 63, short[one["place"]], "limit")]
    return "".join(drawing)


def shorten(names: list[str]) -> dict[str, str]:
    """Shorten names to the fewest first letters that tell them apart."""
    short = {}
    for name in names:
        starts = (name[:length] for length in range(1, len(name)))
        short[name] = next((s for s in starts if sum(other.startswith(s) for other in names) == 1), name)
    return short


def draw(readings: list[dict[str, Any]]) -> str:
    """Draw readings that have a result as SVG; empty if none has."""
    drawn = [reading for reading in readings if reading["found"]]
    if not drawn:
        return ""
    domains = {
        r["unit"]: _find_domain([other for other in drawn if other["unit"] == r["unit"]]) for r in drawn
    }
    tops = list(accumulate((ROW + BY_PLACE * bool(r["places"]) for r in drawn), initial=0))
    rows = "".join(_draw_row(r, domains[r["unit"]], top) for top, r in zip(tops, drawn, strict=False))
    height = tops[-1]
    return (
        f'<svg class="strip" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'aria-label="{escape(describe(drawn))}">{rows}</svg>'
    )
