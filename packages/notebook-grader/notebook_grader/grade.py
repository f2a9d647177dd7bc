"""Grade one submission from its bytes: restore its given cells, run it in the sandbox, judge its answers.

It runs once as it was handed out. Where code is asked for it runs again, in a new sandbox, with other
parameters, and its functions are called with random inputs. The sandbox only produces values; what they are
worth is decided here, by the key.
"""

import hashlib
import pickle
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput
from plain_answers.judging import Answer, Finding, judge
from plain_answers.parsing import Values

from notebook_grader import feedback, plain, store
from notebook_grader.assignment import Assignment, name_inputs_cell, sign
from notebook_grader.cells import get_grade_id, is_grade, is_solution
from notebook_grader.course import Course
from notebook_grader.decisions import Decision, decide_by_machine, make_view
from notebook_grader.fact import Fact
from notebook_grader.limits import Limits
from notebook_grader.packed import split_student
from notebook_grader.people import make_plain
from notebook_grader.plain import Refused
from notebook_grader.restore import restore
from notebook_grader.run import run
from notebook_grader.tables import read_table
from notebook_grader.values import read_answers

LONGEST_ANSWER = 20_000
STRANGER = "nobody in the class has this name, and the notebook does not say for whom it was made"
SHOWN = 300  # characters of an error or a value of the student's that are repeated
ByCell = dict[str, "Judged"]
# What an error of a student's cell means to somebody who was not there.
_MEANINGS = read_table(Path(__file__).with_name("meanings.csv"))[1]


@dataclass(frozen=True)
class Graded:
    """All that becomes of one submission: its result, and the texts of executed notebook and feedback."""

    result: store.Result
    notebook: str
    page: str


_unpack = cache(pickle.loads)


def grade_one(
    decided: Sequence[Decision], assignment: bytes, course: str, **submission: Any
) -> Graded | Refused:
    """A submission graded, or why nobody can grade it; raises what is wrong with the machine.

    `assignment` is pickled once for all, `course` the name of one, as every machine has its own, `submission`
    what else `grade` takes.
    """
    held = _unpack(assignment)
    try:
        result, notebook = grade(assignment=held, course=resolve_name(course), **submission)
    except Refused as error:
        return error
    view = make_view(result, [*decided, *decide_by_machine(result)])
    page = feedback.make_page(notebook, result, view, held.name)
    return Graded(result, nbformat.writes(notebook), page)


def grade(
    student: str,
    file: str,
    data: bytes,
    assignment: Assignment,
    course: Course,
    limits: Limits,
    unsafe: bool = False,
    notes: Sequence[str] = (),
    patience: int = 1,
) -> tuple[store.Result, NotebookNode]:
    """The result of one submission, and its executed notebook; `notes` are remarks on the file.

    Raises `Refused` if the bytes are no notebook of this assignment, `SandboxError` if it could not be run.
    """
    started, digest = time.monotonic(), hashlib.sha256(data).hexdigest()
    submission = plain.read(data)
    check_assignment(submission, assignment)
    owner, remarks = find_owner(student, submission, assignment)
    variants = {name: assignment.key.find_own_variant(name, owner) for name in assignment.key.facts}
    remarks += restore(submission, assignment.choose_variants(variants))
    notebook, noticed = run(submission, course, limits, unsafe, patience)
    remarks += _find_meanings(notebook) + noticed + _find_warnings(notebook)
    LimitOutput().preprocess(notebook, {})
    judged = _judge(notebook, assignment, variants)
    tried = {n: m for n, m in judged.items() if m.right and assignment.key.facts[n].needs_rerun}
    if tried:
        other = {n: assignment.key.find_other_variant(n, own, digest) for n, own in variants.items()}
        again = plain.read(data)
        restore(again, assignment.choose_variants(other, random_inputs=True))
        again, noticed = run(again, course, limits, unsafe, patience)
        remarks += [f"In the second run: {remark}" for remark in noticed]
        _judge_rerun(again, assignment, variants, other, tried)
    result = store.Result(
        student=student,
        fingerprint=store.make_fingerprint(data, assignment.version, limits, unsafe),
        version=assignment.version,
        file=file,
        sha256=digest,
        cells=_collect(notebook, assignment, variants, judged),
        remarks=list(dict.fromkeys([*notes, *remarks, *_summarise(judged)])),
        seconds=round(time.monotonic() - started, 1),
    )
    return result, notebook


