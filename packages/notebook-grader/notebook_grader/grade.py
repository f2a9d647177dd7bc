"""Grade one submission from its bytes: restore its given cells, run it in the sandbox, judge its answers.

It runs once as it was handed out. Where code is asked for it runs again, in a new sandbox, with other
parameters, and its functions are called with inputs drawn for that. The sandbox only produces values; what
they are worth is decided here, by the key.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import LimitOutput

from notebook_grader import intake, store, values
from notebook_grader.assignment import Assignment, get_grade_id, name_drawn_cell, sign
from notebook_grader.judge import Answer, Finding, judge
from notebook_grader.limits import Limits
from notebook_grader.restore import restore
from notebook_grader.run import Run

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


def check_assignment(notebook: NotebookNode, assignment: Assignment) -> None:
    """Raise `Refused` if a notebook says that it is another assignment's, or the one for practice."""
    says = intake.find_assignment(notebook)
    if says and says != assignment.name:
        raise intake.Refused(f"the notebook belongs to the assignment {says}, not {assignment.name}")
    if intake.is_practice(notebook):
        raise intake.Refused(
            f"the notebook is the one for practice, which carries no marks; wanted is {assignment.name}.ipynb"
        )


def find_owner(student: str, notebook: NotebookNode, assignment: Assignment) -> tuple[str | None, list[str]]:
    """Whose personal notebook to grade by, None where all have the same, and what to say of it.

    Raises
    ------
    Refused
        If the student is not in the class and the notebook does not prove whose it is.
    """
    if assignment.roster is None:
        return None, []
    says, proof = intake.find_owner(notebook)
    proven = says in assignment.roster and proof == sign(assignment.key.secret, assignment.name, says)
    if student in assignment.roster:
        if proven and says != student:
            return student, [f"The notebook was made for {says}, and is marked by the values of {student}."]
        return student, []
    if proven:
        return says, [f"Nobody in the class is called {student!r}; the notebook was made for {says}."]
    raise intake.Refused(
        "nobody in the class has this name, and the notebook does not say for whom it was made"
    )


