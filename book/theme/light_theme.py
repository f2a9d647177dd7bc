"""What the theme sends that no reader of this book needs, taken out; and its loose ends tied.

Font Awesome is 1.5 MB of script and 300 kB of fonts for a dozen icons; `_static/book.css` draws them.
"""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

from book.settings import SEARCH_PAGE

UNUSED_FILES = (
    "scripts/fontawesome.js*",
    "styles/theme.css",  # one line that imports basic.css, which the page template links itself
    "vendor",
    "images",
    "locales",
    "**/*.map",
    "*webpack-macros.html",
    "design-tabs.js",
    "file.png",
    "minus.png",
    "plus.png",
    "searchtools.js",  # of Sphinx's own search (see search/pagefind.py)
    "language_data.js",
    "doctools.js",
    "sphinx_highlight.js",
)


# What only some pages use, and what shows that a page does.
ONLY_WITH = {
    "sphinx-design": 'class="sd-',
    "mystnb": 'class="cell',
}


def _drop_scripts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    # No page of the book has tabs, Pagefind does not mark the words it finds, and Sphinx's own tools serve
    # its own index and search box.
    unused = ["design-tabs", "sphinx_highlight", "doctools"]
    unused += [file for file, sign in ONLY_WITH.items() if sign not in context.get("body", "")]
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if not any(name in str(file) for name in unused)]
    if page == SEARCH_PAGE:
        return  # it is made by its scripts, which count on each other's order
    # Text comes first: no script holds up the page. The one without a file names the page for a switch of
    # versions, which this book does not have.
    context["script_files"] = [
        type(file)(file.filename, priority=file.priority, **{**file.attributes, "defer": "defer"})
        for file in context["script_files"]
        if file.filename
    ]


# pandas gives each table a style of its own, a border that HTML no longer has, and empty cells for headers.
_TABLE_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
_TABLE = {'<table border="1" class=': "<table class=", ' valign="top"': "", "<th></th>": "<td></td>"}
# myst-nb puts a paragraph into the summary of folded code, where HTML allows only phrases, and a name over it
# that is not what it says.
_PROMPT = re.compile(r'<p class="(collapsed|expanded) admonition-title">(.*?)</p>')
# Printed text, and two lines of it with a gap inside: columns, which a line broken on a phone would mix.
_PRINTED = re.compile(r'(<div class="output [^"]*)("><div class="highlight"><pre)(.*?</pre>)', re.DOTALL)
_COLUMNS = re.compile(r"\S {2,}\S.*\n.*\S {2,}\S")


def _mend(body: str) -> str:
    """The text of a page with tables and prompts that are valid HTML, and columns that stay columns."""

    def mark(found: re.Match) -> str:
        has = _COLUMNS.search(found[3])
        return f'{found[1]} in-columns{found[2]} tabindex="0"{found[3]}' if has else found[0]

    body = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    body = _PROMPT.sub(r'<span class="\1 admonition-title">\2</span>', body)
    if "dataframe" in body:
        body = _TABLE_STYLE.sub("", body)
        for wrong, valid in _TABLE.items():
            body = body.replace(wrong, valid)
    return _PRINTED.sub(mark, body)


# The theme asks for its settings, and keeps them, without a guard: where a browser forbids storage, or has no
# room, its scripts would end there. The reader's marks still hear of it, because memory.js says what is kept.
_GUARD = """<script>
(() => {
  const isOurs = (key) => key.startsWith("progress of");
  const keep = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    try { keep.call(this, key, value); } catch (error) { if (isOurs(key)) throw error; }
  };
  for (const name of ["localStorage", "sessionStorage"]) {
    try { window[name].length; } catch (error) {
      const setItem = (key) => { if (isOurs(key)) throw error; };
      Object.defineProperty(window, name, { value: { getItem: () => null, setItem, removeItem() {} } });
    }
  }
})();
</script>
"""


def _change_page(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if "body" in context:
        context["body"] = _mend(context["body"])
    context["metatags"] = context.get("metatags", "") + _GUARD
    # The theme puts the book's title behind a page's, also behind its own.
    if context.get("title") == context.get("docstitle"):
        context["docstitle"] = ""
    # Its search fields lead to a page `search` at the book's root; ours lies on the shelf.
    pathto = context["pathto"]

    def led(target: str, *arguments, **options) -> str:
        return pathto(SEARCH_PAGE if target == "search" else target, *arguments, **options)

    context["pathto"] = led


_ICON_FONT = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
# A page is "light" or "dark" by script; without one it is "auto", for which the theme has no colour.
_LIGHT = re.compile(r"html\[data-theme=\"?light\"?\]")


def _drop_files(app: Sphinx, error: Exception | None) -> None:
    if error:
        return
    static = Path(app.outdir) / "_static"
    for pattern in UNUSED_FILES:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for sheet in static.rglob("*.css"):
        style = _ICON_FONT.sub("", sheet.read_text(encoding="utf-8"))
        sheet.write_text(_LIGHT.sub('html:not([data-theme="dark"])', style), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Change what the theme makes of each page."""
    # Jupyter Book sets this value whether or not its comments extension is there to know it.
    app.add_config_value("comments_config", {}, "html")
    app.connect("html-page-context", _change_page)
    app.connect("html-page-context", _drop_scripts, priority=900)
    # After the theme, which writes the colours of code when the build has finished.
    app.connect("build-finished", _drop_files, priority=900)
