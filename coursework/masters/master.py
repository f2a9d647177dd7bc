"""Read an executed master (``exercises/NN_topic.ipynb``), and check its format."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode
from plain_answers.parsing import parse_text

from coursework.common import LOADER, MasterError, list_tags
from coursework.masters import parameters
from coursework.masters.parameters import Values
from coursework.products import name_assignment

# Answers of this kind are read off and typed: no code of a student could follow other values.
READ_OFF = "chart reading"
# Each kind of exercise, with the forms in which it can be answered.
KINDS = {
    "numeric": ("code",),
    "fill-in": ("code",),
    "parsons": ("lines",),
    "bug-fix": ("code",),
    "multiple choice": ("choices",),
    "chart reading": ("choices", "code"),
    "chart making": ("code",),
    "transfer": ("code",),
    "short text": ("text",),
}
LEVELS = ("remember", "apply", "analyse", "evaluate", "create")
# Wrong choices name their own misconceptions.
REQUIRED = ("exercise", "title", "objectives", "kind", "level", "minutes", "misconceptions")
# `answers`: points of single answers, by name; `marked`: neither solution nor seal is published.
OPTIONAL = (
    *("claim", "hint", "choices", "lines", "rubric", "samples", "variants", "bounds"),
    *("number", "answers", "marked", "accepted"),
)
# Regions of answers and of tests that students do not see.
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION\n?", re.DOTALL)
HIDDEN = re.compile(r" *### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS\n?", re.DOTALL)
_CODE = re.compile('`"?([^`"]+)"?`')
# The number of an exercise as it is written without quotes.
_WRITTEN = re.compile(r"^exercise: *([\d.]+) *(?:#.*)?$", re.MULTILINE)
# Tag of a cell that calls an exercise's functions with inputs drawn from its SEED.
INPUTS = "inputs"


@dataclass
class Exercise:
    """One exercise: the facts of its raw cell, its cells by role, and its parameters' values.

    A cell that is missing is an empty node, which is false. Placeholders of its texts are filled.
    """

    facts: dict
    question: list[NotebookNode] = field(default_factory=list)
    provided: list[NotebookNode] = field(default_factory=list)
    answer: NotebookNode = field(default_factory=NotebookNode)
    tests: NotebookNode = field(default_factory=NotebookNode)
    slips: list[NotebookNode] = field(default_factory=list)
    parameters: NotebookNode = field(default_factory=NotebookNode)
    inputs: NotebookNode = field(default_factory=NotebookNode)
    values: Values = field(default_factory=dict)
    template: str = ""
    """The question with its placeholders."""
    names_asked: set[str] = field(default_factory=set)
    """Parameters that the question, or what is given with it, uses."""

    @property
    def number(self) -> str:
        return str(self.facts["exercise"])

    @property
    def title(self) -> str:
        return str(self.facts["title"])

    @property
    def objectives(self) -> list[int]:
        return _make_list(self.facts["objectives"])

    @property
    def claims(self) -> list[str]:
        return _make_list(self.facts.get("claim"))

    @property
    def hints(self) -> list[str]:
        """Hints in steps: where to look, what to compare, how to start."""
        return _make_list(self.facts.get("hint"))

    @property
    def misconceptions(self) -> list[str]:
        """All misconceptions, those of wrong choices included."""
        chosen = [choice["misconception"] for choice in self.wrong_choices.values()]
        return list(dict.fromkeys([*_make_list(self.facts.get("misconceptions")), *chosen]))

    @property
    def choices(self) -> dict[str, dict]:
        return self.facts.get("choices") or {}

    @property
    def wrong_choices(self) -> dict[str, dict]:
        return {
            letter: choice for letter, choice in self.choices.items() if "misconception" in choice
        }

    @property
    def parts(self) -> dict[str, str]:
        """Lines of code to be put in order, by the parameter that holds each one's letter."""
        return self.facts.get("lines") or {}

    @property
    def lines(self) -> dict[str, str]:
        """Lines of code to be put in order, by letter."""
        letters = parameters.assign_names(self.values)
        return dict(
            sorted((str(letters.get(name, name)), line) for name, line in self.parts.items())
        )

    def list_options(self, record: Mapping[str, Any]) -> list[str]:
        """Letters, or words in a line of the question, with synonyms, if a right text is among
        them."""
        text = next(iter(record["values"].values()))
        lines = [[*self.choices, *self.lines]]
        lines += [_CODE.findall(line) for cell in self.question for line in cell.source.split("\n")]
        listed = next((line for line in lines if text in line), [])
        words = [word for word in listed if not record["name"].endswith(word)]
        return words + [other for word in words for other in self.accepted.get(word, ())]

    @property
    def samples(self) -> dict[str, dict[str, str]]:
        """Text answers that earn half of the marks and none, each with `text` and `why`."""
        return self.facts.get("samples") or {}

    @property
    def accepted(self) -> dict[str, list[str]]:
        """Equivalent texts, by the text that is an answer or a misconception's."""
        return self.facts.get("accepted") or {}

    @property
    def combinations(self) -> list[Values]:
        """Every choice of values, the exercise's own first."""
        return parameters.list_combinations(self.values, self.facts.get("variants") or {})

    @property
    def variant_cells(self) -> list[str]:
        """Source of the cell of parameters for each choice of values, the exercise's own first."""
        if not self.parameters:
            return []
        own, *others = map(parameters.write, self.combinations)
        return list(
            dict.fromkeys([self.parameters.source, *(text for text in others if text != own)])
        )

    @property
    def form(self) -> str:
        """How it is answered: in "text", which a person marks, "choices", "lines" or "code"."""
        return (
            "text"
            if not self.tests
            else "choices"
            if self.choices
            else "lines"
            if self.parts
            else "code"
        )

    @property
    def by_hand(self) -> bool:
        """Whether a person marks it."""
        return self.form == "text"

    @property
    def in_code(self) -> bool:
        """Whether it is answered in code."""
        return self.form == "code"

    @property
    def marked(self) -> bool:
        """Whether it carries marks, so that neither solution nor seal is published."""
        return bool(self.facts.get("marked"))

    @property
    def points(self) -> int:
        """Points of the tests, or of a text answer itself."""
        return int((self.tests or self.answer).metadata["nbgrader"]["points"])

    @property
    def label(self) -> str:
        """Target of links from other pages."""
        return f"exercise-{self.number.replace('.', '-')}"


