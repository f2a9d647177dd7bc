"""The style sheets of the theme and its extensions without the rules that no page of the book can use.

They come with rules for carousels, blogs and shops: nine tenths of what a first visit would load. When the
book is written, Lightning CSS leaves out what asks for a class or id that is on no page and in no script, and
the variables that nothing refers to any more. What the book's own sheets say is left alone.
"""

import re
from pathlib import Path

from lightningcss import process_stylesheet
from lxml import html
from sphinx.application import Sphinx

from book.page import read_notes

# What is kept of each page.
NAMES = "names"
SHEETS = (
    "basic.css",
    "sphinx-design.min.css",
    "mystnb.*.css",
    "styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css",
)
# Scripts that know more names than the pages need; what they set on these pages is listed instead.
LIBRARIES = ("vega.js", "bootstrap.js")
SET_BY_BOOTSTRAP = set(
    """active bs-tooltip-auto bs-tooltip-bottom bs-tooltip-end bs-tooltip-start bs-tooltip-top dropdown
    dropdown-item dropdown-menu dropdown-menu-dark dropdown-toggle fade show tooltip tooltip-arrow
    tooltip-inner""".split()  # noqa: SIM905 (a list of thirty short strings reads worse)
)
# The oldest for which the theme's sheets are written: shorter forms that only later ones know are not used.
BROWSERS = ["chrome 100", "firefox 102", "safari 16"]
# What may go: names of classes and ids, and variables.
_NAME = re.compile(r"(?:(?<=[.#])|(?=--))-*[_a-zA-Z][\w-]*")
_WORD = re.compile(r"-?[_a-zA-Z][\w-]*")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


def keep_used_rules(styles: list[str], names: set[str], others: str = "") -> list[str]:
    """Style sheets with only the rules whose classes and ids are all among `names`.

    A variable stays where one of the sheets, once they are shortened, or `others` refers to it.
    """
    while True:
        used = names.union(*map(_VARIABLE.findall, [*styles, others]))
        shorter = [
            process_stylesheet(style, unused_symbols={*_NAME.findall(style)} - used, browsers_list=BROWSERS)
            for style in styles
        ]
        if shorter == styles:
            return styles
        styles = shorter


def list_names(tree: html.HtmlElement) -> list[str]:
    """Every class and id on a page."""
    return sorted({name for value in tree.xpath("//@class | //@id") for name in value.split()})


def find_names_in_use(app: Sphinx) -> set[str]:
    """Every class and id on a page of the built book, and every word in a script that could set one."""
    names = SET_BY_BOOTSTRAP.union(*read_notes(app, NAMES).values())
    for script in Path(app.outdir, "_static").rglob("*.js"):
        if script.name not in LIBRARIES:
            names.update(_WORD.findall(script.read_text(encoding="utf-8")))
    return names


def write_sheets(app: Sphinx) -> None:
    """Write the theme's sheets as the book needs them."""
    static = Path(app.outdir) / "_static"
    sheets = sorted(path for pattern in SHEETS for path in static.glob(pattern))
    ours = "".join(path.read_text(encoding="utf-8") for path in static.rglob("*.css") if path not in sheets)
    styles = [sheet.read_text(encoding="utf-8") for sheet in sheets]
    for sheet, style in zip(sheets, keep_used_rules(styles, find_names_in_use(app), ours)):
        sheet.write_text(style, encoding="utf-8")