def grade(
    student: str,
    file: str,
    data: bytes,
    assignment: Assignment,
    limits: Limits,
    unsafe: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[store.Result, str]:
    """The result of one submission, and its executed notebook as text.

    Raises
    ------
    Refused
        If the bytes are no notebook of this assignment.
    SandboxError
        If the machine could not run it.
    Stopped
        If `stopped` said so before the end.
    """

    def run(notebook: NotebookNode) -> list[str]:
        in_sandbox = Run(limits, stopped)
        in_sandbox.run(notebook, unsafe)
        return in_sandbox.remarks

    started = time.monotonic()
    digest = hashlib.sha256(data).hexdigest()
    notebook = intake.parse(data)
    check_assignment(notebook, assignment)
    holder, remarks = find_owner(student, notebook, assignment)
    own = {name: assignment.key.find_own_place(name, holder) for name in assignment.key.facts}
    try:
        remarks += restore(notebook, assignment.set_places(own))
    except ValueError as error:
        raise intake.Refused(f"the notebook belongs to another assignment: {error}") from None
    noticed = run(notebook)
    remarks += _find_meanings(notebook) + noticed + _find_warnings(notebook)
    LimitOutput().preprocess(notebook, {})
    marks = {
        name: _judge_cell(cell, assignment, own[name])
        for name, cell in _list_tests(notebook, assignment).items()
    }
    wanted = {
        name: mark for name, mark in marks.items() if mark.right and _needs_second_run(name, assignment)
    }
    if wanted:
        other = {name: assignment.key.find_other_place(name, place, digest) for name, place in own.items()}
        again = intake.parse(data)
        restore(again, assignment.set_places(other, inputs=True))
        remarks += [f"In the second run: {remark}" for remark in run(again)]
        _judge_again(again, assignment, own, other, wanted)
    cells = {}
    for cell in notebook.cells:
        name = get_grade_id(cell)
        if name in marks:
            points, fact = float(cell.metadata.nbgrader.points), assignment.key.facts[name]
            cells[name] = marks[name].make_cell(points, fact, own[name])
            cell.outputs = marks[name].outputs()
        elif name and utils.is_grade(cell):
            cells[name] = _make_cell_by_hand(cell)
    result = store.Result(
        student=student,
        key=store.make_key(data, assignment.version, limits, unsafe),
        version=assignment.version,
        file=file,
        sha256=digest,
        cells=cells,
        remarks=list(dict.fromkeys([*remarks, *_list_elsewhere(marks)])),
        seconds=round(time.monotonic() - started, 1),
    )
    return result, nbformat.writes(notebook)


@dataclass
class _Mark:
    """What became of one exercise: its answers, and why it keeps the number's points only."""

    findings: list[Finding]
    answered: bool
    failure: str = ""
    typed: str = ""

    @property
    def right(self) -> bool:
        return bool(self.findings) and all(finding.right for finding in self.findings)

    def make_cell(self, out_of: float, fact: dict, place: int) -> store.Cell:
        points = 0.0 if not self.right else float(fact.get("number", 0)) if self.typed else out_of
        return store.Cell(
            points,
            out_of,
            note=" ".join(self.sentences()),
            answered=self.answered,
            place=place,
            misconceptions=[finding.misconception for finding in self.findings if finding.misconception],
        )

    def sentences(self) -> list[str]:
        wrong = [finding.sentence for finding in self.findings if not finding.right]
        said = wrong or [finding.sentence for finding in self.findings]
        return [*said, *filter(None, (self.typed, self.failure if wrong else ""))]

    def outputs(self) -> list[NotebookNode]:
        """What a feedback page shows below the tests: nothing that the student's process displayed."""
        text = "\n".join(self.sentences())
        if self.right and not self.typed:
            return [nbformat.v4.new_output("stream", name="stdout", text=text + "\n")]
        name = "Typed" if self.right else "NotRight"
        return [nbformat.v4.new_output("error", ename=name, evalue=text, traceback=text.splitlines())]


def _list_tests(notebook: NotebookNode, assignment: Assignment) -> dict[str, NotebookNode]:
    """The cells whose answers the key judges, by name."""
    return {name: cell for cell in notebook.cells if (name := get_grade_id(cell)) in assignment.key.facts}


def _judge_cell(cell: NotebookNode, assignment: Assignment, place: int) -> _Mark:
    name = get_grade_id(cell)
    given = values.read_answers(cell.outputs)
    elsewhere = assignment.key.list_elsewhere(name, place)
    answers = assignment.key.places[place][name].answers
    findings = []
    for answer in answers:
        if answer.name in given:
            others = [other[answer.name] for other in elsewhere if answer.name in other]
            findings.append(judge(answer, given[answer.name], others))
        else:
            findings.append(Finding(answer.name, False, "was not recorded."))
    return _Mark(findings, any(answer.name in given for answer in answers), _find_failure(cell))


def _find_failure(cell: NotebookNode) -> str:
    """What stopped a cell, in the words of the student's own process."""
    for output in cell.outputs:
        if output.output_type == "error":
            what = output.evalue if output.ename == "AssertionError" else f"{output.ename}: {output.evalue}"
            return f"The check stopped: {what}"[:SHOWN].replace("\n", " ")
    return ""


def _needs_second_run(name: str, assignment: Assignment) -> bool:
    fact = assignment.key.facts[name]
    return bool(fact.get("drawn")) or (fact.get("again", False) and assignment.key.count_variants(name) > 1)


def _judge_again(
    notebook: NotebookNode,
    assignment: Assignment,
    own: dict[str, int],
    other: dict[str, int],
    marks: dict[str, _Mark],
) -> None:
    """Note for each exercise whether its answers follow the other parameters of a second run."""
    by_name = {get_grade_id(cell): cell for cell in notebook.cells}
    for name, mark in marks.items():
        question, fact = assignment.key.places[other[name]][name], assignment.key.facts[name]
        if fact.get("again") and assignment.key.count_variants(name) > 1:
            before = assignment.key.places[own[name]][name].answers
            what = "other values in the cell of parameters"
            mark.typed = _compare_runs(by_name[name], question.answers, before, what)
        if not mark.typed and question.drawn:
            what = "other inputs for the function"
            mark.typed = _compare_runs(by_name[name_drawn_cell(name)], question.drawn, (), what)


def _compare_runs(
    cell: NotebookNode, answers: tuple[Answer, ...], before: tuple[Answer, ...], what: str
) -> str:
    """Why the answers of a second run do not follow; empty if they do."""
    given = values.read_answers(cell.outputs)
    if all(judge(answer, given.get(answer.name)).right for answer in answers):
        return ""
    kept = [a for a in before if judge(a, given.get(a.name)).right]
    if before and len(kept) == len(before):
        return f"The answer stayed the same with {what}: it was typed, or a parameter was set anew."
    return f"The answer was not right with {what}. {_find_failure(cell)}".strip()


def _make_cell_by_hand(cell: NotebookNode) -> store.Cell:
    if cell.cell_type == "code" and not utils.is_solution(cell):
        return store.Cell(None, float(cell.metadata.nbgrader.points), doubt="the key has no answer for it")
    points, out_of = utils.determine_grade(cell)
    answered = points is None
    return store.Cell(
        points, out_of, answer=cell.source[:LONGEST_ANSWER] if answered else "", answered=answered
    )


def _list_elsewhere(marks: dict[str, _Mark]) -> list[str]:
    found = [name for name, mark in marks.items() if any(finding.elsewhere for finding in mark.findings)]
    typed = [name for name, mark in marks.items() if mark.typed]
    remarks = [f"Right for other values than this notebook's: {', '.join(found)}."] if found else []
    return remarks + ([f"Did not follow other values: {', '.join(typed)}."] if typed else [])


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
