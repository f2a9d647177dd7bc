"""What the book tells `live_cells`: which pages run Python, which cells cannot, what to take along.

`supported.json` says so for each text; ``make lab-list`` writes it (`supported.py`), and a test holds it.
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
    """Page of a text to what is special about it.

    `packages` besides, and `practice`, those that only its exercises need; `stored` cells, by their ids,
    which need `absent` packages; `exercises` that need a package, with it.
    """
    return json.loads(SUPPORTED.read_text(encoding="utf-8"))


def list_pages(root: Path) -> dict[str, dict]:
    """Every page that runs code, as `live_cells_pages` takes it: texts, and the exercises of chapters."""
    found: dict[str, dict] = {}
    for page, special in read_supported().items():
        chapter = settings.find_chapter(root, page)
        shared = {
            "notebook": take_along.find_file(root, page),
            "about": {"exercises": special["exercises"]},
        }
        practice = {"packages": [*special["packages"], *special.get("practice", [])], "cells": False}
        found |= dict.fromkeys(chapter.sections if chapter else (), shared | practice)
        found[page] = {
            **shared,
            "packages": special["packages"],
            "stored": special["stored"],
            "absent": special["absent"],
        }
    return found


def _tell(app: Sphinx, config: Config) -> None:
    config.live_cells_pages = list_pages(Path(app.srcdir))


def _tell_charts(app: Sphinx) -> None:
    """A page that runs code makes charts of its own."""
    app.config.still_charts_compiler = app.config.live_cells_made


def copy_practice(app: Sphinx) -> None:
    """What exercise pages fetch to check code, beside what they run it with."""
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
    """Tell it."""
    app.connect("config-inited", _tell)
    app.connect("builder-inited", _tell_charts)