def check_assignment(submission: NotebookNode, assignment: Assignment) -> None:
    """Raise `Refused` if a notebook says that it is another assignment's, or the one for practice."""
    says = plain.find_assignment(submission)
    if says and says != assignment.name:
        raise Refused(f"the notebook belongs to the assignment {says}, not {assignment.name}")
    if plain.is_practice(submission):
        wanted = f"wanted is {assignment.name}.ipynb"
        raise Refused(f"the notebook is the one for practice, which carries no marks; {wanted}")


def find_owner(
    student: str, submission: NotebookNode, assignment: Assignment
) -> tuple[str | None, list[str]]:
    """Whose personal notebook to grade by, None where all have the same, and what to say of it.

    Raises `Refused` if the notebook's proof is of another key, or the student is not in the class and the
    notebook does not say whose it is.
    """
    says, proof = plain.find_owner(submission)
    alone = f"it was made for {says} alone"
    if says is not None and proof != sign(assignment.key.secret, assignment.name, says):
        raise Refused(f"{alone}, with another key: put the folder of keys back")
    if says is not None and assignment.roster is None:
        raise Refused(f"{alone}, and the list of the class is not in the folder of keys")
    if assignment.roster is None:
        return None, []
    found = _find_in_class(student, assignment.roster)
    if len(found) == 1 and found[0] != says is not None:
        return found[0], [f"The notebook was made for {says}, and is marked by the values of {found[0]}."]
    if len(found) == 1 or says in found:
        return found[0] if len(found) == 1 else says, []
    if not found and says in assignment.roster:
        return says, [f"Nobody in the class is called {student!r}; the notebook was made for {says}."]
    raise Refused(STRANGER)


def _find_in_class(student: str, roster: Mapping[str, Collection[str]]) -> list[str]:
    """Who of the class is meant: by name as it is, by the platform's number, or by any name that fits."""
    if student in roster:
        return [student]
    name, number = split_student(student)
    plain_name = make_plain(name)
    by_number = [one for one, names in roster.items() if number and number in names]
    return by_number or [one for one, names in roster.items() if plain_name in map(make_plain, (one, *names))]


@dataclass
class Part:
    """Answers that earn points together, and why they keep the points of a typed number only."""

    name: str  # of the one answer; empty where all of an exercise earn together
    worth: float
    findings: list[Finding]
    typed: str = ""

    @property
    def right(self) -> bool:
        """Whether all of it is right, for the parameters of the notebook."""
        return bool(self.findings) and all(finding.right for finding in self.findings)

    def choose(self, answers: Sequence[Answer]) -> list[Answer]:
        """Those of the answers that it is about."""
        return [one for one in answers if self.name in ("", one.name)] or list(answers)


