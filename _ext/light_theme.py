"""What the theme sends that no reader of this book needs, taken out; and its loose ends tied.

- Font Awesome (1.5 MB of script, 300 kB of fonts) for a dozen icons: `_static/book.css` draws them.
- thebe's start-up script, which the theme and Jupyter Book both add: declared twice, it is an
  error on every page, and this book starts no kernel from a page.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

UNUSED_SCRIPTS = ("thebe", "togglebutton", "THEBE", "toggleHint")
UNUSED_FILES = (
    "scripts/fontawesome.js*", "vendor/fontawesome/**/*", "**/*.map", "sphinx-thebe.*", "images/logo_*",
    "locales/**/*",
)


def _drop_scripts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    for kind in ("script_files", "css_files"):
        context[kind] = [
            asset
            for asset in context[kind]
            if not any(word in f"{asset} {getattr(asset, 'attributes', '')}" for word in UNUSED_SCRIPTS)
        ]


def _drop_files(app: Sphinx, error: Exception | None) -> None:
    static = Path(app.outdir) / "_static"
    if error or app.builder.format != "html":
        return
    for pattern in UNUSED_FILES:
        for path in static.glob(pattern):
            if path.is_file():
                path.unlink()
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    style = sheet.read_text(encoding="utf-8")
    style = re.sub(r"@font-face\{[^}]*Font Awesome[^}]*\}", "", style)
    sheet.write_text(re.sub(r"/\*# sourceMappingURL.*?\*/", "", style), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", _drop_scripts, priority=900)
    app.connect("build-finished", _drop_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
