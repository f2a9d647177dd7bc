"""The desk's pages as text, made from what lies on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from nbconvert.filters import markdown2html

from coursework.desk.stack import SAMPLES, Group, Question, Stack
from coursework.grading.feedback import clean
from coursework.grading.marks import Mark, format_number

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Look:
    """How somebody wants to mark: with names hidden, with keys of one letter."""

    hidden: bool = False
    keys: bool = True


@dataclass(frozen=True)
class Given:
    """What a form holds: `own` are points that are not the sum of the items."""

    items: tuple[int, ...] = ()
    own: str = ""
    comment: str = ""


def fill(question: Question, mark: Mark) -> Given:
    """The form for a mark that is kept."""
    if mark.points is None:
        return Given(comment=mark.comment)
    items = tuple(number for number in mark.items if 1 <= number <= len(question.items))
    is_sum = bool(items) and question.sum(items) == mark.points
    return Given(items, "" if is_sum else format_number(mark.points), mark.comment)


def render_index(stacks: list[Stack], look: Look, token: str) -> str:
    """The page of all questions."""
    return _render("index", stacks=stacks, look=look, token=token)


def render_question(stack: Stack, question: Question) -> str:
    """The page of all answers to one question."""
    waiting = next((group.name for group in stack.groups(question.name) if group.waiting), None)
    return _render("question", stack=stack, question=question, waiting=waiting)


def render_answer(
    stack: Stack,
    question: Question,
    group: Group,
    look: Look,
    token: str = "",
    given: Given | None = None,
    says: str = "",
    theirs: str = "",
    kept: bool = False,
) -> str:
    """The page of one answer; `given` is what its form holds, if that is not what is kept."""
    groups = stack.groups(question.name)
    place = find_place(groups, group.name)
    done, whole = stack.progress(question.name)
    return _render(
        "answer",
        stack=stack,
        question=question,
        group=group,
        look=look,
        token=token,
        given=given or fill(question, group.mark),
        says=says,
        theirs=theirs,
        kept=kept,
        place=place + 1,
        groups=len(groups),
        done=done,
        whole=whole,
        comments=stack.comments(question.name),
        samples=SAMPLES,
        previous=groups[place - 1].name if place else None,
        next=groups[place + 1].name if place + 1 < len(groups) else None,
        waiting=find_waiting(groups, place),
    )


def render_problem(says: str, written: str = "") -> str:
    """A page with one sentence, and what somebody had written, so that it is not lost."""
    return _render("problem", says=says, written=written)


def find_place(groups: list[Group], name: str) -> int:
    """Where a group lies among the answers to its question."""
    return [group.name for group in groups].index(name)


def find_waiting(groups: list[Group], place: int) -> str | None:
    """The next group that waits for points, after a place and then from the start."""
    return next((group.name for group in groups[place + 1 :] + groups[:place] if group.waiting), None)


def describe(question: Question, mark: Mark) -> str:
    """A mark in words."""
    points = "no points yet" if mark.points is None else f"{mark.points:g} of {question.out_of:g} points"
    return points + (f", with the comment “{mark.comment}”" if mark.comment else "")


def _render(name: str, **values: object) -> str:
    page = _environment().get_template(f"{name}.html.j2").render(**values)
    # A name from a zip may hold what is no text.
    return page.encode("utf-8", "replace").decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    # Only for what the course's own masters say: what a student wrote stands as it was written.
    environment.filters["markdown"] = lambda text: clean(markdown2html(text))
    environment.filters["points"] = format_number
    return environment
