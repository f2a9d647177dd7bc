"""The chapters to take along, which `make` has written, as downloads of their pages."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

from book import settings

MADE, FOLDER = "_build/take-along", "notebooks"


def find_file(root: str | Path, page: str) -> str | None:
    """Where the file of a page's chapter lies in the built book; None where there is no such chapter."""
    chapter = settings.find_chapter(root, page)
    return f"{FOLDER}/{Path(chapter.page).name}.zip" if chapter else None


def _copy(app: Sphinx, error: Exception | None) -> None:
    made = Path(app.srcdir) / MADE
    if not error and made.is_dir():
        shutil.copytree(made, Path(app.outdir) / FOLDER, dirs_exist_ok=True)


def _offer(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """The theme's button would hand out the page's source, which only this book can show."""
    chapter = settings.find_chapter(app.srcdir, page)
    has_notebook = chapter and chapter.page == page
    for group in context.get("header_buttons", []):
        if group.get("label") != "download-buttons":
            continue
        group["buttons"] = [
            one for one in group["buttons"] if one["label"] == "download-pdf-button" or has_notebook
        ]
        for one in group["buttons"]:
            if one["label"] == "download-source-button":
                one["url"] = context["pathto"](find_file(app.srcdir, page), 1)
                one["tooltip"] = "Download this chapter as a notebook, with all that it needs"


def setup(app: Sphinx) -> None:
    """Offer the notebooks and send them along."""
    app.connect("html-page-context", _offer, priority=900)
    app.connect("build-finished", _copy)
