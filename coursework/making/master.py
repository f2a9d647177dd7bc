"""Read an executed master (``exercises/NN_topic.ipynb``) and say what is wrong with it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode
from plain_answers.parsing import parse_text

from coursework.making import parameters
from coursework.making.files import MasterError
from coursework.making.parameters import Values
from coursework.making.products import name_assignment

KINDS = (
    "numeric",
    "fill-in",
    "parsons",
    "bug-fix",
    "multiple choice",
    "chart reading",
    "chart making",
    "transfer",
    "short text",
)
LEVELS = ("remember", "apply", "analyse", "evaluate", "create")
# Wrong choices name their own misconceptions.
REQUIRED = ("exercise", "title", "objectives", "kind", "level", "minutes", "misconceptions")
# `answers`: points of single answers, by their names; `marked`: no solution or seal of it may be published.
OPTIONAL: tuple[str, ...] = ("claim", "hint", "choices", "lines", "rubric", "samples", "variants", "bounds")
OPTIONAL += ("number", "answers", "marked", "accepted")
# The faster one, in C, where PyYAML has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Tag of a cell that calls an exercise's functions with inputs drawn from its SEED.
INPUTS = "inputs"


@dataclass
class Exercise:
    """One exercise: what its raw cell says, its cells by their role, and the values that it is for.

    A cell that it has not is empty, and so false. In what a master gives, placeholders are filled.
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
    # The question with its placeholders.
    template: str = ""
    # The parameters that the question, or what is given with it, uses.
    names_asked: set[str] = field(default_factory=set)

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
        """What helps, a step each: where to look, what to compare, how to start."""
        return _make_list(self.facts.get("hint"))

    @property
    def misconceptions(self) -> list[str]:
        """All of them, those of wrong choices included."""
        chosen = [c["misconception"] for c in self.choices.values() if "misconception" in c]
        return list(dict.fromkeys([*_make_list(self.facts.get("misconceptions")), *chosen]))

    @property
    def choices(self) -> dict[str, dict]:
        return self.facts.get("choices") or {}

    @property
    def parts(self) -> dict[str, str]:
        """Lines of code to be put in order, by the parameter that holds each one's letter."""
        return self.facts.get("lines") or {}

    @property
    def lines(self) -> dict[str, str]:
        """Lines of code to be put in order, by letter."""
        letters = parameters.assign_names(self.values)
        return dict(sorted((str(letters.get(name, name)), line) for name, line in self.parts.items()))

    @property
    def samples(self) -> dict[str, dict[str, str]]:
        """Answers to a text that earn half of the marks and none, each with `text` and `why`."""
        return self.facts.get("samples") or {}

    @property
    def accepted(self) -> dict[str, list[str]]:
        """Other texts that are as right, by the text that is an answer or a misconception's."""
        return self.facts.get("accepted") or {}

    @property
    def variant_cells(self) -> list[str]:
        """The text of the cell of parameters for each choice of values, the exercise's own first."""
        if not self.parameters:
            return []
        own, *others = parameters.list_combinations(self.values, self.facts.get("variants") or {})
        own_text = parameters.write(own)
        return list(
            dict.fromkeys(
                [self.parameters.source, *(t for v in others if (t := parameters.write(v)) != own_text)]
            )
        )

    @property
    def graded(self) -> NotebookNode:
        """The cell that carries the points: the tests, or a text answer itself."""
        return self.tests or self.answer

    @property
    def by_hand(self) -> bool:
        """Whether a person marks it."""
        return not self.tests

    @property
    def in_code(self) -> bool:
        """Whether it is answered in code that its reader writes."""
        return not (self.by_hand or self.choices or self.lines)

    @property
    def marked(self) -> bool:
        """Whether it carries marks, so that no solution or seal of it is published."""
        return bool(self.facts.get("marked"))

    @property
    def points(self) -> int:
        return int(self.graded.metadata["nbgrader"]["points"])

    @property
    def label(self) -> str:
        """The name under which other pages link to it."""
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
        """The assignment's name."""
        return name_assignment(self.stem, self.cohort)

    @property
    def chapter(self) -> int:
        return int(self.stem[:2])

    @property
    def title(self) -> str:
        return self.opening[0].source.splitlines()[0].removeprefix("# ").strip()

    @property
    def introduction(self) -> str:
        return "\n".join(self.opening[0].source.splitlines()[1:]).strip()

    @property
    def provided(self) -> list[NotebookNode]:
        """The cells that every exercise starts from."""
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
    """What a raw cell says of the exercise that it opens."""
    if cell.cell_type != "raw":
        return None
    facts = yaml.load(cell.source, LOADER)
    return facts if isinstance(facts, dict) and "exercise" in facts else None


