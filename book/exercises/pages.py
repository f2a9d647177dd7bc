"""Exercise pages: made before Sphinx looks for its sources, listed in chapters, checked in the page.

    ```{exercise-list} exercises/03_gdp.md
    ```

lists the exercises of a master with links. `self-check` is written by the generator: its argument is the
kind of answer, its option holds salted hashes, and its content the choices or lines of code as a plain
list, which is what a reader without a script gets.
"""

import os
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from book import elements, settings

ASKED = {
    "number": "With JavaScript, this page checks a number that you type here; the notebook does too.",
    "text": "With JavaScript, this page checks a word that you type here; the notebook does too.",
    "choice": "With JavaScript, you choose here and see what each choice means; the notebook checks it too.",
    "order": "With JavaScript, you can put the lines in order here; the notebook checks it too.",
}
COLUMNS = ("Exercise", "Objectives", "Kind", "Level", "Points", "Minutes")


def read_notes(env: BuildEnvironment, name: str) -> dict:
    """What `make` has noted of a chapter, and of its `exercises`, in the page of exercises of that name.

    Raises
    ------
    FileNotFoundError
        If there is no such page.
    """
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
        box = nodes.container(classes=["self-check", f"self-check-{kind}"])
        self.state.nested_parse(self.content, self.content_offset, box)
        box += nodes.paragraph("", ASKED[kind], classes=["self-check-still"])
        box += nodes.raw(
            "", f'<div class="self-check-live" data-check="{self.options["check"]}"></div>', format="html"
        )
        return [box]


class ExerciseList(SphinxDirective):
    """The exercises of a chapter, as its page lists them."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        master = self.arguments[0]
        try:
            exercises = read_notes(self.env, master)["exercises"]
        except FileNotFoundError as error:
            missing = Path(error.filename).name
            raise self.error(f"{master} is not a master of exercises: there is no {missing}") from None
        total = nodes.paragraph(
            "",
            f"{len(exercises)} exercises, {sum(e['points'] for e in exercises)} points, "
            f"about {sum(e['minutes'] for e in exercises)} minutes.",
        )
        table = elements.table("exercise-list", COLUMNS, map(self._make_row, exercises))
        return [total, nodes.container("", table, classes=["scroll"])]

    def _make_row(self, exercise: dict) -> list[elements.Part]:
        text = f"{exercise['number']} {exercise['title']}"
        name = elements.paragraph(elements.reference(self.env, exercise["label"], text))
        objectives = ", ".join(map(str, exercise["objectives"]))
        return [name, objectives, *(str(exercise[fact]) for fact in ("kind", "level", "points", "minutes"))]


def _mark_the_edition(app: Sphinx, config: Config) -> None:
    if os.environ.get("EDITION") == "instructor":
        config.html_theme_options["announcement"] = (
            "Instructor's edition: it holds the solutions. Keep it private."
        )
        config.html_title = f"{config.html_title} (instructor's edition)"


def setup(app: Sphinx) -> None:
    """Register self-checks and lists of exercises, and say which edition it is."""
    app.add_directive("self-check", SelfCheck)
    app.add_directive("exercise-list", ExerciseList)
    app.connect("config-inited", _mark_the_edition)
