"""What the theme sends that no reader of this book needs, taken out; and its loose ends tied.

Font Awesome is 1.5 MB of script and 300 kB of fonts for a dozen icons; `_static/book.css` draws them.
"""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

from book.page import Page
from book.settings import SEARCH_PAGE

GUARD = Path(__file__).with_name("guard.js")

# Pagefind marks no words that it finds, and Sphinx's own tools serve its own search.
UNUSED = ("sphinx_highlight", "doctools", "translations")
UNUSED_FILES = (
    "scripts/fontawesome.js*",
    "styles/theme.css",  # one line that imports basic.css, which the page template links itself
    "vendor",
    "images",
    "locales",
    "**/*.map",
    "*webpack-macros.html",
    "file.png",
    "minus.png",
    "plus.png",
    "searchtools.js",  # of Sphinx's own search (see search/pagefind.py)
    "language_data.js",
    *(f"{name}.js" for name in UNUSED),
)
_ICON_FONT = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
# A page is "light" or "dark" by script; without one it is "auto", for which the theme has no colour.
_LIGHT = re.compile(r"html\[data-theme=\"?light\"?\]")


def without_comments(script: str) -> str:
    """A script as it is sent, without the lines that are for its authors."""
    return re.sub(r"^\s*//.*\n", "", script, flags=re.MULTILINE)


def guard_storage(page: Page) -> None:
    """Before all other scripts, for those of the theme that would end where a browser forbids storage."""
    script = without_comments(GUARD.read_text(encoding="utf-8"))
    page.context["metatags"] = f"{page.context.get('metatags', '')}<script>\n{script}</script>\n"


def lead_to_search(page: Page) -> None:
    """The theme's search fields lead to a page `search` at the book's root; ours lies on the shelf."""
    pathto = page.context["pathto"]

    def find(target: str, *arguments: object, **options: object) -> str:
        return pathto(SEARCH_PAGE if target == "search" else target, *arguments, **options)

    page.context["pathto"] = find
    # The theme puts the book's title behind a page's, also behind its own.
    if page.context.get("title") == page.context.get("docstitle"):
        page.context["docstitle"] = ""


def drop_scripts(page: Page) -> None:
    """Only scripts that a page has use for, and text before scripts: none holds up the page."""
    files = [file for file in page.context["script_files"] if not any(name in str(file) for name in UNUSED)]
    if page.name != SEARCH_PAGE:  # it is made by its scripts, which count on each other's order
        # The one without a file names the page for a switch of versions, which this book does not have.
        files = [
            type(file)(file.filename, priority=file.priority, **{**file.attributes, "defer": "defer"})
            for file in files
            if file.filename
        ]
    page.context["script_files"] = files


def drop_files(app: Sphinx) -> None:
    """What the theme has sent and no page asks for, and in its sheets what no reader sees."""
    static = Path(app.outdir) / "_static"
    for pattern in UNUSED_FILES:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for sheet in static.rglob("*.css"):
        style = _ICON_FONT.sub("", sheet.read_text(encoding="utf-8"))
        sheet.write_text(_LIGHT.sub('html:not([data-theme="dark"])', style), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Know what Jupyter Book sets for its comments, whether or not they are there."""
    app.add_config_value("comments_config", {}, "html")
