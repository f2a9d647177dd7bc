"""What the theme sends that no reader of this book needs, taken out; and its loose ends tied.

Font Awesome is 1.5 MB of script and 300 kB of fonts for a dozen icons; `_static/book.css` draws them.
"""

from __future__ import annotations

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
    "searchtools.js",  # of Sphinx's own search (see pagefind_search.py)
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


def _valid_tables(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if "dataframe" in context.get("body", ""):
        body = _TABLE_STYLE.sub("", context["body"]).replace('<table border="1" class=', "<table class=")
        body = body.replace(' valign="top"', "")
        context["body"] = body.replace("<th></th>", "<td></td>")


# myst-nb puts a paragraph into the summary of folded code, where HTML allows only phrases, and a name over it
# that is not what it says.
_PROMPT = re.compile(r'<p class="(collapsed|expanded) admonition-title">(.*?)</p>')


def _valid_prompts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if "body" in context:
        body = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")
        context["body"] = _PROMPT.sub(r'<span class="\1 admonition-title">\2</span>', body)


# Printed text, and two lines of it with a gap inside: columns, which a line broken on a phone would mix.
_PRINTED = re.compile(r'(<div class="output [^"]*)("><div class="highlight"><pre)(.*?</pre>)', re.DOTALL)
_COLUMNS = re.compile(r"\S {2,}\S.*\n.*\S {2,}\S")


def _keep_columns(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    def mark(found: re.Match) -> str:
        has = _COLUMNS.search(found[3])
        return f'{found[1]} in-columns{found[2]} tabindex="0"{found[3]}' if has else found[0]

    if "body" in context:
        context["body"] = _PRINTED.sub(mark, context["body"])


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


def _guard_storage(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    context["metatags"] = context.get("metatags", "") + _GUARD


def _title_once(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    # The theme puts the book's title behind a page's, also behind its own.
    if context.get("title") == context.get("docstitle"):
        context["docstitle"] = ""


def _light_without_scripts(static: Path) -> None:
    """A page is "light" or "dark" by script; without one it is "auto", for which the theme has no colour."""
    for sheet in static.rglob("*.css"):
        style = sheet.read_text(encoding="utf-8")
        sheet.write_text(
            re.sub(r"html\[data-theme=\"?light\"?\]", 'html:not([data-theme="dark"])', style),
            encoding="utf-8",
        )


def _drop_files(app: Sphinx, error: Exception | None) -> None:
    static = Path(app.outdir) / "_static"
    if error or app.builder.format != "html":
        return
    for pattern in UNUSED_FILES:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    style = sheet.read_text(encoding="utf-8")
    style = re.sub(r"@font-face\{[^}]*Font Awesome[^}]*\}", "", style)
    sheet.write_text(re.sub(r"/\*# sourceMappingURL.*?\*/", "", style), encoding="utf-8")
    _light_without_scripts(static)


def _search_leads_to_its_page(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """The theme's search fields lead to a page `search` at the book's root; ours lies on the shelf."""
    pathto = context["pathto"]

    def led(target: str, *arguments, **options) -> str:
        return pathto(SEARCH_PAGE if target == "search" else target, *arguments, **options)

    context["pathto"] = led


def setup(app: Sphinx) -> dict:
    """Change what the theme makes of each page."""
    # Jupyter Book sets this value whether or not its comments extension is there to know it.
    app.add_config_value("comments_config", {}, "html")
    app.connect("html-page-context", _search_leads_to_its_page)
    app.connect("html-page-context", _drop_scripts, priority=900)
    app.connect("html-page-context", _valid_prompts)
    app.connect("html-page-context", _valid_tables)
    app.connect("html-page-context", _keep_columns)
    app.connect("html-page-context", _guard_storage)
    app.connect("html-page-context", _title_once)
    # After the theme, which writes the colours of code when the build has finished.
    app.connect("build-finished", _drop_files, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
