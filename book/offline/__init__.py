"""Write the worker that keeps the book on a reader's device, `sw.js`, and what tells it of a new version.

It has the hash of each file that it may keep, so it knows which files belong together. The instructor's
edition is private and has none.
"""

import hashlib
import html
import json
import os
from pathlib import Path

from live_cells.pages import FOLDER
from sphinx.application import Sphinx

from book import settings

SCRIPT = Path(__file__).with_name("worker.js")
WORKER, VERSION = "sw.js", "version.txt"
# Lends its looks to the page that says what is not kept.
NOT_FOUND = "404.html"
LEFT_OUT = ("social.png", "OFL.txt", ".LICENSE.txt")


def list_files(out: Path, pages: dict[str, str]) -> dict[str, list]:
    """List the files that may be kept: start of the SHA-256, bytes, kind, and of a chapter its title."""
    others = sorted(path for folder in ("_static", "pagefind") for path in (out / folder).rglob("*"))
    files = {}
    for name in [*pages, NOT_FOUND, *(path.relative_to(out).as_posix() for path in others)]:
        if (out / name).is_file() and not name.endswith(LEFT_OUT):
            kind = "base" if name.startswith(("_static/", NOT_FOUND)) else "pages"
            content = (out / name).read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            kind = "python" if name.startswith(FOLDER) else kind
            files[name] = [digest, len(content), kind, html.escape(pages.get(name, ""))]
    return files


def write(out: Path, pages: dict[str, str], version: str) -> None:
    """Write both files for the book in `out`; `pages` has titles of chapters, "" for other pages."""
    files = json.dumps(list_files(out, pages), separators=(",", ":"), ensure_ascii=False)
    script = SCRIPT.read_text(encoding="utf-8")
    made = hashlib.sha256((files + script).encode()).hexdigest()[:12]
    about = f'{{ version: "{version}", made: "{made}", files: {files} }}'
    (out / WORKER).write_text(f"const BOOK = {about};\n{script}", encoding="utf-8")
    (out / VERSION).write_text(made, encoding="utf-8")


def write_worker(app: Sphinx) -> None:
    """Write both files, the last of a build."""
    if os.environ.get("EDITION") == "instructor":
        return
    pages = {f"{page}.html": "" for page in (*sorted(app.env.all_docs), settings.INDEX_PAGE)}
    for chapter in settings.list_chapters(app.srcdir):
        pages[f"{chapter.page}.html"] = f"{chapter.number}. {app.env.titles[chapter.page].astext()}"
    write(Path(app.outdir), pages, app.config.html_context["citation"].version)
