"""The way through the course, and a reader's own progress on it: what pages need for both.

`course-path` is a table of the chapters, week by week, and `times` a sentence with the minutes of the chapter
in whose text it stands; both are facts that `make` has written into the chapter's page of exercises.
`progress` is where a reader's marks are summed up: `memory.js` keeps chapters read, answers and guesses in
the reader's browser; `progress.js` offers a box at the end of a chapter and shows the marks in the table of
contents and on the start page. Without the scripts nothing is shown of them.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, settings
from book.exercises.pages import read_notes

HEAD = ("Week", "Chapter", "Minutes", "Short course")


class CoursePath(SphinxDirective):
    """One table of all chapters, each with its week, its minutes and its place in the short course."""

    def run(self) -> list[nodes.Node]:
        rows = map(self._make_row, settings.list_chapters(self.env.srcdir))
        return [nodes.container("", elements.table("course-path", HEAD, rows), classes=["scroll"])]

    def _make_row(self, chapter: settings.Chapter) -> list[elements.Part]:
        facts = read_notes(self.env, chapter.page)["chapter"]
        link = elements.reference(self.env, f"/{chapter.page}", facts["title"], kind="doc")
        short = f"week {facts['short_week']}" if facts["short_week"] else ""
        return [str(facts["week"]), elements.paragraph(link), str(facts["minutes"]), short]


class Times(SphinxDirective):
    """The minutes of reading and of practice of the chapter in whose text it stands."""

    def run(self) -> list[nodes.Node]:
        try:
            facts = read_notes(self.env, self.env.docname)["chapter"]
        except FileNotFoundError:
            raise self.error(f"{self.env.docname} has no page of exercises to take its time from") from None
        return [elements.paragraph(nodes.strong("", "Time."), f" {facts['times']}")]


class Progress(SphinxDirective):
    """The place on a page where the reader's progress is summed up."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", '<div class="progress-summary" hidden></div>', format="html")]


def _offer(app: Sphinx, document: nodes.document) -> None:
    """At the end of a chapter, the place of the box in which its reader marks it as read."""
    chapter = settings.find_chapter(app.srcdir, app.env.docname)
    if chapter and chapter.page == app.env.docname:
        document.append(nodes.raw("", '<div class="progress-box" hidden></div>', format="html"))


def setup(app: Sphinx) -> None:
    """Register the directives, and offer a chapter's box."""
    app.add_directive("course-path", CoursePath)
    app.add_directive("times", Times)
    app.add_directive("progress", Progress)
    app.connect("doctree-read", _offer)
