"""The book's style sheet, `_static/book.css`: one file made of the styles that lie beside each feature.

`base.css` comes first, then the variables that tables of data give (the colours of `data/palette.csv`, labels
of `data/verdicts.csv`), the features in the order of their folders, and at last what is printed.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from book import palette
from book.ledger import labels
from book.theme import one_file

NAME = "book.css"
BOOK = Path(__file__).parents[1]
FIRST, LAST = BOOK / "theme" / "base.css", BOOK / "theme" / "print.css"
DARK = 'html[data-theme="dark"]'


def _rule(selector: str, variables: dict[str, str]) -> str:
    lines = "".join(f"  {name}: {value};\n" for name, value in variables.items())
    return f"{selector} {{\n{lines}}}\n"


def compose(root: str | Path) -> str:
    """The whole style sheet, without comments, of the book whose tables lie under `root`."""
    # A PDF has styles of its own, which no page loads.
    features = sorted(path for path in BOOK.glob("*/*.css") if path.parent.name != "print")
    files = [FIRST, *(path for path in features if path not in (FIRST, LAST)), LAST]
    first, *others = (path.read_text(encoding="utf-8") for path in files)
    light, dark = (palette.variables(root, dark) | labels.variables(root, dark) for dark in (False, True))
    made = _rule(":root", light) + _rule(DARK, dark) + labels.marks(root)
    # Whoever forces colours forces the ground too, whatever theme is chosen.
    for scheme, variables in (("light", light), ("dark", dark)):
        forced = f"@media (forced-colors: active) and (prefers-color-scheme: {scheme})"
        made += f"{forced} {{\n{_rule('html[data-theme]', variables)}}}\n"
    return re.sub(r"/\*.*?\*/\n?", "", "\n".join([first, made, *others]), flags=re.DOTALL)


def _name_colours(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """A template with a style of its own takes colours from here; ``colours.link[0]`` is the light one."""
    context["colours"] = palette.colours(app.srcdir)


def setup(app: Sphinx) -> dict:
    """Write the sheet before the first page asks for it."""
    one_file.serve(app, NAME, compose)
    app.connect("html-page-context", _name_colours)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
