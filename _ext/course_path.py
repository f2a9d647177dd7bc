"""The way through the course: `course-path` is a table of its chapters, week by week.

Titles and times come from the chapters, the two plans from where the instructor's plan has them.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from exercise_pages import entry
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

HEAD = ("Week", "Chapter", "Minutes", "Short course")


class CoursePath(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        # The exercises' own reader; `exercise_pages` has made it importable.
        from exercises.making import chapter

        root = Path(self.env.srcdir)
        written = {int(path.stem[:2]): path for path in (root / "chapters").glob("[0-9][0-9]_*.md")}
        rows = []
        for week, number in enumerate(chapter.FOURTEEN_WEEKS, start=1):
            name, minutes = entry(f"Chapter {number}, not written yet"), ""
            if number in written:
                self.env.note_dependency(str(written[number]))
                stem = written[number].stem
                name = self._link(stem, chapter.title(root, stem))
                minutes = str(sum(chapter.minutes(root, stem)))
            short = (
                f"week {chapter.SEVEN_WEEKS.index(number) + 1}" if number in chapter.SEVEN_WEEKS else ""
            )
            rows.append([entry(str(week)), name, entry(minutes), entry(short)])
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
