"""The desk's pages as text, made from what lies on it."""

from dataclasses import dataclass

from markupsafe import Markup
from nbconvert.filters import markdown2html

from notebook_grader.decisions import MACHINE, Mark
from notebook_grader.desk.stack import Group, Question
from notebook_grader.feedback import clean
from notebook_grader.pages import load_template
from notebook_grader.tables import format_number


@dataclass(frozen=True)
class Preferences:
    """How somebody wants to mark: with names hidden, with keys of one letter, and under which name."""

    hidden: bool = False
    keys: bool = True
    name: str = ""


@dataclass(frozen=True)
class Form:
    """What a form holds: `own` are points that are not the sum of the items."""

    items: tuple[int, ...] = ()
    own: str = ""
    comment: str = ""


def fill(question: Question, mark: Mark) -> Form:
    """The form for a mark that is kept."""
    if mark.points is None or (question.machine and mark.by == MACHINE):
        return Form(comment=mark.comment)
    items = tuple(number for number in mark.items if 1 <= number <= len(question.items))
    is_sum = bool(items) and question.sum(items) == mark.points
    return Form(items, "" if is_sum else format_number(mark.points), mark.comment)


def find_waiting(groups: list[Group], place: int) -> str | None:
    """The next group that waits for points, after a place and then from the start."""
    return next((group.name for group in groups[place + 1 :] + groups[:place] if group.waiting), None)


def describe(question: Question, mark: Mark) -> str:
    """A mark in words."""
    points = "no points yet" if mark.points is None else f"{mark.points:g} of {question.out_of:g} points"
    return f"{points} by {mark.by}" + (f", with the comment “{mark.comment}”" if mark.comment else "")


def render(name: str, **values: object) -> str:
    """A page by its name, with what it shows."""
    # A name from a zip may hold what is no text.
    return load_template(name).render(markdown=_show_markdown, **values).encode("utf-8", "replace").decode()


def _show_markdown(text: str) -> Markup:
    """What the course's own masters say; what a student wrote stands as it was written."""
    return clean(markdown2html(text))
