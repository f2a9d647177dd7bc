"""Directives for the path through the course and the reader's progress on it.

`course-path` is a card for each lesson, part by part, and `times` a sentence with the minutes of a
lesson; `make` notes these facts in a file. `way-in` links to the first lesson, or for a returning
reader to the one where they are. `progress` is the place of the reader's marks: `memory.js` keeps
lessons read, answers and guesses in the browser, and `progress.js` shows them. `kept-here` is the
place of what the device keeps. Without scripts nothing of them is shown.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.progress import cards


class CoursePath(SphinxDirective):
    """A section for each part of the course, with a list of its lessons.

    Each line of its content names a lesson's file and, after a colon, the figure on its card.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        named = (line.partition(":") for line in self.content)
        self.figures = {file.strip(): figure.strip() for file, _, figure in named}
        parts = settings.list_parts(self.env.srcdir)
        return [self._make_part(caption, lessons) for caption, lessons in parts.items()]

    def _make_part(self, caption: str, lessons: tuple[settings.Chapter, ...]) -> nodes.section:
        cards = nodes.bullet_list("", *map(self._make_card, lessons), classes=["course-path"])
        section = nodes.section(
            "", nodes.title(caption, caption), cards, names=[nodes.fully_normalize_name(caption)]
        )
        self.state.document.note_implicit_target(section, section)
        return section

    def _make_card(self, lesson: settings.Chapter) -> nodes.list_item:
        figure = self.figures.get(Path(lesson.page).name, "")
        try:
            return cards.make_card(self.env, lesson, figure)
        except LookupError as error:
            raise self.error(f"{lesson.page}: {error}") from None


def describe_times(directive: SphinxDirective) -> nodes.paragraph:
    """Make the sentence with the minutes of the lesson that contains a directive."""
    page = directive.env.docname
    try:
        times = facts.take(directive.env.app, "lesson", Path(page).name)["times"]
    except KeyError:
        raise directive.error(f"{page} is no lesson, so it has no time of its own") from None
    return elements.paragraph(nodes.strong("", "Time."), f" {times}")


class Times(SphinxDirective):
    """The minutes to read, to run and to practise the lesson that contains it."""

    def run(self) -> list[nodes.Node]:
        return [describe_times(self)]


class Progress(SphinxDirective):
    """The place of the reader's progress."""

    def run(self) -> list[nodes.Node]:
        place = '<div class="progress-summary" id="your-marks" hidden></div>'
        return [nodes.raw("", place, format="html")]


class KeptHere(SphinxDirective):
    """The place of what this device keeps."""

    def run(self) -> list[nodes.Node]:
        place = '<div class="kept-here" id="kept-here" hidden></div>'
        return [nodes.raw("", place, format="html")]


class WayIn(SphinxDirective):
    """A link to the first lesson, and a line on the course with `{lessons}` and `{hours}` filled
    in."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        chapters = settings.list_chapters(self.env.srcdir)
        minutes = sum(
            facts.take(self.env.app, "lesson", Path(chapter.page).name)["minutes"]
            for chapter in chapters
        )
        line = " ".join(self.content).format(lessons=len(chapters), hours=round(minutes / 60))
        parsed, messages = self.parse_inline(line)
        start = elements.reference(self.env, f"/{chapters[0].page}", "Start lesson 1", kind="doc")
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
    """Add the place of the box in which readers mark a lesson as read."""
    chapter = settings.find_chapter(app.srcdir, app.env.docname)
    if chapter and chapter.page == app.env.docname:
        document.append(nodes.raw("", '<div class="progress-box" hidden></div>', format="html"))


def setup(app: Sphinx) -> None:
    """Register the directives, and add the box to each lesson."""
    facts.register("lesson", _read_lesson)
    app.add_directive("course-path", CoursePath)
    app.add_directive("times", Times)
    app.add_directive("progress", Progress)
    app.add_directive("kept-here", KeptHere)
    app.add_directive("way-in", WayIn)
    app.connect("doctree-read", _add_box)
    cards.setup(app)
