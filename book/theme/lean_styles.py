"""Join the style sheets of the theme and its extensions into one, without rules that no page uses.

Nine tenths of their rules are for carousels, blogs and shops, and block the first paint. After the
pages are written, Lightning CSS drops rules for classes and ids that are on no page and in no
script, and variables that nothing refers to any more. The book's own sheet stays as it is.
"""

import re
from pathlib import Path

from lightningcss import process_stylesheet
from lxml import html
from sphinx.application import Sphinx

from book.page import Page, read_notes
from book.theme.assets import STYLE

NAMES = "names"  # note on each page
SHEETS = (  # in the order in which pages load them
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
)
JOINED = "theme.css"
# Scripts with more names than the pages need; the classes that they set are listed instead.
LIBRARIES = ("vega.js", "vega-lite.js", "bootstrap.js")
SET_BY_BOOTSTRAP = set(
    """active bs-tooltip-auto bs-tooltip-bottom bs-tooltip-end bs-tooltip-start bs-tooltip-top
    dropdown dropdown-item dropdown-menu dropdown-menu-dark dropdown-toggle fade show tooltip
    tooltip-arrow tooltip-inner""".split()  # noqa: SIM905 (a list of strings reads worse)
)
# The oldest browsers of the theme's sheets: no newer syntax is used.
BROWSERS = ["chrome 100", "firefox 102", "safari 16"]
# Symbols that may be dropped: names of classes and ids, and variables.
_NAME = re.compile(r"(?:(?<=[.#])|(?=--))-*[_a-zA-Z][\w-]*")
_WORD = re.compile(r"-?[_a-zA-Z][\w-]*")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


def keep_used_rules(style: str, names: set[str], others: str = "") -> str:
    """Keep the rules whose classes and ids are all among `names`.

    A variable stays if the shortened sheet or `others` refers to it.
    """
    while True:
        unused = {*_NAME.findall(style)} - names.union(_VARIABLE.findall(style + others))
        shorter = process_stylesheet(style, unused_symbols=unused, browsers_list=BROWSERS)
        if shorter == style:
            return style
        style = shorter


def list_names(tree: html.HtmlElement) -> list[str]:
    """List every class and id on a page."""
    return sorted({name for value in tree.xpath("//@class | //@id") for name in value.split()})


def find_names_in_use(app: Sphinx) -> set[str]:
    """Collect every class and id on a page of the book, and every word of a script that could set
    one."""
    names = SET_BY_BOOTSTRAP.union(*read_notes(app, NAMES).values())
    for script in Path(app.outdir, "_static").rglob("*.js"):
        if script.name not in LIBRARIES and "live-cells" not in script.parts:
            names.update(_WORD.findall(script.read_text(encoding="utf-8")))
    return names


def link_sheets(page: Page) -> None:
    """Link only our sheet; the template links the joined one."""
    page.context["css_files"] = [
        file for file in page.context["css_files"] if STYLE in str(file.filename)
    ]


def write_sheet(app: Sphinx) -> None:
    """Replace the theme's sheets by the joined one."""
    static = Path(app.outdir) / "_static"
    sheets = [path for pattern in SHEETS for path in static.glob(pattern)]
    if (static / SHEETS[0]).is_file():  # Sphinx brings them only when it writes a page
        style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
        lean = keep_used_rules(
            style, find_names_in_use(app), (static / STYLE).read_text(encoding="utf-8")
        )
        (static / JOINED).write_text(lean, encoding="utf-8")
    for sheet in sheets:
        sheet.unlink()
