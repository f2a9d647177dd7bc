"""Marks of a reader's own progress, kept in the reader's browser: what it needs on pages.

`memory.js` keeps chapters read, answers and guesses; `progress.js` offers a box at the end of a chapter and
shows the marks in the table of contents and on the start page. Without the scripts nothing is shown.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import settings


class Progress(SphinxDirective):
    """The place on a page where the reader's progress is summed up."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", '<div class="progress-summary" hidden></div>', format="html")]


def _offer(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    chapter = settings.chapter_of(app.srcdir, page)
    if chapter and chapter.page == page:
        context["body"] = context.get("body", "") + '<div class="progress-box" hidden></div>'


def setup(app: Sphinx) -> dict:
    """Register the summary, and offer the script to every page."""
    app.add_directive("progress", Progress)
    app.connect("html-page-context", _offer)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
