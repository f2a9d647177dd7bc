"""Remove what the theme sends and no page uses, and fix what it leaves undone.

Font Awesome is 1.5 MB of script and 300 kB of fonts for a dozen icons, which `_static/book.css`
draws.
"""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

from book.page import Page
from book.settings import SEARCH_PAGE

GUARD = Path(__file__).with_name("guard.js")

# Scripts that serve Sphinx's own search.
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
# Scripts set "light" or "dark"; without them a page is "auto", for which the theme has no colours.
_LIGHT = re.compile(r"html\[data-theme=\"?light\"?\]")
# Lays the page out again for each block of code and each table, also in closed folds; wide.js does
# it once.
_TAB_STOPS = re.compile(r'document\.querySelectorAll\(\["pre",.*?tabIndex=.*?\}\)\)')


def without_comments(script: str) -> str:
    """Remove indents and lines of comment from a script without strings of several lines."""
    return re.sub(r"^\s*(?://.*\n\s*)*", "", script, flags=re.MULTILINE)


def guard_storage(page: Page) -> None:
    """Stub `localStorage` first, so that theme scripts do not crash in browsers that block it."""
    script = without_comments(GUARD.read_text(encoding="utf-8"))
    page.context["metatags"] = f"{page.context.get('metatags', '')}<script>\n{script}</script>\n"


def lead_to_search(page: Page) -> None:
    """Point the theme's search fields, which lead to `search` at the root, to our search page."""
    pathto = page.context["pathto"]

    def find(target: str, *arguments: object, **options: object) -> str:
        return pathto(SEARCH_PAGE if target == "search" else target, *arguments, **options)

    page.context["pathto"] = find
    # The theme appends the book's title to a page's title, also on the start page.
    if page.context.get("title") == page.context.get("docstitle"):
        page.context["docstitle"] = ""


def drop_scripts(page: Page) -> None:
    """Drop unused scripts, and defer the others so that none blocks the page."""
    # The one without a file serves a version switcher, which this book does not have.
    page.context["script_files"] = [
        type(file)(file.filename, priority=file.priority, **{**file.attributes, "defer": "defer"})
        for file in page.context["script_files"]
        if file.filename and not any(name in str(file.filename) for name in UNUSED)
    ]


def drop_files(app: Sphinx) -> None:
    """Delete files of the theme that no page uses, and adapt its sheets and its script."""
    static = Path(app.outdir) / "_static"
    script = static / "scripts" / "pydata-sphinx-theme.js"
    script.write_text(_TAB_STOPS.sub("0", script.read_text(encoding="utf-8")), encoding="utf-8")
    for pattern in UNUSED_FILES:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for sheet in static.rglob("*.css"):
        style = _ICON_FONT.sub("", sheet.read_text(encoding="utf-8"))
        sheet.write_text(_LIGHT.sub('html:not([data-theme="dark"])', style), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the setting that Jupyter Book makes for its comments extension, which is not
    loaded."""
    app.add_config_value("comments_config", {}, "html")
