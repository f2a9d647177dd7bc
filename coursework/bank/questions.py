"""Questions as a learning platform asks them: text, answers with tolerances, and feedback on
each."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import vl_convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbformat import NotebookNode
from plain_answers import parsing
from plain_answers.judging import Answer, agree
from plain_answers.parsing import Plain
from plain_answers.recording import make_answer
from still_charts import vega

from coursework.common import ROLE, list_tags
from coursework.masters import parameters
from coursework.masters.master import HIDDEN, SOLUTION, Exercise, Master
from coursework.masters.notebooks import format_options
from coursework.masters.parameters import Values
from coursework.masters.seals import read_recorded

KINDS = ("multiple choice", "numeric", "fill-in", "parsons", "chart reading", "transfer")
"""Kinds that a platform can ask: each answer is a number, a word, a choice or an order of lines."""
RIGHT = "Right."
WIDTH = 640  # of a chart, in pixels
ORDER = "Type the letters in their order, without signs between them, such as `CEDA`."
START = (
    "Compute it in the notebook for practice of lesson {chapter}, whose first cells bring the"
    " tables."
)
_NOTEBOOK = re.compile(r"\s*In the notebook, write [^\n]*")  # how an order is given there
_BARE = re.compile(r"\w+ = \.\.\.|")
_CHECKED = re.compile(r'check\.answer\("[^"]+", \w+[,)].*')
_SEPARATORS = ("", " ", ", ", ",", "-")  # between letters, as people type an order
_DIGITS = 1e-6  # a number without a tolerance is right to six digits


class Wrong(NamedTuple):
    """A wrong answer with its tolerance and its feedback."""

    value: Any
    within: float
    says: str


class Field(NamedTuple):
    """One answer that is typed: right `forms`, wrong answers, and a `hint` on any other."""

    name: str
    forms: list[str]
    within: float
    unit: str
    is_number: bool
    wrong: list[Wrong]
    hint: str
    weight: int = 1

    @property
    def asks(self) -> str:
        """Label in front of the field."""
        unit = f" ({html.escape(self.unit)})" if self.unit else ""
        return f"<code>{html.escape(self.name)}</code>{unit}"


class Option(NamedTuple):
    """One choice, with its feedback; texts are HTML."""

    text: str
    says: str
    right: bool


class Question(NamedTuple):
    """One exercise with one set of numbers: either options or fields. Texts are HTML."""

    exercise: Exercise
    set: int
    text: str
    images: dict[str, bytes]
    options: list[Option]
    fields: list[Field]
    hints: list[str]
    tags: list[str]

    @property
    def number(self) -> str:
        return self.exercise.number

    @property
    def name(self) -> str:
        """Number and title, and the set of numbers if that is not the book's."""
        return f"{self.number} {self.exercise.title}" + (
            f" (set {self.set})" if self.set > 1 else ""
        )


def _render_math(content: str, options: dict[str, bool]) -> str:
    left, right = ("\\[", "\\]") if options["display_mode"] else ("\\(", "\\)")
    return f"{left}{html.escape(content.strip())}{right}"


_MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=_render_math)


def to_html(text: str) -> str:
    """Render Markdown of a master as HTML for platforms, with formulas for their MathJax."""
    return _MARKDOWN.render(ROLE.sub(r"\2", text)).strip()


def _inline(text: str) -> str:
    return _MARKDOWN.renderInline(ROLE.sub(r"\2", text))


def list_questions(
    sets: Iterable[Master], taken: Mapping[str, Values] | None = None
) -> list[Question]:
    """List the questions of one chapter, from executed masters with different sets of numbers.

    A question that repeats one of an earlier set is left out, and one with the values that an
    assignment has `taken`, by the number of its exercise.
    """
    by_exercise: dict[str, list[Question]] = {}
    for master in sets:
        for exercise in filter(fits, master.exercises):
            if exercise.variant_cells and (taken or {}).get(exercise.number) == exercise.values:
                continue
            earlier = by_exercise.setdefault(exercise.number, [])
            question = _make(exercise, master, len(earlier) + 1)
            if (question.text, question.options, question.fields) not in [
                (other.text, other.options, other.fields) for other in earlier
            ]:
                earlier.append(question)
    return [question for questions in by_exercise.values() for question in questions]


def fits(exercise: Exercise) -> bool:
    """Whether a platform can ask and mark an exercise, and its answer is not the assignment's."""
    if exercise.facts["kind"] not in KINDS or exercise.by_hand or exercise.marked:
        return False
    records = read_recorded(exercise.tests)
    single = (list(record["values"]) == [""] and "asks" not in record for record in records)
    return bool(exercise.lines) or all(single)


def _make(exercise: Exercise, master: Master, number: int) -> Question:
    right = exercise.choices.keys() - exercise.wrong_choices.keys()
    options = [
        Option(_inline(choice["text"]), to_html(choice["says"]), letter in right)
        for letter, choice in exercise.choices.items()
    ]
    fields = [] if options else [*_list_fields(exercise)]
    objectives = [f"objective {master.chapter}.{number}" for number in exercise.objectives]
    tags = [
        f"chapter {master.chapter}",
        *objectives,
        exercise.facts["kind"],
        exercise.facts["level"],
    ]
    hints = [to_html(hint) for hint in exercise.hints]
    return Question(exercise, number, *_format_text(exercise, master), options, fields, hints, tags)


