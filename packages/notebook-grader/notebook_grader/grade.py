"""Grade one submission from its bytes: restore its given cells, run it in the sandbox, judge its answers.

It runs once as it was handed out. Where code is asked for it runs again, in a new sandbox, with other
parameters, and its functions are called with random inputs. The sandbox only produces values; what they are
worth is decided here, by the key.
"""

import hashlib
import pickle
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import LimitOutput
from plain_answers.judging import Answer, Finding, judge

from notebook_grader import intake, rendering, store, values
from notebook_grader.assignment import Assignment, get_grade_id, name_inputs_cell, sign
from notebook_grader.course import Course, find_course
from notebook_grader.fact import Fact
from notebook_grader.intake import Refused
from notebook_grader.limits import Limits
from notebook_grader.marks import Manual, combine_marks
from notebook_grader.restore import restore
from notebook_grader.run import run

LONGEST_ANSWER = 5000
SHOWN = 300  # characters of an error of the student's that are repeated
# What an error of a student's cell means to somebody who was not there.
_MEANINGS = (
    (r"Read-only file system|Permission denied", "It tried to write where it may not"),
    (r"Errno 28|No space left|File too large", "It wrote more than it may"),
    (r"MemoryError|cannot allocate memory|Unable to allocate", "It asked for more memory than it may have"),
    (r"Resource temporarily unavailable|can't start new thread", "It started more processes than it may"),
    (r"Too many open files", "It had more files open than it may"),
    (
        r"Errno 38|Function not implemented",
        "It asked the system for something that the sandbox does not offer",
    ),
    (
        r"gaierror|URLError|ConnectionError|Network is unreachable|Connection refused",
        "It tried to use the network",
    ),
    (r"FileNotFoundError|No such file", "It asked for a file that is not there"),
    (r"CellTimeoutError", "A cell ran longer than it may and was interrupted"),
    (r"SystemExit|KeyboardInterrupt", "It stopped itself"),
)


@dataclass(frozen=True)
class Machine:
    """Where and how a submission runs; `stopped` says that nobody waits for it any more."""

    course: Course
    limits: Limits
    unsafe: bool = False
    stopped: Callable[[], bool] = lambda: False

    def run(self, notebook: NotebookNode) -> list[str]:
        """Fill in the outputs of a notebook; returns what was noticed."""
        return run(notebook, self.course, self.limits, self.unsafe, self.stopped)


def grade(
    student: str, file: str, data: bytes, assignment: Assignment, machine: Machine
) -> tuple[store.Result, str]:
    """The result of one submission, and its executed notebook as text.

    Raises
    ------
    Refused
        If the bytes are no notebook of this assignment.
    SandboxError
        If the machine could not run it.
    Stopped
        If `machine.stopped` said so before the end.
    """
    started, digest = time.monotonic(), hashlib.sha256(data).hexdigest()
    submission = intake.parse(data)
    check_assignment(submission, assignment)
    owner, remarks = find_owner(student, submission, assignment)
    variants = {name: assignment.key.find_own_variant(name, owner) for name in assignment.key.facts}
    remarks += _restore(submission, assignment.choose_variants(variants))
    noticed = machine.run(submission)
    remarks += _find_meanings(submission) + noticed + _find_warnings(submission)
    LimitOutput().preprocess(submission, {})
    marks = _judge(submission, assignment, variants)
    remarks += _rerun(data, assignment, variants, marks, machine, digest) + _summarise(marks)
    result = store.Result(
        student=student,
        fingerprint=store.make_fingerprint(data, assignment.version, machine.limits, machine.unsafe),
        version=assignment.version,
        file=file,
        sha256=digest,
        cells=_collect(submission, assignment, variants, marks),
        remarks=list(dict.fromkeys(remarks)),
        seconds=round(time.monotonic() - started, 1),
    )
    return result, nbformat.writes(submission)


@dataclass(frozen=True)
class Graded:
    """All that becomes of one submission: its result, and the texts of executed notebook and feedback."""

    result: store.Result
    notebook: str
    page: str


_unpack = cache(pickle.loads)


def grade_one(
    student: str,
    file: str,
    data: bytes,
    manual: Manual,
    assignment: bytes,  # pickled once for all
    course: str,  # by its name, as every machine has its own
    limits: Limits,
    unsafe: bool,
    stopped: Callable[[], bool] = lambda: False,
) -> Graded | Refused:
    """A submission graded, or why nobody can grade it; raises what is wrong with the machine."""
    try:
        machine = Machine(find_course(course), limits, unsafe, stopped)
        result, notebook = grade(student, file, data, _unpack(assignment), machine)
    except Refused as error:
        return error
    marks = combine_marks(result, manual)
    return Graded(result, notebook, rendering.make_page(notebook, result, marks, _unpack(assignment).name))


