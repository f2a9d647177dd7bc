"""The chapters to take along, which `make` has written, as downloads of their pages."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

from book import settings
from book.page import Page

MADE, FOLDER = "_build/take-along", "notebooks"
# What the theme calls its buttons.
DOWNLOADS, PRINTED, SOURCE = "download-buttons", "download-pdf-button", "download-source-button"
# What they give: the theme says ".pdf" and ".ipynb".
NAMES = {PRINTED: "Print or PDF", SOURCE: "Notebook (zip)"}


def find_file(root: str | Path, page: str) -> str | None:
    """Where the file of a page's chapter lies in the built book; None where there is no such chapter."""
    chapter = settings.find_chapter(root, page)
    return f"{FOLDER}/{Path(chapter.page).name}.zip" if chapter else None


def copy_notebooks(app: Sphinx) -> None:
    """Send the chapters along, where `make` has written them."""
    made = Path(app.srcdir) / MADE
    if made.is_dir():
        shutil.copytree(made, Path(app.outdir) / FOLDER, dirs_exist_ok=True)


def offer(page: Page) -> None:
    """The chapter in the place of the page's source, which only this book can show.

    Of an exercise page nothing is offered: its own notebook is none that anybody could hand in.
    """
    groups = page.context.get("header_buttons", [])
    if page.name.startswith(settings.EXERCISE_PAGES):
        page.context["header_buttons"] = [group for group in groups if group.get("label") != DOWNLOADS]
        return
    chapter = settings.find_chapter(page.app.srcdir, page.name)
    for group in groups:
        if group.get("label") == DOWNLOADS:
            group["buttons"] = [one for one in group["buttons"] if one["label"] == PRINTED or chapter]
            for button in group["buttons"]:
                button["text"] = NAMES[button["label"]]
                if button["label"] == SOURCE:
                    button["url"] = page.context["pathto"](find_file(page.app.srcdir, page.name), 1)
                    button["tooltip"] = "Download this chapter as a notebook, with all that it needs"