@dataclass(frozen=True)
class Master:
    """The exercises of one chapter."""

    path: Path
    opening: list[NotebookNode]
    exercises: list[Exercise]
    cohort: str = ""

    @property
    def stem(self) -> str:
        return self.path.stem

    @property
    def name(self) -> str:
        """Name of the assignment."""
        return name_assignment(self.stem, self.cohort)

    @property
    def chapter(self) -> int:
        return int(self.stem[:2])

    @property
    def title(self) -> str:
        return self.opening[0].source.splitlines()[0].removeprefix("# ").strip()

    @property
    def provided(self) -> list[NotebookNode]:
        """Cells that every exercise starts from."""
        return self.opening[1:]

    @property
    def cells(self) -> list[NotebookNode]:
        """All cells that an assignment is made of."""
        own = [[*e.question, *e.provided, e.answer, e.tests] for e in self.exercises]
        return [*self.opening, *(cell for cells in own for cell in cells if cell)]

    @property
    def points(self) -> int:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def minutes(self) -> int:
        return sum(exercise.facts["minutes"] for exercise in self.exercises)


def _make_list(value: object) -> list:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def read_facts(cell: NotebookNode) -> dict | None:
    """Facts of the exercise that a raw cell opens; None for any other cell.

    Raises `MasterError` for a number that YAML reads as another: 3.10 without quotes is 3.1.
    """
    if cell.cell_type != "raw":
        return None
    facts = yaml.load(cell.source, LOADER)
    if not isinstance(facts, dict) or "exercise" not in facts:
        return None
    written = _WRITTEN.search(cell.source)
    if written and written[1] != str(facts["exercise"]):
        number = facts["exercise"]
        raise MasterError(
            f"exercise: {written[1]} is read as {number}; write exercise: '{written[1]}', in quotes"
        )
    return facts


def is_parameters(cell: NotebookNode) -> bool:
    """Whether a cell binds an exercise's parameters."""
    return cell.cell_type == "code" and parameters.TAG in list_tags(cell)