def check_assignment(submission: NotebookNode, assignment: Assignment) -> None:
    """Raise `Refused` if a notebook says that it is another assignment's, or the one for practice."""
    says = intake.find_assignment(submission)
    if says and says != assignment.name:
        raise Refused(f"the notebook belongs to the assignment {says}, not {assignment.name}")
    if intake.is_practice(submission):
        raise Refused(
            f"the notebook is the one for practice, which carries no marks; wanted is {assignment.name}.ipynb"
        )


def find_owner(
    student: str, submission: NotebookNode, assignment: Assignment
) -> tuple[str | None, list[str]]:
    """Whose personal notebook to grade by, None where all have the same, and what to say of it.

    Raises `Refused` if the student is not in the class and the notebook does not prove whose it is.
    """
    if assignment.roster is None:
        return None, []
    says, proof = intake.find_owner(submission)
    proven = says in assignment.roster and proof == sign(assignment.key.secret, assignment.name, says)
    if student in assignment.roster:
        if proven and says != student:
            return student, [f"The notebook was made for {says}, and is marked by the values of {student}."]
        return student, []
    if proven:
        return says, [f"Nobody in the class is called {student!r}; the notebook was made for {says}."]
    raise Refused("nobody in the class has this name, and the notebook does not say for whom it was made")


@dataclass
class Mark:
    """What became of one exercise: its answers, and why it keeps the points of a typed number only."""

    findings: list[Finding]
    answered: bool
    failure: str = ""
    typed: str = ""

    @property
    def right(self) -> bool:
        """Whether all answers are right, for the parameters of the notebook."""
        return bool(self.findings) and all(finding.right for finding in self.findings)

    @property
    def sentences(self) -> list[str]:
        """What a student is told."""
        wrong = [finding.sentence for finding in self.findings if not finding.right]
        says = wrong or [finding.sentence for finding in self.findings]
        return [*says, *filter(None, (self.typed, self.failure if wrong else ""))]

    def make_cell(self, out_of: float, fact: Fact, variant: int) -> store.Cell:
        """The mark as it is kept."""
        points = 0.0 if not self.right else float(fact.typed_points) if self.typed else out_of
        held = [finding.misconception for finding in self.findings if finding.misconception]
        note = " ".join(self.sentences)
        return store.Cell(points, out_of, "", "", note, self.answered, variant, held)

    def make_outputs(self) -> list[NotebookNode]:
        """What a feedback page shows below the tests: nothing that the student's process displayed."""
        text = "\n".join(self.sentences)
        if self.right and not self.typed:
            return [nbformat.v4.new_output("stream", name="stdout", text=text + "\n")]
        name = "Typed" if self.right else "NotRight"
        return [nbformat.v4.new_output("error", ename=name, evalue=text, traceback=text.splitlines())]


def _restore(notebook: NotebookNode, assignment: Assignment) -> list[str]:
    try:
        return restore(notebook, assignment)
    except ValueError as error:
        raise Refused(f"the notebook belongs to another assignment: {error}") from None


def _judge(notebook: NotebookNode, assignment: Assignment, variants: dict[str, int]) -> dict[str, Mark]:
    """The mark of each exercise of which the key has the answers."""
    marks, key = {}, assignment.key
    for cell in notebook.cells:
        if (name := get_grade_id(cell)) not in key.facts:
            continue
        given, variant = values.read_answers(cell.outputs), variants[name]
        answers = key.variants[variant][name].answers
        findings = [_find(one, given, key.list_others(name, variant, one.name)) for one in answers]
        marks[name] = Mark(findings, any(one.name in given for one in answers), _find_failure(cell))
    return marks


def _find(answer: Answer, given: dict[str, values.Values | None], others: list[values.Values]) -> Finding:
    if answer.name not in given:
        return Finding(answer.name, False, "was not recorded.")
    found = given[answer.name]
    if found is None:
        return Finding(answer.name, False, "was recorded more than once, with values that differ.")
    return judge(answer, found, others)


