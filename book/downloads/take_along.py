"""Downloads of chapters as notebooks, which `make` has written."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

from book import settings
from book.page import Page

MADE, FOLDER = "_build/take-along", "notebooks"
# Labels of the theme's buttons.
DOWNLOADS, PRINTED, SOURCE = "download-buttons", "download-pdf-button", "download-source-button"
# Their texts; the theme has ".pdf" and ".ipynb".
NAMES = {PRINTED: "Print or PDF", SOURCE: "Notebook (zip)"}


def find_file(root: str | Path, page: str) -> str | None:
    """Find the download of a lesson or of its checks; for exercises it is their lesson's, else
    None."""
    chapter = settings.find_chapter(root, page)
    if not chapter:
        return None
    return f"{FOLDER}/{Path(page if settings.is_checks(page) else chapter.page).name}.zip"


def copy_notebooks(app: Sphinx) -> None:
    """Copy the downloads that `make` has written."""
    made = Path(app.srcdir) / MADE
    if made.is_dir():
        shutil.copytree(made, Path(app.outdir) / FOLDER, dirs_exist_ok=True)


def offer(page: Page) -> None:
    """Let the button for the page's source give the download of its chapter.

    An exercise page has no download button: its notebook is not one that a student can hand in.
    """
    groups = page.context.get("header_buttons", [])
    file = find_file(page.app.srcdir, page.name)
    for group in [group for group in groups if group.get("label") == DOWNLOADS]:
        if page.name.startswith(settings.EXERCISE_PAGES):
            groups.remove(group)
        group["buttons"] = [
            button for button in group["buttons"] if button["label"] == PRINTED or file
        ]
        for button in group["buttons"]:
            button["text"] = NAMES[button["label"]]
            if button["label"] == SOURCE:
                button["url"] = page.context["pathto"](file, 1)
                button["tooltip"] = "Download this lesson as a notebook, with all that it needs"
