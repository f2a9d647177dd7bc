"""The way through the course: `course-path` is a table of its chapters, week by week.

Title, time and weeks of a chapter come with its page of exercises, which `make` has written.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from book.exercises.pages import entry
from book.settings import EXERCISE_PAGES
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

HEAD = ("Week", "Chapter", "Minutes", "Short course")


class CoursePath(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        rows = []
        for page in sorted((Path(self.env.srcdir) / EXERCISE_PAGES).glob("[0-9][0-9]_*.ipynb")):
            self.env.note_dependency(str(page))
            chapter = json.loads(page.read_text(encoding="utf-8"))["metadata"]["chapter"]
            short = f"week {chapter['short_week']}" if chapter["short_week"] else ""
            name = self._link(page.stem, chapter["title"])
            rows.append([entry(str(chapter["week"])), name, entry(str(chapter["minutes"])), entry(short)])
        group = nodes.tgroup("", cols=len(HEAD))
        group += [nodes.colspec(colwidth=1) for _ in HEAD]
        group += nodes.thead("", nodes.row("", *map(entry, HEAD)))
        group += nodes.tbody("", *(nodes.row("", *row) for row in rows))
        return [nodes.container("", nodes.table("", group, classes=["course-path"]), classes=["scroll"])]

    def _link(self, stem: str, title: str) -> nodes.entry:
        reference = addnodes.pending_xref(
            "",
            nodes.inline("", title),
            refdomain="std",
            reftype="doc",
            reftarget=f"/chapters/{stem}",
            refexplicit=True,
            refdoc=self.env.docname,
            refwarn=True,
        )
        return nodes.entry("", nodes.paragraph("", "", reference))


def setup(app: Sphinx) -> dict:
    app.add_directive("course-path", CoursePath)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
