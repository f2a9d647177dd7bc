"""Directives for the path through the course and the reader's progress on it.

`course-path` is a table of the chapters with their minutes, and `times` a sentence with those of a
chapter; `make` notes these facts in a file. `way-in` links to the first chapter, or for a returning
reader to the one where they are. `progress` is the place of the reader's marks: `memory.js` keeps
chapters read, answers and guesses in the browser, and `progress.js` shows them. Without scripts
nothing of them is shown.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings

HEAD = ("No.", "Chapter", "Minutes to read + run + practise")


class CoursePath(SphinxDirective):
    """One table of all chapters, each with its minutes."""

    def run(self) -> list[nodes.Node]:
        rows = map(self._make_row, settings.list_chapters(self.env.srcdir))
        return [elements.table("course-path", HEAD, rows)]

    def _make_row(self, chapter: settings.Chapter) -> list[elements.Part]:
        notes = facts.take(self.env.app, "lesson", Path(chapter.page).name)
        link = elements.reference(self.env, f"/{chapter.page}", notes["title"], kind="doc")
        return [str(chapter.number), elements.paragraph(link), notes["parts"]]


def describe_times(directive: SphinxDirective) -> nodes.paragraph:
    """Make the sentence with the minutes of the lesson that contains a directive."""
    page = directive.env.docname
    try:
        times = facts.take(directive.env.app, "lesson", Path(page).name)["times"]
    except KeyError:
        raise directive.error(f"{page} is no lesson, so it has no time of its own") from None
    return elements.paragraph(nodes.strong("", "Time."), f" {times}")


class Times(SphinxDirective):
    """The minutes to read, to run and to practise the chapter that contains it."""

    def run(self) -> list[nodes.Node]:
        return [describe_times(self)]


class Progress(SphinxDirective):
    """The places of the reader's progress, and of what this device keeps."""

    def run(self) -> list[nodes.Node]:
        places = '<div class="progress-summary" id="your-marks" hidden></div>'
        places += '<div class="kept-here" id="kept-here" hidden></div>'
        return [nodes.raw("", places, format="html")]


class WayIn(SphinxDirective):
    """A link to the first chapter, and a line on the course with `{chapters}` and `{hours}` filled
    in."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        chapters = settings.list_chapters(self.env.srcdir)
        minutes = sum(
            facts.take(self.env.app, "lesson", Path(chapter.page).name)["minutes"]
            for chapter in chapters
        )
        line = " ".join(self.content).format(chapters=len(chapters), hours=round(minutes / 60))
        parsed, messages = self.parse_inline(line)
        start = elements.reference(self.env, f"/{chapters[0].page}", "Start chapter 1", kind="doc")
        about = elements.paragraph(*parsed, classes=["way-in-about"])
        return [elements.box("way-in", elements.paragraph(start), about), *messages]


def _read_lesson(app: Sphinx, name: str) -> dict:
    """Read what `make` noted on a lesson, by the name of its file; raises `KeyError`."""
    return json.loads(Path(app.srcdir, settings.LESSONS).read_text(encoding="utf-8"))[name]


def list_moved(redirects: dict[str, str]) -> dict[str, str]:
    """List the lessons whose file has been renamed: their former names, each with that of today."""
    pages = [page for page in redirects if page.startswith(("chapters/", settings.EXERCISE_PAGES))]
    return {Path(page).name: Path(redirects[page]).stem for page in pages}


def _add_box(app: Sphinx, document: nodes.document) -> None:
    """Add the place of the box in which readers mark a chapter as read."""
    chapter = settings.find_chapter(app.srcdir, app.env.docname)
    if chapter and chapter.page == app.env.docname:
        document.append(nodes.raw("", '<div class="progress-box" hidden></div>', format="html"))


def setup(app: Sphinx) -> None:
    """Register the directives, and add the box to each chapter."""
    facts.register("lesson", _read_lesson)
    app.add_directive("course-path", CoursePath)
    app.add_directive("times", Times)
    app.add_directive("progress", Progress)
    app.add_directive("way-in", WayIn)
    app.connect("doctree-read", _add_box)
