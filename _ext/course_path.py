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

HEAD = ("Week", "Chapter", "Reading", "Practice", "In seven weeks")


class CoursePath(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        # The exercises' own reader; `exercise_pages` has made it importable.
        from exercises.making import chapter

        root = Path(self.env.srcdir)
        written = {int(path.stem[:2]): path for path in (root / "chapters").glob("[0-9][0-9]_*.md")}
        rows = []
        for week, number in enumerate(chapter.FOURTEEN_WEEKS, start=1):
            short = str(chapter.SEVEN_WEEKS.index(number) + 1) if number in chapter.SEVEN_WEEKS else "–"
            if number not in written:
                rows.append([entry(str(week)), entry(f"Chapter {number}, not written yet")])
                rows[-1] += [entry("") for _ in range(2)] + [entry(short)]
                continue
            self.env.note_dependency(str(written[number]))
            stem = written[number].stem
            title = chapter.title(root, stem)
            reading, practice = (f"{minutes} min" for minutes in chapter.minutes(root, stem))
            rows.append(
                [entry(str(week)), self._link(stem, title), entry(reading), entry(practice), entry(short)]
            )
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
