"""What exercise pages fetch to check code, beside the laboratory that runs it: `coursework pages` made it."""

from __future__ import annotations

import shutil
from pathlib import Path

from sphinx.application import Sphinx

from book.lab import pages as lab

MADE = "_build/assignments/practice"
FOLDER = "exercises/pages/"


def source(root: Path, page: str) -> Path:
    """The file that belongs to an exercise page."""
    stem = page.removeprefix(FOLDER)
    return root / MADE / stem / f"{stem}-page.json"


def target(page: str) -> str:
    """Where the built book has it."""
    return f"{lab.FOLDER}/{page}.practice.json"


def _copy(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html" or not app.config.lab_made:
        return
    for page in lab.supported():
        if page.startswith(FOLDER):
            shutil.copyfile(source(Path(app.srcdir), page), Path(app.outdir) / target(page))


def setup(app: Sphinx) -> dict:
    """Offer the files of those exercise pages that the laboratory serves."""
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
