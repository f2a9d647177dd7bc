"""The parts of a lesson that an author writes in a line or two.

    :::{glance}
    **You need.** {doc}`lesson 2 <02_region>`.

    **Objectives.** After this lesson you can

    1. **compare** a rise with the rises of others.
    :::

is two lines, what one needs and how long it takes, with the objectives in a fold. Its presence also
says that a page has the form of a lesson (`elements.is_lesson`).

    :::{decides}
    | what we compare | answer |
    |---|---|
    | beds per resident | rare |
    :::

    :::{answer}
    :not: that the plan brought beds, nor that it brought none.
    Beds per resident rose as they did elsewhere.
    :::

    :::{key-ideas}
    - Compare with those who had no plan.
    :::

    ```{doors}
    ```

are the choice that decides, the answer with what one may not say, the ideas to keep, and links to
checks and exercises, where there are any.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.exercises.pages import read_notes
from book.progress.pages import describe_times

OBJECTIVES = "What you can do after this lesson"
CHOICE = "The choice that decides"
SAY, NOT_SAY = "What we can say", "What we may not say"
IDEAS = "Key ideas"
CHECKS, CHECKS_ASK = "Checks", "Does the answer stand? Here somebody objects:"
SHOWN = 3  # objections at the door
EXERCISES = "Exercises"
LEDGER = "For the ledger"  # the section of a page of checks that answers no objection


class Glance(SphinxDirective):
    """What a reader needs and how long it takes, with the objectives in a fold."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        needs, *objectives = self.parse_content_to_nodes()
        if not objectives:
            raise self.error(
                "glance: write '**You need.** ...', then '**Objectives.** ...' and their list"
            )
        # Their first words are in the summary of the fold.
        told = [node for node in objectives if not isinstance(node, nodes.paragraph)]
        times = describe_times(self)
        return [elements.box("glance", needs, times, elements.folded(OBJECTIVES, *told))]


def _title(text: str) -> nodes.paragraph:
    return elements.paragraph(text, classes=["lesson-label"])


class Boxed(SphinxDirective):
    """A box under a label."""

    has_content = True
    kind: ClassVar[str]
    label: ClassVar[str]

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        return [elements.box(self.kind, _title(self.label), *self.parse_content_to_nodes())]


class Decides(Boxed):
    """The choice that decides: a table of what we compare, and the answer."""

    kind = "decides"
    label = CHOICE


class KeyIdeas(Boxed):
    """The ideas to keep."""

    kind = "key-ideas"
    label = IDEAS


class Answer(SphinxDirective):
    """What we can say, in one or two sentences, and in the option `not` what we may not."""

    option_spec: ClassVar[dict] = {"not": directives.unchanged_required}
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        if not self.options.get("not"):
            raise self.error("answer: say in ':not:' what one may not write")
        parsed, messages = self.parse_inline(self.options["not"], lineno=self.lineno)
        said = elements.box("answer-said", _title(SAY), *self.parse_content_to_nodes())
        unsaid = elements.box("answer-not", _title(NOT_SAY), elements.paragraph(*parsed))
        return [elements.box("answer", said, unsaid), *messages]


class Doors(SphinxDirective):
    """Links to the checks and the exercises of a lesson, where there are any."""

    def run(self) -> list[nodes.Node]:
        lesson = settings.find_chapter(self.env.srcdir, self.env.docname)
        if not lesson:
            raise self.error(f"doors: {self.env.docname} is no lesson")
        doors = [self._open_checks(lesson.checks)] if lesson.checks else []
        doors += [self._open_exercises(lesson.exercises)] if lesson.exercises else []
        return [elements.bullets(doors, "lesson-doors")] if doors else []

    def _open_checks(self, page: str) -> nodes.paragraph:
        link = elements.reference(self.env, f"/{page}", CHECKS, kind="doc")
        objections = facts.take(self.env.app, "objections", page)
        first = " ".join(objections[:SHOWN])
        more = f" And {len(objections) - SHOWN} more objections." if len(objections) > SHOWN else ""
        return elements.paragraph(link, f" {CHECKS_ASK} {first}{more}")

    def _open_exercises(self, page: str) -> nodes.paragraph:
        link = elements.reference(self.env, f"/{page}", EXERCISES, kind="doc")
        exercises = read_notes(self.env, page)["exercises"]
        points, minutes = (sum(one[name] for one in exercises) for name in ("points", "minutes"))
        return elements.paragraph(
            link, f" {len(exercises)} exercises, {points} points, about {minutes} minutes."
        )


def _list_objections(app: Sphinx, page: str) -> list[str]:
    """List the objections that a page of checks answers: its headings, without the one of the
    ledger."""
    cells = settings.read_notebook(app.srcdir, page)["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    lines = (line for text in texts for line in text.splitlines() if line.startswith("## "))
    return [
        title for title in (line.removeprefix("## ").strip() for line in lines) if title != LEDGER
    ]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    facts.register("objections", _list_objections)
    app.add_directive("glance", Glance)
    app.add_directive("decides", Decides)
    app.add_directive("answer", Answer)
    app.add_directive("key-ideas", KeyIdeas)
    app.add_directive("doors", Doors)
