"""Directives for exercises: lists of them in chapters, and questions that the page checks.

    ```{exercise-list} exercises/04_vintages.md
    ```

lists the exercises of a master with links. `self-check` is generated: its argument is the kind of
answer, its option holds salted hashes, and its content lists the choices or lines of code for
readers without scripts.
"""

import os
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings

INSTRUCTIONS = {
    "number": (
        "With JavaScript, this page checks a number that you type here; the notebook does too."
    ),
    "text": "With JavaScript, this page checks a word that you type here; the notebook does too.",
    "choice": (
        "With JavaScript, you choose here and see what each choice means; the notebook checks it"
        " too."
    ),
    "order": "With JavaScript, you can put the lines in order here; the notebook checks it too.",
}
COLUMNS = ("Exercise", "Objectives", "Kind", "Level", "Points", "Minutes")


def read_notes(env: BuildEnvironment, name: str) -> dict:
    """Read what `make` noted on the `exercises` of a chapter, in the exercise page of that name."""
    page = f"{settings.EXERCISE_PAGES}/{Path(name).stem}"
    env.note_dependency(str(Path(env.srcdir, f"{page}.ipynb")))
    return settings.read_notebook(env.srcdir, page)["metadata"]


class SelfCheck(SphinxDirective):
    """A question that the page checks itself."""

    required_arguments = 1
    option_spec = {"check": directives.unchanged_required}
    has_content = True

    def run(self) -> list[nodes.Node]:
        kind = self.arguments[0]
        box = elements.box(f"self-check self-check-{kind}")
        self.state.nested_parse(self.content, self.content_offset, box)
        live = f'<div class="self-check-live" data-check="{self.options["check"]}"></div>'
        box += elements.paragraph(INSTRUCTIONS[kind], classes=["self-check-still"])
        box += nodes.raw("", live, format="html")
        return [box]


class ExerciseList(SphinxDirective):
    """The exercises of a chapter, as its page lists them."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        master = self.arguments[0]
        try:
            notes = read_notes(self.env, master)
        except FileNotFoundError as error:
            missing = Path(error.filename).name
            raise self.error(
                f"{master} is not a master of exercises: there is no {missing}"
            ) from None
        exercises = notes["exercises"]
        assigned = facts.take(self.env.app, "lesson", Path(master).stem)["assigned"]
        points, minutes = (
            sum(exercise[name] for exercise in exercises) for name in ("points", "minutes")
        )
        total = f"{len(exercises)} exercises, {points} points, about {minutes} minutes."
        total += (
            f" Assignment: exercise {assigned}, without an answer on this site." if assigned else ""
        )
        table = elements.table("exercise-list", COLUMNS, map(self._make_row, exercises))
        return [elements.paragraph(total), elements.box("scroll", table)]

    def _make_row(self, exercise: dict) -> list[elements.Part]:
        text = f"{exercise['number']} {exercise['title']}"
        link = elements.paragraph(elements.reference(self.env, exercise["label"], text))
        objectives = ", ".join(map(str, exercise["objectives"]))
        return [
            link,
            objectives,
            *(str(exercise[name]) for name in ("kind", "level", "points", "minutes")),
        ]


def _mark_edition(app: Sphinx, config: Config) -> None:
    if os.environ.get("EDITION") == "instructor":
        config.html_theme_options["announcement"] = (
            "Instructor's edition: it holds the solutions. Keep it private."
        )
        config.html_title = f"{config.html_title} (instructor's edition)"


def setup(app: Sphinx) -> None:
    """Register the directives, and mark the instructor's edition."""
    app.add_directive("self-check", SelfCheck)
    app.add_directive("exercise-list", ExerciseList)
    app.connect("config-inited", _mark_edition)
