"""The way through the course, and a reader's own progress on it: what pages need for both.

`course-path` is a table of the chapters with their weeks in each plan of a term, and `times` a sentence with
the minutes of the chapter in whose text it stands; both are facts that `make` has written into the
chapter's page of exercises. `way-in` has the first step, or for who comes back the next one. `progress` is
where a reader's marks are summed up, saved, loaded and erased: `memory.js` keeps chapters read, answers and
guesses in the reader's browser; `progress.js` offers a box at the end of a chapter and shows the marks in
the table of contents and on the start page. Without the scripts nothing is shown of them.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, settings
from book.exercises.pages import read_notes

HEAD = ("No.", "Chapter", "Minutes")


class CoursePath(SphinxDirective):
    """One table of all chapters, each with its minutes and its week in each plan of a term."""

    def run(self) -> list[nodes.Node]:
        chapters = settings.list_chapters(self.env.srcdir)
        told = [read_notes(self.env, chapter.page)["chapter"] for chapter in chapters]
        head = [*HEAD, *(f"{weeks} weeks" for weeks in sorted(told[0]["weeks"], key=int))]
        rows = map(self._make_row, chapters, told)
        return [nodes.container("", elements.table("course-path", head, rows), classes=["scroll"])]

    def _make_row(self, chapter: settings.Chapter, facts: dict) -> list[elements.Part]:
        link = elements.reference(self.env, f"/{chapter.page}", facts["title"], kind="doc")
        weeks = (str(facts["weeks"][number] or "") for number in sorted(facts["weeks"], key=int))
        return [str(chapter.number), elements.paragraph(link), str(facts["minutes"]), *weeks]


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
        return [nodes.raw("", '<div class="progress-summary" id="your-marks" hidden></div>', format="html")]


class WayIn(SphinxDirective):
    """Where to begin, and what the course is in a line, in which `{chapters}` and `{hours}` are numbers."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        chapters = settings.list_chapters(self.env.srcdir)
        minutes = sum(read_notes(self.env, chapter.page)["chapter"]["minutes"] for chapter in chapters)
        line = " ".join(self.content).format(chapters=len(chapters), hours=round(minutes / 60))
        said, messages = self.parse_inline(line)
        start = elements.reference(self.env, f"/{chapters[0].page}", "Start chapter 1", kind="doc")
        about = elements.paragraph(*said, classes=["way-in-about"])
        return [nodes.container("", elements.paragraph(start), about, classes=["way-in"]), *messages]


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
    app.add_directive("way-in", WayIn)
    app.connect("doctree-read", _offer)
