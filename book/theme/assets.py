"""Join the style sheets and scripts of all features into `_static/book.css` and `_static/book.js`.

The sheet has `base.css`, variables (colours of `data/palette.csv` and of labels), features in the
order of their folders, and print rules. Each script looks for the elements that it serves, and does
nothing without them.
"""

import json
import os
import re
from base64 import b64encode
from pathlib import Path

import live_cells.assets
import still_charts.assets
from plain_answers import SCRIPT as ANSWERS
from sealed_readings import labels
from sphinx.application import Sphinx

from book import palette
from book.progress.pages import list_moved
from book.theme.light_theme import GUARD, without_comments

STYLE, SCRIPT = "book.css", "book.js"
BOOK = Path(__file__).parents[1]
FIRST, LAST = BOOK / "theme" / "base.css", BOOK / "theme" / "print.css"
WORKER = BOOK / "offline" / "worker.js"
DARK = 'html[data-theme="dark"]'
FACE = "fonts/book-serif.woff2"
# The packages' scripts, those that other scripts call, and the one that adds links for which there
# are cards.
CALLED = [
    *still_charts.assets.SCRIPTS,
    ANSWERS,
    BOOK / "theme" / "element.js",
    BOOK / "ledger" / "ledger.js",
    BOOK / "progress" / "memory.js",
    BOOK / "exercises" / "self-check.js",
    *live_cells.assets.SCRIPTS,
]


def _read_files(kind: str, first: list[Path], last: list[Path]) -> list[str]:
    """Read the files of one kind in their order."""
    placed = [
        *first,
        *last,
        GUARD,
        WORKER,
    ]  # GUARD is in the head of each page, WORKER a file of its own
    # The instructor's edition is private: nothing of it is kept.
    absent = {"offline"} if os.environ.get("EDITION") == "instructor" else set[str]()
    features = sorted(path for path in BOOK.glob(f"*/*.{kind}") if path.parent.name not in absent)
    files = [*first, *(path for path in features if path not in placed), *last]
    return [path.read_text(encoding="utf-8") for path in files]


def _format_rule(selector: str, variables: dict[str, str]) -> str:
    lines = "".join(f"  {name}: {value};\n" for name, value in variables.items())
    return f"{selector} {{\n{lines}}}\n"


def join_styles(root: str | Path) -> str:
    """Join the style sheet, without comments, of the book whose tables lie under `root`."""
    packages = [*still_charts.assets.STYLES, *live_cells.assets.STYLES]
    first, *others = _read_files("css", [FIRST, *packages], [LAST])
    light, dark = (
        palette.make_variables(root, dark) | labels.make_variables(dark) for dark in (False, True)
    )
    made = _format_rule(":root", light) + _format_rule(DARK, dark) + labels.make_marks()
    # Forced colours force the background too, whatever theme is chosen.
    for scheme, variables in (("light", light), ("dark", dark)):
        forced = f"@media (forced-colors: active) and (prefers-color-scheme: {scheme})"
        made += f"{forced} {{\n{_format_rule('html[data-theme]', variables)}}}\n"
    style = re.sub(r"/\*.*?\*/\n?", "", "\n".join([first, made, *others]), flags=re.DOTALL)
    # Inlined: a heading font that loads later would move the text below.
    face = b64encode((BOOK / "theme" / FACE).read_bytes()).decode()
    return style.replace(FACE, f"data:font/woff2;base64,{face}")


def _write(app: Sphinx) -> None:
    """Write both files before the first page, which names each with its hash."""
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / STYLE).write_text(join_styles(app.srcdir), encoding="utf-8")
    moved = json.dumps(list_moved(app.config.redirects))
    script = without_comments("\n".join(_read_files("js", CALLED, [])))
    (static / SCRIPT).write_text(f"globalThis.bookMoved = {moved};\n{script}", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Write both files, and add the script to every page; `_config.yml` adds the sheet."""
    app.add_js_file(SCRIPT, loading_method="defer")
    app.connect("builder-inited", _write)
