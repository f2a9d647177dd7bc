"""Write the worker that keeps the book on a reader's device, `sw.js`, and what tells it of a new
version.

It has the hash of each file that it may keep, so it knows which files belong together. The
instructor's edition is private and has none.
"""

import hashlib
import html
import json
import os
import re
from pathlib import Path

from live_cells.pages import FOLDER
from sphinx.application import Sphinx

from book import settings

SCRIPT = Path(__file__).with_name("worker.js")
WORKER, VERSION = "sw.js", "version.txt"
# Lends its looks to the page that says what is not kept.
NOT_FOUND = "404.html"
# By the start of a name; others are "pages". Only Python draws charts with Vega-Lite.
KINDS = {FOLDER: "python", "_static/vega-lite": "python", "_static/": "base", NOT_FOUND: "base"}
LEFT_OUT = ("social.png", "OFL.txt", ".LICENSE.txt")


def write(out: Path, pages: dict[str, str], version: str) -> None:
    """Write both files for the book in `out`; titles of kept `pages` are listed where one is not
    kept."""
    # Addresses by which pages load scripts and styles, so that a browser fetches none twice.
    queries = dict(
        re.findall(r'"(_static/[\w./-]+)(\?v=\w+)"', (out / "index.html").read_text("utf-8"))
    )
    others = sorted(
        path for folder in ("_static", "pagefind") for path in (out / folder).rglob("*")
    )
    files = {}
    for name in [*pages, NOT_FOUND, *(path.relative_to(out).as_posix() for path in others)]:
        if (out / name).is_file() and not name.endswith(LEFT_OUT):
            kind = next((kind for start, kind in KINDS.items() if name.startswith(start)), "pages")
            content = (out / name).read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            files[name] = (
                digest,
                len(content),
                kind,
                html.escape(pages.get(name, "")),
                queries.get(name, ""),
            )
    script = SCRIPT.read_text(encoding="utf-8")
    about = {"version": version, "files": files}
    made = hashlib.sha256(f"{json.dumps(about)}{script}".encode()).hexdigest()[:12]
    book = json.dumps({"made": made} | about, separators=(",", ":"), ensure_ascii=False)
    (out / WORKER).write_text(f"const BOOK = {book};\n{script}", encoding="utf-8")
    (out / VERSION).write_text(made, encoding="utf-8")


def write_worker(app: Sphinx) -> None:
    """Write both files, the last of a build."""
    if os.environ.get("EDITION") == "instructor":
        return
    chapters = {
        chapter.page: f"{chapter.number}. " for chapter in settings.list_chapters(app.srcdir)
    }
    names = dict.fromkeys([app.config.root_doc, *chapters, *sorted(app.env.all_docs)])
    pages = {
        f"{name}.html": chapters.get(name, "") + app.env.titles[name].astext() for name in names
    }
    index = {f"{settings.INDEX_PAGE}.html": ""}
    write(Path(app.outdir), pages | index, app.config.html_context["citation"].version)
