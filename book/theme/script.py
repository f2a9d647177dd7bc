"""The book's script, `_static/book.js`: one file made of the scripts that lie beside each feature.

One request instead of eight. Each begins by looking for what it serves, and does nothing on other pages.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from sphinx.application import Sphinx

NAME = "book.js"
BOOK = Path(__file__).parents[1]
# The others ask it for what the reader did before.
FIRST = BOOK / "progress" / "memory.js"


def compose() -> str:
    """The whole script; what prints the book is no part of a page."""
    others = (path for path in sorted(BOOK.glob("*/*.js")) if path.parent.name != "print" and path != FIRST)
    return "\n".join(path.read_text(encoding="utf-8") for path in (FIRST, *others))


def _make(app: Sphinx, config) -> None:
    app.page_script = compose()
    # A changed script is a changed setting: pages name it with its hash, so all are written again.
    config.page_script = hashlib.sha256(app.page_script.encode()).hexdigest()


def _write(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_text(encoding="utf-8") != app.page_script:
        target.write_text(app.page_script, encoding="utf-8")


def setup(app: Sphinx) -> dict:
    """Write the script before the first page asks for it."""
    app.add_config_value("page_script", "", "html")
    app.connect("config-inited", _make)
    app.connect("builder-inited", _write)
    app.add_js_file(NAME, loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