@dataclass
class Judged:
    """What became of one exercise: its parts, what came out, and what stopped it."""

    parts: list[Part]
    answered: bool
    failure: str
    evidence: list[dict[str, str]]

    @property
    def right(self) -> bool:
        """Whether something of it earns points."""
        return any(part.right for part in self.parts)

    @property
    def typed(self) -> str:
        """Why a part keeps the points of a typed number only."""
        return next((part.typed for part in self.parts if part.typed), "")

    @property
    def findings(self) -> list[Finding]:
        """What was found of each answer."""
        return [finding for part in self.parts for finding in part.findings]

    @property
    def sentences(self) -> list[str]:
        """What a student is told."""
        wrong = [finding.sentence for finding in self.findings if not finding.right]
        says = wrong or [finding.sentence for finding in self.findings]
        return [*says, *filter(None, (self.typed, self.failure if wrong else ""))]

    def make_cell(self, out_of: float, fact: Fact, variant: int, code: str) -> store.Cell:
        """It as it is kept, with its points."""
        share, earned = float(fact.typed_points) / out_of if out_of else 0.0, dict[str, float]()
        for part in self.parts:
            earned[part.name] = round(part.worth * (share if part.typed else 1.0), 4) if part.right else 0.0
        held = [finding.misconception for finding in self.findings if finding.misconception]
        note, most = " ".join(self.sentences), {part.name: part.worth for part in self.parts if part.name}
        return store.Cell(
            points=round(sum(earned.values()), 4),
            out_of=out_of,
            answer=code,
            note=note,
            answered=self.answered,
            variant=variant,
            misconceptions=held,
            parts=earned if most else {},
            most=most,
            evidence=self.evidence,
        )

    def make_outputs(self) -> list[NotebookNode]:
        """What a feedback page shows below the tests: nothing that the student's process displayed."""
        came = [f"{one['run']}: {one['answer']} = {one['came']}" for one in self.evidence]
        text = "\n".join([*self.sentences, *came])
        if all(part.right and not part.typed for part in self.parts):
            return [nbformat.v4.new_output("stream", name="stdout", text=text + "\n")]
        name = "Typed" if self.right else "NotRight"
        return [nbformat.v4.new_output("error", ename=name, evalue=text, traceback=text.splitlines())]


def _judge(notebook: NotebookNode, assignment: Assignment, variants: dict[str, int]) -> ByCell:
    """What is judged of each exercise of which the key has the answers."""
    judged, key = {}, assignment.key
    for cell in notebook.cells:
        if (name := get_grade_id(cell)) not in key.facts:
            continue
        given, variant = read_answers(cell.outputs), variants[name]
        answers = key.variants[variant][name].answers
        findings = [_find(one, given, key.list_others(name, variant, one.name)) for one in answers]
        worth = key.facts[name].parts or {"": float(cell.metadata.nbgrader.points)}
        parts = [Part(n, w, [f for f in findings if n in ("", f.name)]) for n, w in worth.items()]
        answered = any(one.name in given for one in answers)
        evidence = _show_evidence("First run", answers, given)
        judged[name] = Judged(parts, answered, _find_failure(cell), evidence)
    return judged


def _show_evidence(
    run: str, answers: Sequence[Answer], given: Mapping[str, Values | None]
) -> list[dict[str, str]]:
    """What came out in a run, and what the key says, in short texts."""
    return [
        {
            "run": run,
            "answer": one.name,
            "came": _show(given.get(one.name)),
            "wanted": _show(one.values),
            "within": f"{one.within:g} {one.unit}".strip() if one.within else "exactly",
        }
        for one in answers
    ]


def _show(values: Values | None) -> str:
    if values is None:
        return "nothing that could be read"
    shown = (f"{label}: {value}" if label else f"{value}" for label, value in islice(values.items(), 40))
    text = ", ".join(shown)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} ..."


def _find(answer: Answer, given: dict[str, Values | None], others: Sequence[Values] = ()) -> Finding:
    if answer.name not in given:
        return Finding(answer.name, False, "was not recorded.")
    if (found := given[answer.name]) is None:
        return Finding(answer.name, False, "was recorded more than once, with values that differ.")
    return judge(answer, found, others)


def _find_failure(cell: NotebookNode) -> str:
    """What stopped a cell, in the words of the student's own process."""
    for output in cell.outputs:
        if output.output_type == "error":
            what = output.evalue if output.ename == "AssertionError" else f"{output.ename}: {output.evalue}"
            return f"The check stopped: {what}"[:SHOWN].replace("\n", " ")
    return ""


