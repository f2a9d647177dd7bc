"""The colours of charts and links as `data/palette.csv` has them, for charts, style sheet and templates."""

from functools import cache
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from book import settings

CHART, MAP = "chart-", "map-"


@cache
def read_colours(root: str | Path) -> dict[str, tuple[str, str]]:
    """Every colour by its name: on a light page, and on a dark one."""
    rows = settings.read_table(Path(root, settings.PALETTE))
    return {row["name"]: (row["light"], row["dark"]) for row in rows}


def map_chart_colours(root: str | Path) -> dict[str, str]:
    """What stands for a chart's colour on a page: the variable that follows the page into the dark."""
    return {
        light: f"var(--{name}, {light})"
        for name, (light, _) in read_colours(root).items()
        if name.removeprefix(CHART).isdigit() or name.startswith(MAP)
    }


def make_variables(root: str | Path, dark: bool) -> dict[str, str]:
    """The variables of a style sheet, each with its colour."""
    return {f"--{name}": pair[dark] for name, pair in read_colours(root).items()}


def _tell(app: Sphinx, config: Config) -> None:
    config.still_charts_colours = map_chart_colours(app.srcdir)
    # A template with a style of its own takes colours from here; ``colours.link[0]`` is the light one.
    config.html_context = config.html_context | {"colours": read_colours(app.srcdir)}


def setup(app: Sphinx) -> None:
    """Draw charts, and let templates write, in these colours."""
    app.connect("config-inited", _tell)
