"""Settings of `live_cells`: which pages run Python, and which cells and exercises cannot.

``make lab-list`` writes them to `supported.json` (see `supported.py`); a test checks them.
"""

import json
import shutil
from pathlib import Path

from live_cells.pages import FOLDER
from sphinx.application import Sphinx
from sphinx.config import Config

from book import settings
from book.downloads import take_along

SUPPORTED = Path(__file__).with_name("supported.json")


def read_supported() -> dict[str, dict]:
    """Read the needs of each text by its page.

    `packages` are loaded besides the usual ones, those in `practice` only for exercises. `stored`
    cells, by their ids, need `absent` packages. `exercises` that cannot run are given with the
    package that they need.
    """
    return json.loads(SUPPORTED.read_text(encoding="utf-8"))


def _list_practised(chapter: settings.Chapter | None, page: str) -> list[str]:
    """List the page of exercises that runs code as the page of its lesson does; none for other
    pages."""
    return [chapter.exercises] if chapter and chapter.page == page and chapter.exercises else []


def list_pages(root: Path) -> dict[str, dict]:
    """List every page that runs code, for `live_cells_pages`: texts, and the exercises of
    chapters."""
    pages: dict[str, dict] = {}
    for page, needs in read_supported().items():
        chapter = settings.find_chapter(root, page)
        shared = {
            "notebook": take_along.find_file(root, page),
            "about": {"exercises": needs["exercises"]},
        }
        practice = {"packages": [*needs["packages"], *needs.get("practice", [])], "cells": False}
        pages |= dict.fromkeys(_list_practised(chapter, page), shared | practice)
        pages[page] = shared | {name: needs[name] for name in ("packages", "stored", "absent")}
    return pages


def _set_pages(app: Sphinx, config: Config) -> None:
    config.live_cells_pages = list_pages(Path(app.srcdir))


def _set_compiler(app: Sphinx) -> None:
    """Let a page that runs code compile its own charts."""
    app.config.still_charts_compiler = app.config.live_cells_made


def copy_practice(app: Sphinx) -> None:
    """Copy the tests that exercise pages fetch to check code."""
    folder = Path(app.outdir) / FOLDER
    if not app.config.live_cells_made:
        return
    for page in list_pages(Path(app.srcdir)):
        practice = Path(app.srcdir) / settings.PRACTICE.format(Path(page).name)
        if page.startswith(settings.EXERCISE_PAGES) and practice.exists():
            target = folder / f"{page}.practice.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(practice, target)


def setup(app: Sphinx) -> None:
    """Set the options."""
    app.connect("config-inited", _set_pages)
    app.connect("builder-inited", _set_compiler)
