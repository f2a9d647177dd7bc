"""Render the desk's pages."""

from dataclasses import dataclass

from notebook_grader.marks.decisions import MACHINE, Mark
from notebook_grader.marks.desk.stack import Group, Question
from notebook_grader.marks.feedback import render_markdown
from notebook_grader.marks.pages import load_template
from notebook_grader.tables import format_number


@dataclass(frozen=True)
class Preferences:
    """A marker's preferences: hidden names, single-letter keys, and the name beside marks."""

    hidden: bool = False
    keys: bool = True
    name: str = ""


@dataclass(frozen=True)
class Form:
    """Entries of the form: `own` are points other than the sum of the items."""

    items: tuple[int, ...] = ()
    own: str = ""
    comment: str = ""


def fill(question: Question, mark: Mark) -> Form:
    """Fill the form with a mark."""
    if mark.points is None or (question.machine and mark.by == MACHINE):
        return Form(comment=mark.comment)
    items = tuple(number for number in mark.items if 1 <= number <= len(question.items))
    is_sum = bool(items) and question.sum(items) == mark.points
    return Form(items, "" if is_sum else format_number(mark.points), mark.comment)


def find_waiting(groups: list[Group], place: int) -> str | None:
    """Find the next group that waits for points, after a place, then from the start."""
    return next(
        (group.name for group in groups[place + 1 :] + groups[:place] if group.waiting), None
    )


def describe(question: Question, mark: Mark) -> str:
    """Describe a mark in words."""
    points = (
        "no points yet" if mark.points is None else f"{mark.points:g} of {question.out_of:g} points"
    )
    return f"{points} by {mark.by}" + (
        f", with the comment “{mark.comment}”" if mark.comment else ""
    )


def render(name: str, **values: object) -> str:
    """Render a page."""
    # A name from a zip may hold surrogates.
    page = load_template(name).render(markdown=render_markdown, **values)
    return page.encode("utf-8", "replace").decode()
