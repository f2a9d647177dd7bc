"""Colours of charts and links from `data/palette.csv`, for charts, style sheet and templates."""

import re
from functools import cache
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from book import settings


@cache
def read_colours(root: str | Path) -> dict[str, tuple[str, str]]:
    """The light and the dark variant of each colour, by name."""
    rows = settings.read_table(Path(root, settings.PALETTE))
    return {row["name"]: (row["light"], row["dark"]) for row in rows}


def map_chart_colours(root: str | Path) -> dict[str, str]:
    """Map each colour of a chart to the CSS variable that follows the page's theme."""
    return {
        light: f"var(--{name}, {light})"
        for name, (light, _) in read_colours(root).items()
        if re.match(r"chart-(?:\d+|text)$|map-", name)
    }


def make_variables(root: str | Path, dark: bool) -> dict[str, str]:
    """CSS variables of all colours."""
    return {f"--{name}": pair[dark] for name, pair in read_colours(root).items()}


def _set_colours(app: Sphinx, config: Config) -> None:
    config.still_charts_colours = map_chart_colours(app.srcdir)
    config.still_charts_variables = [make_variables(app.srcdir, dark) for dark in (False, True)]
    # For templates with a style of their own; ``colours.link[0]`` is the light variant.
    config.html_context = config.html_context | {"colours": read_colours(app.srcdir)}


def setup(app: Sphinx) -> None:
    """Give charts and templates these colours."""
    app.connect("config-inited", _set_colours)