def _find_failure(cell: NotebookNode) -> str:
    """What stopped a cell, in the words of the student's own process."""
    for output in cell.outputs:
        if output.output_type == "error":
            what = output.evalue if output.ename == "AssertionError" else f"{output.ename}: {output.evalue}"
            return f"The check stopped: {what}"[:SHOWN].replace("\n", " ")
    return ""


def _rerun(
    data: bytes,
    assignment: Assignment,
    variants: dict[str, int],
    marks: dict[str, Mark],
    machine: Machine,
    digest: str,
) -> list[str]:
    """Run the submission again with other parameters, where a right answer must follow them, and note which
    were typed; returns what was noticed."""
    key = assignment.key
    tried = {name: mark for name, mark in marks.items() if mark.right and key.facts[name].needs_rerun}
    if not tried:
        return []
    other = {name: key.find_other_variant(name, own, digest) for name, own in variants.items()}
    notebook = intake.parse(data)
    restore(notebook, assignment.choose_variants(other, random_inputs=True))
    noticed = machine.run(notebook)
    cells = {get_grade_id(cell): cell for cell in notebook.cells}
    for name, mark in tried.items():
        question, fact = key.variants[other[name]][name], key.facts[name]
        if fact.follows_parameters:
            before = key.variants[variants[name]][name].answers
            what = "other values in the cell of parameters"
            mark.typed = _compare_runs(cells[name], question.answers, before, what)
        if not mark.typed and question.for_inputs:
            what = "other inputs for the function"
            mark.typed = _compare_runs(cells[name_inputs_cell(name)], question.for_inputs, (), what)
    return [f"In the second run: {remark}" for remark in noticed]


def _compare_runs(
    cell: NotebookNode, answers: tuple[Answer, ...], before: tuple[Answer, ...], what: str
) -> str:
    """Why the answers of a rerun do not follow; empty if they do."""
    given = values.read_answers(cell.outputs)
    if all(_find(answer, given, []).right for answer in answers):
        return ""
    if before and all(_find(answer, given, []).right for answer in before):
        return f"The answer stayed the same with {what}: it was typed, or a parameter was set anew."
    return f"The answer was not right with {what}. {_find_failure(cell)}".strip()


def _collect(
    notebook: NotebookNode, assignment: Assignment, variants: dict[str, int], marks: dict[str, Mark]
) -> dict[str, store.Cell]:
    """Every graded cell as it is kept; the outputs of those that were judged become what the judge says."""
    cells = {}
    for cell in notebook.cells:
        name = get_grade_id(cell)
        if name in marks:
            points, fact = float(cell.metadata.nbgrader.points), assignment.key.facts[name]
            cells[name] = marks[name].make_cell(points, fact, variants[name])
            cell.outputs = marks[name].make_outputs()
        elif name and utils.is_grade(cell):
            cells[name] = _make_cell_by_hand(cell)
    return cells


def _make_cell_by_hand(cell: NotebookNode) -> store.Cell:
    if cell.cell_type == "code" and not utils.is_solution(cell):
        return store.Cell(None, float(cell.metadata.nbgrader.points), doubt="the key has no answer for it")
    points, out_of = utils.determine_grade(cell)
    answered = points is None
    return store.Cell(points, out_of, cell.source[:LONGEST_ANSWER] if answered else "", answered=answered)


def _summarise(marks: dict[str, Mark]) -> list[str]:
    elsewhere = [name for name, mark in marks.items() if any(one.elsewhere for one in mark.findings)]
    typed = [name for name, mark in marks.items() if mark.typed]
    says = [f"Right for other values than this notebook's: {', '.join(elsewhere)}."] if elsewhere else []
    return says + ([f"Did not follow other values: {', '.join(typed)}."] if typed else [])


def _find_warnings(notebook: NotebookNode) -> list[str]:
    loud = [
        str(index)
        for index, cell in enumerate(notebook.cells, start=1)
        if utils.is_grade(cell) and any(o.get("name") == "stderr" for o in cell.get("outputs", []))
    ]
    says = f"Warnings were printed by the checks' cells (cell {', '.join(loud)}); they cost nothing."
    return [says] if loud else []


def _find_meanings(notebook: NotebookNode) -> list[str]:
    """What went wrong in the student's own cells, where its kind is known."""
    found = []
    for index, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or utils.is_grade(cell):
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                text = f"{output.ename}: {output.evalue}"[:10_000]
                meaning = next((says for pattern, says in _MEANINGS if re.search(pattern, text)), None)
                if meaning:
                    found.append(f"{meaning} (cell {index}, {text[:100]}).")
    return found
