"""Grade one submission: run it in the sandbox, judge its answers, run it again where code is asked
for.

A second run has other parameters and random inputs for functions, the same for the whole class. The
sandbox only produces values; they are judged here, by the key.
"""

import hashlib
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import nbformat
from nbformat import NotebookNode

from notebook_grader.hand_in import plain
from notebook_grader.hand_in.admission import check_assignment
from notebook_grader.hand_in.plain import Refused
from notebook_grader.judge.verdict import collect_cells, compare, judge_attempt, summarise
from notebook_grader.marks import feedback, store
from notebook_grader.marks.decisions import Decision, decide_by_machine, make_view
from notebook_grader.run.attempt import Attempt, Terms


@dataclass(frozen=True)
class Job:
    """One submission to grade: the file, remarks on it, and what was decided about the student so
    far.

    `fingerprint` identifies the file and the terms of grading. `patience` multiplies the limits on
    time, for a busy machine.
    """

    student: str
    file: str
    data: bytes
    notes: Sequence[str] = ()
    decided: Sequence[Decision] = ()
    fingerprint: str = ""
    patience: int = 1


@dataclass(frozen=True)
class Graded:
    """A graded submission: its result, and the texts of executed notebook and feedback page."""

    result: store.Result
    notebook: str
    page: str


_unpickle = cache(pickle.loads)


def grade_one(job: Job, terms: bytes) -> Graded | Refused:
    """Grade a submission, or return why it is refused. Raises what is wrong with the machine.

    `terms` are pickled once for a class, and unpickled once by each worker.
    """
    held: Terms = _unpickle(terms)
    try:
        result, notebook = grade(job, held)
    except Refused as error:
        return error
    view = make_view(result, [*job.decided, *decide_by_machine(result)])
    page = feedback.make_page(notebook, result, view, held.assignment.name)
    return Graded(result, nbformat.writes(notebook), page)


def grade(job: Job, terms: Terms) -> tuple[store.Result, NotebookNode]:
    """Grade a submission; returns its result and the executed notebook.

    Raises `Refused` if it is not a notebook of this assignment, `SandboxError` if it could not be
    run.
    """
    digest = hashlib.sha256(job.data).hexdigest()
    assignment = terms.assignment
    key = terms.assignment.key
    submission = plain.read(job.data)
    check_assignment(submission, assignment.name)
    first = Attempt.make(submission, dict.fromkeys(key.facts, 0), terms, job.patience, again=False)
    verdicts = judge_attempt(first, key)
    remarks = first.restored + first.noticed
    tried = {name: v for name, v in verdicts.items() if v.right and key.facts[name].needs_rerun}
    if tried:
        other = {name: key.find_other_variant(name) for name in key.facts}
        second = Attempt.make(submission, other, terms, job.patience, again=True)
        compare(tried, first, second, key)
        remarks += [f"In the second run: {r}" for r in second.noticed if r not in first.noticed]
    result = store.Result(
        student=job.student,
        fingerprint=job.fingerprint,
        version=assignment.version,
        file=job.file,
        sha256=digest,
        cells=collect_cells(first, verdicts, assignment),
        remarks=list(dict.fromkeys([*job.notes, *remarks, *summarise(verdicts)])),
    )
    return result, first.notebook
