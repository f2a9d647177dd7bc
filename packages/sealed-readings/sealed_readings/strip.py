"""A claim's readings as a strip: the limits as a band, on it what was found, drawn in the page itself.

Readings in the same unit share a scale. Colours come from the style sheet, so the drawing follows the page
into the dark; each outcome has a mark of its own, and the words of the strip say all that it shows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from html import escape
from itertools import accumulate
from typing import Any

WIDTH, ROW, EDGE = 320, 50, 6
BY_PLACE = 20  # what a row with places is higher
LONGEST = 52  # letters of what was found
APART = 10  # least distance of two places' letters
_MARKS = {
    "holds": '<circle cx="{x}" cy="{y}" r="5"/>',
    "fails": '<path d="M{x},{y}m-5,-5l10,10m0,-10l-10,10"/>',
    "open": '<circle cx="{x}" cy="{y}" r="4.5"/>',
}


_FOUND = "Reading {reading}: found {found}; to hold it must be {threshold}. "
_ENDS = {"holds": "It holds.", "fails": "It fails.", "open": "It is open."}


def describe(readings: list[dict[str, Any]]) -> str:
    """What the strip of these readings shows, for those who do not see it."""
    return " ".join(_FOUND.format(**r) + _ENDS.get(r["outcome"], "") + list_places(r) for r in readings)


def list_places(reading: dict[str, Any]) -> str:
    """The numbers of single places in words; empty where there are none."""
    said = ", ".join(f"{one['place']} {one['shown']}" for one in reading["places"])
    return f" By place: {said}." if said else ""


def _bound(readings: list[dict[str, Any]]) -> tuple[float, float]:
    """From the least to the greatest that is shown, with room at both ends."""
    shown = [value for r in readings for value in (*r["interval"], *r["limits"])]
    shown += [one["number"] for r in readings for one in r["places"]]
    known = [value for value in shown if value is not None]
    low, high = min(known), max(known)
    room = 0.15 * (high - low) or 0.05 * abs(high) or 1
    return low - room, high + room


def _draw_text(x: float, y: float, said: str, kind: str) -> str:
    """A label that stays inside the drawing, whose letters are about 5.6 wide."""
    half = 2.8 * len(said)
    inside = min(max(x, half + 12), WIDTH - half)
    return f'<text class="{kind}" x="{inside:.1f}" y="{y}" text-anchor="middle">{escape(said)}</text>'


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
    # What is too long loses words of its unit, and never its period.
    period = reading["period"] and f", {reading['period']}"
    said = textwrap.shorten(reading["measured"], LONGEST - len(period), placeholder=" …") + period
    mark = _MARKS[reading["outcome"]].format(x=f"{x:.1f}", y=middle)
    return (
        f'<g class="{reading["outcome"]}">'
        f'<text class="letter" x="0" y="{top + 12}">{reading["reading"]}</text>'
        f'<line class="axis" x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{middle}" y2="{middle}"/>'
        f'<rect class="band" x="{left:.1f}" y="{middle - 8}" width="{max(right - left, 2):.1f}" height="16"/>'
        f'<line class="interval" x1="{start:.1f}" x2="{end:.1f}" y1="{middle}" y2="{middle}"/>'
        f"{mark}{_draw_text(x, top + 12, said, 'number')}{labels}{_draw_places(reading, place, top)}</g>"
    )


def _draw_places(reading: dict[str, Any], place: Callable[[float], float], top: float) -> str:
    """A tick for each place at the axis, and its first letters below the limits, which no line may cross."""
    drawn, last = [], float("-inf")
    short = shorten([one["place"] for one in reading["places"]])
    for one in sorted(reading["places"], key=lambda one: one["number"]):
        x = place(one["number"])
        last = max(x, last + APART)
        drawn.append(
            f'<line class="place" x1="{x:.1f}" x2="{x:.1f}" y1="{top + 29}" y2="{top + 37}"/>'
            f'<line class="place" x1="{last:.1f}" x2="{last:.1f}" y1="{top + 49}" y2="{top + 53}"/>'
            + _draw_text(last, top + 63, short[one["place"]], "limit")
        )
    return "".join(drawn)


def shorten(names: list[str]) -> dict[str, str]:
    """Names as the fewest first letters that tell them apart."""
    return {
        name: next(
            (name[:n] for n in range(1, len(name)) if sum(one.startswith(name[:n]) for one in names) == 1),
            name,
        )
        for name in names
    }


def draw(readings: list[dict[str, Any]]) -> str:
    """The drawing as SVG; empty where no reading has a number to draw."""
    # What was found is a number, or at least an interval, to lay against the limits.
    drawn = [reading for reading in readings if reading["found"]]
    if not drawn:
        return ""
    domains = {unit: _bound([r for r in drawn if r["unit"] == unit]) for unit in {r["unit"] for r in drawn}}
    tops = list(accumulate((ROW + BY_PLACE * bool(r["places"]) for r in drawn), initial=0))
    rows = "".join(_draw_row(r, domains[r["unit"]], top) for top, r in zip(tops, drawn, strict=False))
    height = tops[-1]
    return (
        f'<svg class="strip" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'aria-label="{escape(describe(drawn))}">{rows}</svg>'
    )
