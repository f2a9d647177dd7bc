"""The house look of charts: one theme, one colour a place, and the form in which the book stores them."""

from __future__ import annotations

import os
from typing import Any

import altair as alt

from jingjinji import data
from jingjinji.rounding import rounded

PLACES = ("Beijing", "Tianjin", "Hebei")
CHART_MIME = "application/vnd.vegalite.v6+json"

# data/palette.csv says what each colour is for; the style sheet of the book has the same for a dark page.
CATEGORY_COLOURS = data.load("palette").set_index("name")["light"].filter(regex=r"^chart-\d").tolist()


@alt.theme.register("jingjinji", enable=True)
def _theme() -> Any:
    text = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {
        "config": {
            "view": {"stroke": None},
            "axis": {**text, "labelLimit": 150},
            "axisX": {"grid": False},
            "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
            "legend": {**text, "orient": "top", "titlePadding": 6},
            "title": {"anchor": "start", "fontSize": 15, "subtitleFontSize": 12},
            "header": text,
            "text": {"fontSize": 12},
            "line": {"strokeWidth": 2.5},
            "range": {"category": CATEGORY_COLOURS},
        }
    }


def place_colour(field: str = "province", *others: str) -> alt.Color:
    """A colour encoding by place: Beijing, Tianjin and Hebei look the same in every chart of the book.

    `others` are further values of the field, such as "Region"; they take the next colours. Charts
    label places directly, so there is no legend.
    """
    domain = [*PLACES, *others]
    scale = alt.Scale(domain=domain, range=CATEGORY_COLOURS[: len(domain)])
    return alt.Color(f"{field}:N", scale=scale, legend=None)


def _stored_form(spec: dict) -> dict:
    """The chart as its own specification: no script, no random id, no digit that depends on the processor."""
    return {CHART_MIME: rounded(spec), "text/plain": spec.get("description", "A chart without a description")}


# A student's own notebook draws charts with Altair's default renderer; only where the book is
# made is the specification itself stored.
if os.environ.get("JINGJINJI_BOOK"):
    alt.renderers.register("book", _stored_form)
    alt.renderers.enable("book")
