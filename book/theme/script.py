"""The book's script, `_static/book.js`: one file made of the scripts that lie beside each feature.

One request instead of eight. Each begins by looking for what it serves, and does nothing on other pages.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from book.theme import one_file

NAME = "book.js"
BOOK = Path(__file__).parents[1]
# The others call these.
FIRST = (BOOK / "theme" / "element.js", BOOK / "progress" / "memory.js")

# A file of its own: a page runs it beside itself.
WORKER = BOOK / "lab" / "worker.js"


def compose() -> str:
    """The whole script, without comments; what prints the book is no part of a page."""
    others = (
        path
        for path in sorted(BOOK.glob("*/*.js"))
        if path.parent.name != "print" and path not in (*FIRST, WORKER)
    )
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*FIRST, *others))
    return re.sub(r"^\s*//.*\n", "", text, flags=re.MULTILINE)


def setup(app: Sphinx) -> dict:
    """Write the script, and offer it to every page."""
    one_file.serve(app, NAME, lambda _root: compose())
    app.add_js_file(NAME, loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