def _list_fields(exercise: Exercise) -> Iterable[Field]:
    slips = [record for cell in exercise.slips for record in read_recorded(cell)]
    weights = exercise.facts.get("answers") or {}
    for record in read_recorded(exercise.tests):
        answer = make_answer(record, slips, " ".join(exercise.hints), exercise.accepted)
        right = _read(answer.values)
        is_number = answer.kind == parsing.NUMBER
        forms = [write(_read(values)) for values in (answer.values, *answer.also)]
        if exercise.lines:
            forms = [sign.join(forms[0]) for sign in _SEPARATORS]
        within = answer.within if is_number else 0.0
        if isinstance(right, float) and is_number and not within:
            within = abs(right) * _DIGITS
        yield Field(
            answer.name.removeprefix(exercise.number).strip(),
            forms,
            within,
            answer.unit,
            is_number,
            [*_list_wrong(answer, right, within)],
            _inline(answer.hint),
            weights.get(answer.name, 1),
        )


def _read(values: parsing.Values) -> Plain:
    """The single value of an answer; an order of lines as its letters."""
    return values[""] if list(values) == [""] else "".join(map(str, values.values()))


def write(value: Plain) -> str:
    """An answer as people type it."""
    return f"{value:.10g}" if type(value) in (int, float) else str(value)


def _list_wrong(answer: Answer, right: Plain, within: float) -> Iterable[Wrong]:
    """Answers of misconceptions, then of common slips with a number, such as a lost sign; none
    overlap."""
    coded = {
        write(_read(slip.values)): Wrong(_read(slip.values), within, slip.says)
        for slip in answer.slips[::-1]
    }
    coded.pop(write(right), None)
    wrong = list(coded.values())[::-1]
    # If 0 is accepted, a tenth of the number is as right.
    if answer.kind == parsing.NUMBER and not agree(answer, {"": 0.0}):
        for factor, says in parsing.SLIPS:
            slip = Wrong(float(right) / factor, within / abs(factor), says)
            others = [float(right), *(float(other.value) for other in wrong)]
            if all(abs(slip.value - other) > slip.within + within for other in others):
                wrong.append(slip)
    for slip in wrong:
        gaps = (
            [abs(slip.value - other.value) for other in wrong if other is not slip]
            if slip.within
            else []
        )
        yield Wrong(
            slip.value, min([slip.within, *(0.49 * gap for gap in gaps)]), _inline(slip.says)
        )


def _format_text(exercise: Exercise, master: Master) -> tuple[str, dict[str, bytes]]:
    """The question with its provided cells: code, what it printed, charts as pictures."""
    parts = [to_html(_NOTEBOOK.sub("", cell.source)) for cell in exercise.question]
    images: dict[str, bytes] = {}
    needs = _needs_tables(exercise, master)
    names = parameters.assign_names(exercise.values)
    # The question has all values itself, and nothing is computed with their names.
    repeated = not needs and names.keys() <= parameters.find_placeholders(exercise.template)
    for cell in exercise.provided:
        shown, drawn = _format_outputs(cell, f"{exercise.label}-{len(images) + 1}.svg")
        hidden = drawn or "hide-input" in list_tags(cell)
        hidden = hidden or (repeated and cell is exercise.parameters)
        parts += [] if hidden else [f"<pre><code>{html.escape(cell.source)}</code></pre>"]
        parts += shown
        images |= drawn
    # A function to complete, and its calls, are part of the question; a bare name is not.
    starter = SOLUTION.sub("", exercise.answer.source).strip()
    if not all(_BARE.fullmatch(line) for line in starter.splitlines()):
        called = [
            line for line in HIDDEN.sub("", exercise.tests.source).splitlines() if "def " in starter
        ]
        starter += "".join(f"\n{line}" for line in called if not _CHECKED.fullmatch(line))
        parts.append(f"<pre><code>{html.escape(starter.rstrip())}</code></pre>")
    if exercise.lines:
        parts.append(to_html(f"{format_options(exercise)}\n\n{ORDER}"))
    elif needs:
        parts.append(to_html(START.format(chapter=master.chapter)))
    return "\n".join(parts), images


def _format_outputs(cell: NotebookNode, name: str) -> tuple[list[str], dict[str, bytes]]:
    shown: list[str] = []
    images: dict[str, bytes] = {}
    for output in cell.outputs:
        data = output.get("data", {"text/plain": output.get("text", "")})
        specification = data.get(vega.CHART_MIME)
        if specification:
            images[name] = draw(specification)
            label = html.escape(str(specification.get("description", "")), quote=True)
            caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
            shown += [f'<p><img src="{name}" alt="{label}" width="{WIDTH}"></p>', to_html(caption)]
        elif data.get("text/plain", "").strip():
            shown.append(f"<pre>{html.escape(data['text/plain'].rstrip())}</pre>")
    return shown, images


def draw(specification: dict) -> bytes:
    """Draw a chart on white, as wide as a question's text."""
    fitted = specification | {"background": "white"}
    if specification.get("width") == "container":
        fitted |= {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
    return str(vl_convert.vegalite_to_svg(fitted)).encode()


def _needs_tables(exercise: Exercise, master: Master) -> bool:
    """Whether the solution uses names of the notebook's first cells or of the exercise's provided
    cells."""
    cells = [
        *master.provided,
        *(cell for cell in exercise.provided if cell is not exercise.parameters),
    ]
    codes = [cell.source for cell in cells if cell.cell_type == "code"]
    bound = {name for code in codes for name in parameters.find_bound(code)}
    solution = "\n".join(SOLUTION.findall(exercise.answer.source))
    if "def " in exercise.answer.source:  # it is called in the tests
        solution += HIDDEN.sub("", exercise.tests.source)
    return bool(parameters.find_words(re.sub(r"\"[^\"]*\"|'[^']*'", "", solution)) & bound)
