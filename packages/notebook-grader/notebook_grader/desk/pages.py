"""The desk's pages as text, made from what lies on it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from nbconvert.filters import markdown2html

from notebook_grader.decisions import MACHINE, Mark, format_number
from notebook_grader.desk.share import Share
from notebook_grader.desk.stack import SAMPLES, Group, Question, Stack
from notebook_grader.feedback import clean

FOLDER = Path(__file__).parent


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


def render_answer(
    stack: Stack | Share,
    question: Question,
    group: Group,
    look: Preferences,
    token: str = "",
    given: Form | None = None,
    **told: object,
) -> str:
    """The page of one answer; `given` is what its form holds, if that is not what is kept.

    `told` is what the page says above the form (`says`, `theirs`), or that the mark was kept (`kept`).
    """
    groups = stack.group_answers(question.name)
    place = find_place(groups, group.name)
    done, whole = stack.count_marked(question.name)
    return render(
        "answer",
        stack=stack,
        question=question,
        group=group,
        look=look,
        token=token,
        given=given or fill(question, group.mark),
        place=place + 1,
        groups=len(groups),
        done=done,
        whole=whole,
        comments=stack.list_comments(question.name),
        samples=SAMPLES,
        previous=groups[place - 1].name if place else None,
        next=groups[place + 1].name if place + 1 < len(groups) else None,
        waiting=find_waiting(groups, place),
        pairs=stack.list_pairs(question.name, group),
        **told,
    )


def find_place(groups: list[Group], name: str) -> int:
    """Where a group lies among the answers to its question."""
    return [group.name for group in groups].index(name)


def find_waiting(groups: list[Group], place: int) -> str | None:
    """The next group that waits for points, after a place and then from the start."""
    return next((group.name for group in groups[place + 1 :] + groups[:place] if group.waiting), None)


def describe(question: Question, mark: Mark) -> str:
    """A mark in words."""
    points = "no points yet" if mark.points is None else f"{mark.points:g} of {question.out_of:g} points"
    return f"{points} by {mark.by}" + (f", with the comment “{mark.comment}”" if mark.comment else "")


def render(name: str, **values: object) -> str:
    """A page by its name, with what it shows."""
    page = _make_environment().get_template(f"{name}.html.j2").render(**values)
    # A name from a zip may hold what is no text.
    return page.encode("utf-8", "replace").decode()


@cache
def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    # Only for what the course's own masters say: what a student wrote stands as it was written.
    environment.filters["markdown"] = lambda text: clean(markdown2html(text))
    environment.filters["points"] = format_number
    return environment