def _place(exercise: Exercise, cell: NotebookNode) -> None:
    """Add a cell to an exercise in its role."""
    marks = cell.metadata.get("nbgrader", {})
    if is_parameters(cell):
        exercise.parameters = cell
        # Names of lines would say what each is good for, so only solution and tests have them.
        exercise.provided += [] if exercise.parts else [cell]
    elif INPUTS in list_tags(cell):
        exercise.inputs = cell
    elif "misconception" in cell.metadata:
        exercise.slips.append(cell)
    elif marks.get("solution"):
        exercise.answer = cell
    elif marks.get("grade"):
        exercise.tests = cell
    elif cell.cell_type == "markdown" and not exercise.answer:
        exercise.question.append(cell)
    elif cell.cell_type == "code" and not exercise.answer:
        exercise.provided.append(cell)
    else:
        raise MasterError(
            f"exercise {exercise.number}: a cell after the answer is neither tests nor slip"
        )


def _fill(exercise: Exercise) -> None:
    """Read an exercise's values, and fill the placeholders of its texts. Raises `MasterError`."""
    if not exercise.parameters:
        return
    exercise.values = parameters.read(exercise.parameters.source)
    names = parameters.assign_names(exercise.values)
    exercise.template = "\n\n".join(cell.source for cell in exercise.question)
    for cell in [*exercise.question, *exercise.provided]:
        if cell is exercise.parameters:
            continue
        code = cell.cell_type == "code"
        prose = {"metadata": cell.metadata} | ({} if code else {"source": cell.source})
        exercise.names_asked |= parameters.find_placeholders(prose)
        # A question may also refer to a name of the cell of parameters, as `years`.
        named = cell.source if code else " ".join(re.findall(r"`([^`\n]+)`", cell.source))
        exercise.names_asked |= parameters.find_words(named)
        cell.update(nbformat.from_dict(parameters.fill(prose, names)))
    exercise.names_asked |= parameters.find_placeholders(exercise.choices)
    exercise.facts = parameters.fill(exercise.facts, names)


def read(path: Path) -> Master:
    """Read one executed master. Raises `MasterError` as `parse` does, or if the file is missing."""
    if not path.exists():
        raise MasterError(f"{path.name} is missing: run 'make notebooks'")
    return parse(path, nbformat.read(path, as_version=4))


def parse(path: Path, notebook: NotebookNode) -> Master:
    """Parse a notebook as the master with this path."""
    opening: list[NotebookNode] = []
    exercises: list[Exercise] = []
    for cell in notebook.cells:
        try:
            facts = read_facts(cell)
        except MasterError as error:
            raise MasterError(f"{path.name}: {error}") from None
        if facts:
            exercises.append(Exercise(facts))
        elif exercises:
            _place(exercises[-1], cell)
        else:
            opening.append(cell)
    for exercise in exercises:
        try:
            _fill(exercise)
        except MasterError as error:
            raise MasterError(f"{path.name}: exercise {exercise.number}: {error}") from None
    master = Master(path, opening, exercises, notebook.metadata.get("course", {}).get("cohort", ""))
    if problems := [*_find_problems(master)]:
        raise MasterError("\n".join(f"{path.name}: {problem}" for problem in problems))
    return master


def _find_problems(master: Master) -> Iterator[str]:
    if not master.opening or not master.opening[0].source.startswith("# "):
        yield "the first cell must be Markdown and open with a title, '# ...'"
    for place, exercise in enumerate(master.exercises, start=1):
        wanted = f"{master.chapter}.{place}"
        if exercise.number != wanted:
            yield f"exercise {exercise.number} stands where {wanted} belongs"
        yield from (f"exercise {exercise.number}: {fault}" for fault in _find_faults(exercise))


def _find_faults(exercise: Exercise) -> Iterator[str]:
    facts = exercise.facts
    spared = {"misconceptions"} if exercise.choices else set()
    if missing := [key for key in REQUIRED if not facts.get(key) and key not in spared]:
        yield f"the raw cell lacks {', '.join(missing)}"
        return
    if not exercise.answer:
        yield "no cell is marked as the answer (nbgrader metadata with solution: true)"
        return
    yield from _find_cell_faults(exercise)
    if unknown := set(facts) - set(REQUIRED) - set(OPTIONAL):
        yield (
            f"unknown keys {', '.join(sorted(unknown))}; known are {', '.join(REQUIRED + OPTIONAL)}"
        )
    yield from _find_kind_faults(exercise)
    if not exercise.question:
        yield "no question"
    yield from _find_accepted_faults(exercise)
    if exercise.form == "text":
        yield from _find_text_faults(exercise)
    else:
        yield from _find_answer_faults(exercise)