def is_parameters(cell: NotebookNode) -> bool:
    """Whether a cell binds an exercise's parameters."""
    return cell.cell_type == "code" and parameters.TAG in cell.metadata.get("tags", [])


def _place(exercise: Exercise, cell: NotebookNode) -> None:
    marks = cell.metadata.get("nbgrader", {})
    if is_parameters(cell):
        exercise.parameters = cell
        # Names of lines would say what each is good for, so only solution and tests have them.
        exercise.provided += [] if exercise.parts else [cell]
    elif INPUTS in cell.metadata.get("tags", []):
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
        raise MasterError(f"exercise {exercise.number}: a cell after the answer is neither tests nor slip")


def _fill(exercise: Exercise) -> None:
    """Read an exercise's values, and put them for the placeholders of its texts. Raises `ParameterError`."""
    if not exercise.parameters:
        return
    exercise.values = parameters.read(exercise.parameters.source)
    names = parameters.assign_names(exercise.values)
    exercise.template = "\n\n".join(cell.source for cell in exercise.question)
    texts = [cell for cell in [*exercise.question, *exercise.provided] if cell is not exercise.parameters]
    for cell in texts:
        code = cell.cell_type == "code"
        prose = {"metadata": cell.metadata} | ({} if code else {"source": cell.source})
        exercise.names_asked |= parameters.find_placeholders(prose)
        # A question may also send its reader to a name of the cell of parameters, as `years`.
        named = cell.source if code else " ".join(re.findall(r"`([^`\n]+)`", cell.source))
        exercise.names_asked |= parameters.find_words(named)
        cell.update(nbformat.from_dict(parameters.fill(prose, names)))
    exercise.names_asked |= parameters.find_placeholders(exercise.choices)
    exercise.facts = parameters.fill(exercise.facts, names)


def read(path: Path) -> Master:
    """Read one executed master. Raises `MasterError` as `parse` does, or where there is none."""
    if not path.exists():
        raise MasterError(f"{path.name} is missing: run 'make notebooks'")
    return parse(path, nbformat.read(path, as_version=4))


def parse(path: Path, notebook: NotebookNode) -> Master:
    """The master that a notebook with this path is.

    Raises
    ------
    MasterError
        Where it does not keep the format of ``exercises/README.md``; a line for each fault.
    """
    opening, exercises = [], []
    for cell in notebook.cells:
        if facts := read_facts(cell):
            exercises.append(Exercise(facts))
        elif exercises:
            _place(exercises[-1], cell)
        else:
            opening.append(cell)
    for exercise in exercises:
        try:
            _fill(exercise)
        except parameters.ParameterError as error:
            raise MasterError(f"{path.name}: exercise {exercise.number}: {error}") from None
    master = Master(path, opening, exercises, notebook.metadata.get("course", {}).get("cohort", ""))
    if found := find_problems(master):
        raise MasterError("\n".join(f"{path.name}: {problem}" for problem in found))
    return master


def find_problems(master: Master) -> list[str]:
    """What is wrong with a master; an empty list means nothing."""
    found = []
    if not master.opening or not master.opening[0].source.startswith("# "):
        found.append("the first cell must be Markdown and open with a title, '# ...'")
    for number, exercise in enumerate(master.exercises, start=1):
        wanted = f"{master.chapter}.{number}"
        if exercise.number != wanted:
            found.append(f"exercise {exercise.number} stands where {wanted} belongs")
        found += [f"exercise {exercise.number}: {fault}" for fault in _find_faults(exercise)]
    return found


