"""The style sheets of the theme and its extensions as one, without the rules that no page can use.

They come with rules for carousels, blogs and shops: nine tenths of what a first visit would load, and no page
is shown before it. When the book is written, Lightning CSS leaves out what asks for a class or id that is on
no page and in no script, and variables that nothing refers to any more. The book's own sheet is left alone.
"""

import re
from pathlib import Path

from lightningcss import process_stylesheet
from lxml import html
from sphinx.application import Sphinx

from book.page import Page, read_notes
from book.theme.assets import STYLE

NAMES = "names"  # what is kept of each page
SHEETS = (  # in the order in which pages would load them
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
)
JOINED = "theme.css"
# Scripts that know more names than the pages need; what they set on these pages is listed instead.
LIBRARIES = ("vega.js", "vega-lite.js", "bootstrap.js")
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


def keep_used_rules(style: str, names: set[str], others: str = "") -> str:
    """A style sheet with only the rules whose classes and ids are all among `names`.

    A variable stays where the sheet, once it is shortened, or `others` refers to it.
    """
    while True:
        unused = {*_NAME.findall(style)} - names.union(_VARIABLE.findall(style + others))
        shorter = process_stylesheet(style, unused_symbols=unused, browsers_list=BROWSERS)
        if shorter == style:
            return style
        style = shorter


def list_names(tree: html.HtmlElement) -> list[str]:
    """Every class and id on a page."""
    return sorted({name for value in tree.xpath("//@class | //@id") for name in value.split()})


def find_names_in_use(app: Sphinx) -> set[str]:
    """Every class and id on a page of the built book, and every word in a script that could set one."""
    names = SET_BY_BOOTSTRAP.union(*read_notes(app, NAMES).values())
    for script in Path(app.outdir, "_static").rglob("*.js"):
        if script.name not in LIBRARIES and "live-cells" not in script.parts:
            names.update(_WORD.findall(script.read_text(encoding="utf-8")))
    return names


def link_sheets(page: Page) -> None:
    """A page loads the theme's one sheet, which its template names, and ours."""
    page.context["css_files"] = [file for file in page.context["css_files"] if STYLE in str(file.filename)]


def write_sheet(app: Sphinx) -> None:
    """Write the theme's sheets as the book needs them, in place of those that Sphinx brings."""
    static = Path(app.outdir) / "_static"
    sheets = [path for pattern in SHEETS for path in static.glob(pattern)]
    if (static / SHEETS[0]).is_file():  # Sphinx brings them only when it writes a page
        style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
        lean = keep_used_rules(style, find_names_in_use(app), (static / STYLE).read_text(encoding="utf-8"))
        (static / JOINED).write_text(lean, encoding="utf-8")
    for sheet in sheets:
        sheet.unlink()
