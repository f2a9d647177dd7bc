"""The way through the course: `course-path` is a table of its chapters, week by week.

Title, time and weeks of a chapter come with its page of exercises, which `make` has written.
"""

from __future__ import annotations

import json

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, settings

HEAD = ("Week", "Chapter", "Minutes", "Short course")


class CoursePath(SphinxDirective):
    """One table of all chapters, each with its week, its minutes and its place in the short course."""

    def run(self) -> list[nodes.Node]:
        rows = map(self._row, settings.chapters(self.env.srcdir))
        return [nodes.container("", elements.table("course-path", HEAD, rows), classes=["scroll"])]

    def _row(self, chapter: settings.Chapter) -> list[elements.Part]:
        page = settings.exercise_page(self.env.srcdir, chapter.page)
        self.env.note_dependency(str(page))
        facts = json.loads(page.read_text(encoding="utf-8"))["metadata"]["chapter"]
        link = elements.reference(self.env, f"/{chapter.page}", facts["title"], kind="doc")
        short = f"week {facts['short_week']}" if facts["short_week"] else ""
        return [str(facts["week"]), elements.paragraph(link), str(facts["minutes"]), short]


def setup(app: Sphinx) -> dict:
    """Register the table."""
    app.add_directive("course-path", CoursePath)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