def _judge_rerun(
    notebook: NotebookNode,
    assignment: Assignment,
    own: dict[str, int],
    other: dict[str, int],
    tried: ByCell,
) -> None:
    """Note for each exercise whether its answers follow the other parameters of a rerun."""
    cells, key = {get_grade_id(cell): cell for cell in notebook.cells}, assignment.key
    for name, mark in tried.items():
        question, before = key.variants[other[name]][name], key.variants[own[name]][name].answers
        runs = []
        if key.facts[name].follows_parameters:
            runs.append(("other values in the cell of parameters", name, question.answers, before))
        if question.for_inputs:
            runs.append(("other inputs for the function", name_inputs_cell(name), question.for_inputs, ()))
        for what, cell, answers, old in runs:
            mark.evidence += _show_evidence(f"With {what}", answers, read_answers(cells[cell].outputs))
            for part in mark.parts:
                if part.right and not part.typed:
                    part.typed = _compare_runs(cells[cell], part.choose(answers), part.choose(old), what)


def _compare_runs(cell: NotebookNode, answers: Sequence[Answer], before: Sequence[Answer], what: str) -> str:
    """Why the answers of a rerun do not follow; empty if they do."""
    given = read_answers(cell.outputs)
    if all(_find(answer, given).right for answer in answers):
        return ""
    if before and all(_find(answer, given).right for answer in before):
        return f"The answer stayed the same with {what}: it was typed, or a parameter was set anew."
    return f"The answer was not right with {what}. {_find_failure(cell)}".strip()


def _collect(
    notebook: NotebookNode, assignment: Assignment, variants: dict[str, int], judged: ByCell
) -> dict[str, store.Cell]:
    """Every graded cell as it is kept; the outputs of those that were judged become what the judge says."""
    cells, code = {}, list[str]()
    for cell in notebook.cells:
        name = get_grade_id(cell)
        if name in judged:
            points, fact = float(cell.metadata.nbgrader.points), assignment.key.facts[name]
            text = "\n\n".join(code)[:LONGEST_ANSWER]
            cells[name] = judged[name].make_cell(points, fact, variants[name], text)
            cell.outputs, code = judged[name].make_outputs(), []
        elif name and is_grade(cell):
            cells[name] = _make_cell_by_hand(cell, assignment.list_cells()[name].source)
        elif name and is_solution(cell):
            code.append(cell.source)
    return cells


def _make_cell_by_hand(cell: NotebookNode, given: str) -> store.Cell:
    out_of, answered = float(cell.metadata.nbgrader.points), cell.source != given
    if cell.cell_type == "code" and not is_solution(cell):
        return store.Cell(None, out_of, doubt="the key has no answer for it")
    if not answered:
        return store.Cell(0, out_of, doubt="nothing is written", answered=False)
    left_out = feedback.LEFT_OUT if len(cell.source) > LONGEST_ANSWER else ""
    return store.Cell(None, out_of, cell.source[:LONGEST_ANSWER] + left_out)


def _summarise(judged: ByCell) -> list[str]:
    elsewhere = [name for name, mark in judged.items() if any(one.elsewhere for one in mark.findings)]
    typed = [name for name, mark in judged.items() if mark.typed]
    says = [f"Right for other values than this notebook's: {', '.join(elsewhere)}."] if elsewhere else []
    return says + ([f"Did not follow other values: {', '.join(typed)}."] if typed else [])


def _find_warnings(notebook: NotebookNode) -> list[str]:
    cells = [(index, cell) for index, cell in enumerate(notebook.cells, start=1) if is_grade(cell)]
    loud = [str(n) for n, cell in cells if any(o.get("name") == "stderr" for o in cell.get("outputs", []))]
    says = f"Warnings were printed by the checks' cells (cell {', '.join(loud)}); they cost nothing."
    return [says] if loud else []


def _find_meanings(notebook: NotebookNode) -> list[str]:
    """What went wrong in the student's own cells, where its kind is known."""
    found = []
    for index, cell in enumerate(notebook.cells, start=1):
        for output in [] if cell.cell_type != "code" or is_grade(cell) else cell.outputs:
            if output.output_type == "error":
                text = f"{output.ename}: {output.evalue}"[:10_000]
                says = next((one["says"] for one in _MEANINGS if re.search(one["pattern"], text)), None)
                found += [f"{says} (cell {index}, {text[:100]})."] if says else []
    return found