def _find_faults(exercise: Exercise) -> list[str]:
    facts = exercise.facts
    spared = {"misconceptions"} if exercise.choices else set()
    if missing := [key for key in REQUIRED if not facts.get(key) and key not in spared]:
        return [f"the raw cell lacks {', '.join(missing)}"]
    if not exercise.answer:
        return ["no cell is marked as the answer (nbgrader metadata with solution: true)"]
    found = []
    if unknown := set(facts) - set(REQUIRED) - set(OPTIONAL):
        found.append(f"unknown keys {', '.join(sorted(unknown))}; known are {', '.join(REQUIRED + OPTIONAL)}")
    if facts["kind"] not in KINDS:
        found.append(f"kind {facts['kind']!r} is none of {', '.join(KINDS)}")
    if facts["level"] not in LEVELS:
        found.append(f"level {facts['level']!r} is none of {', '.join(LEVELS)}")
    if not exercise.question:
        found.append("no question")
    found += _find_accepted_faults(exercise)
    if exercise.by_hand:
        return found + _find_text_faults(exercise)
    answers = facts.get("answers") or {}
    if answers and sum(answers.values()) != exercise.points:
        found.append(f"its answers give {sum(answers.values())} points, its tests {exercise.points}")
    if "### BEGIN SOLUTION" not in exercise.answer.source:
        found.append("the answer cell has no solution region")
    named = {cell.metadata["misconception"] for cell in exercise.slips}
    if exercise.choices:
        return found + _find_choice_faults(exercise)
    if odd := named ^ set(_make_list(facts["misconceptions"])):
        found.append(f"named in one place only, raw cell or misconception cell: {', '.join(sorted(odd))}")
    return found


def _find_accepted_faults(exercise: Exercise) -> list[str]:
    found, known = list[str](), set[str]()
    if exercise.accepted and (exercise.by_hand or exercise.choices):
        return ["accepted: only where a text is typed, and no choice made or text marked by a person"]
    for text, others in exercise.accepted.items():
        texts = [text, *(others if isinstance(others, list) else ())]
        if len(texts) < 2 or not all(isinstance(one, str) for one in texts):
            return [
                *found,
                f"accepted: {text!r} needs a list of texts that mean the same, such as [北京, Peking]",
            ]
        plain = [parse_text(one) for one in texts]
        if twice := [one for one, same in zip(texts, plain) if plain.count(same) > 1 or same in known]:
            found.append(f"accepted: {twice[0]!r} reads as another text there: leave it out, or correct it")
        known |= {*plain}
    return found


def _find_text_faults(exercise: Exercise) -> list[str]:
    marks = exercise.answer.metadata["nbgrader"]
    if exercise.answer.cell_type != "markdown" or not marks.get("grade"):
        return ["no cell holds tests (nbgrader metadata with grade: true)"]
    rubric = exercise.facts.get("rubric")
    if not rubric:
        return ["a text answer needs a rubric"]
    if unclear := [name for name, sample in exercise.samples.items() if set(sample) != {"text", "why"}]:
        return [f"the sample {unclear[0]!r} needs 'text' and 'why'"]
    total = sum(line["points"] for line in rubric)
    return (
        [] if total == marks["points"] else [f"the rubric gives {total} points, the cell {marks['points']}"]
    )


def _find_choice_faults(exercise: Exercise) -> list[str]:
    mute = [letter for letter, choice in exercise.choices.items() if not {"text", "says"} <= set(choice)]
    right = [letter for letter, choice in exercise.choices.items() if "misconception" not in choice]
    found = [f"choice {letter} needs 'text' and 'says'" for letter in mute]
    if len(right) != 1:
        found.append(f"{len(right)} choices are without a misconception; exactly one is right")
    if not re.search(r"^choice = ", exercise.answer.source, re.MULTILINE):
        found.append("the answer cell must bind 'choice'")
    return found