def _find_kind_faults(exercise: Exercise) -> Iterator[str]:
    """Faults of kind and level, and of the form in which that kind is answered."""
    facts = exercise.facts
    for key, known in (("kind", KINDS), ("level", LEVELS)):
        if facts[key] not in known:
            yield f"{key} {facts[key]!r} is none of {', '.join(known)}"
    if exercise.form not in KINDS.get(facts["kind"], (exercise.form,)):
        forms = " or ".join(KINDS[facts["kind"]])
        yield f"kind {facts['kind']!r} is answered in {forms}, not in {exercise.form}"


def _find_answer_faults(exercise: Exercise) -> Iterator[str]:
    """Faults of points, solution and misconceptions of an answer that the machine marks."""
    answers = exercise.facts.get("answers") or {}
    if answers and sum(answers.values()) != exercise.points:
        yield f"its answers give {sum(answers.values())} points, its tests {exercise.points}"
    if "### BEGIN SOLUTION" not in exercise.answer.source:
        yield "the answer cell has no solution region"
    if exercise.choices:
        yield from _find_choice_faults(exercise)
        return
    named = {cell.metadata["misconception"] for cell in exercise.slips}
    if odd := named ^ set(_make_list(exercise.facts["misconceptions"])):
        yield f"named in one place only, raw cell or misconception cell: {', '.join(sorted(odd))}"


def _find_cell_faults(exercise: Exercise) -> Iterator[str]:
    """Faults of the metadata of answer and tests, whose names also serve as those of columns and
    files."""
    ending = exercise.number.replace(".", "-")
    for role, cell in (("answer", exercise.answer), ("tests", exercise.tests)):
        if not cell:
            continue
        marks = cell.metadata["nbgrader"]
        name = f"{role}-{ending}"
        if marks.get("grade_id") != name:
            yield (
                f"its {role} cell has the grade_id {marks.get('grade_id')!r}, and is to be called"
                f" {name}"
            )
        elif marks.get("grade") and not isinstance(marks.get("points"), int):
            yield f"{name} has no points"


def _find_accepted_faults(exercise: Exercise) -> Iterator[str]:
    known = set[str]()
    if exercise.accepted and exercise.form in ("text", "choices"):
        yield "accepted: only where a text is typed, and no choice made or text marked by a person"
        return
    for text, others in exercise.accepted.items():
        texts = [text, *(others if isinstance(others, list) else ())]
        if len(texts) < 2 or not all(isinstance(text, str) for text in texts):
            yield (
                f"accepted: {text!r} needs a list of texts that mean the same, "
                "such as [北京, Peking]"
            )
            return
        plain = [parse_text(text) for text in texts]
        if twice := [
            text for text, same in zip(texts, plain) if plain.count(same) > 1 or same in known
        ]:
            yield f"accepted: {twice[0]!r} reads as another text there: leave it out, or correct it"
        known |= {*plain}


def _find_text_faults(exercise: Exercise) -> Iterator[str]:
    marks = exercise.answer.metadata["nbgrader"]
    rubric = exercise.facts.get("rubric")
    unclear = [name for name, sample in exercise.samples.items() if set(sample) != {"text", "why"}]
    if exercise.answer.cell_type != "markdown" or not marks.get("grade"):
        yield "no cell holds tests (nbgrader metadata with grade: true)"
    elif not rubric:
        yield "a text answer needs a rubric"
    elif unclear:
        yield f"the sample {unclear[0]!r} needs 'text' and 'why'"
    elif (total := sum(line["points"] for line in rubric)) != marks.get("points"):
        yield f"the rubric gives {total} points, the cell {marks.get('points')}"


def _find_choice_faults(exercise: Exercise) -> Iterator[str]:
    for letter, choice in exercise.choices.items():
        if not {"text", "says"} <= set(choice):
            yield f"choice {letter} needs 'text' and 'says'"
    if (right := len(exercise.choices) - len(exercise.wrong_choices)) != 1:
        yield f"{right} choices are without a misconception; exactly one is right"
    if not re.search(r"^choice = ", exercise.answer.source, re.MULTILINE):
        yield "the answer cell must bind 'choice'"
