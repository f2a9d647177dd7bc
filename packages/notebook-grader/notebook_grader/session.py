"""One run of the grader: plan what is new, grade it, write tables, feedback and report."""

import pickle
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from notebook_grader import assignment as assignments
from notebook_grader import (
    cluster,
    feedback,
    intake,
    marks,
    rendering,
    report,
    report_page,
    similar_page,
    store,
)
from notebook_grader.assignment import Assignment
from notebook_grader.gradebook import Gradebook
from notebook_grader.limits import Limits
from notebook_grader.worker import Graded, Job

DISK_THREADS = 8


@dataclass(frozen=True)
class Plan:
    """What a run has to look at."""

    assignment: Assignment
    submissions: list[intake.Submission]
    limits: Limits
    unsafe: bool


def make_plan(
    submissions: Path, name: str | None, built: Path, keys: Path, limits: Limits, unsafe: bool
) -> Plan:
    """Read the collection and find its assignment, and its key in the folder `keys`, made if it is not there.

    Raises
    ------
    IntakeError, ValueError
        If there is nothing to grade, or no assignment or key to grade it by.
    """
    names = assignments.list_names(built)
    found = intake.collect(submissions, names)
    name = name or intake.guess_assignment(found, names, limits)
    if name is None:
        there = ", ".join(names) or "none; run 'make assignments'"
        raise ValueError(f"The notebooks do not say which assignment they are; name it (built are: {there}).")
    return Plan(assignments.load(name, built, keys), found, limits, unsafe)


def run(
    planned: Plan, out: Path, options: cluster.Options, database: URL, again: list[str] | None = None
) -> int:
    """Grade what is new and write everything that changed; returns the exit code.

    `again` names students to grade anew, all if it is empty.

    Raises
    ------
    ClusterError
        If there is something to grade and nobody who can.
    GradebookError
        If the gradebook cannot be used.
    ManualError
        If manual.csv cannot be used.
    """
    with Gradebook(database, planned.assignment, options.wait) as book:
        return _run(planned, out, options, book, again)


def _run(planned: Plan, out: Path, options: cluster.Options, book: Gradebook, again: list[str] | None) -> int:
    kept = store.Store(out)
    results = store.read_results(out)
    manual = marks.read_manual(out / marks.MANUAL, results)
    # What a run before this one could not write any more, or all of it in a new database.
    caught_up = book.write(
        [(result, marks.combine_marks(result, manual)) for result in _keep_current(planned, results)]
    )
    tasks, refused = _list_tasks(planned, kept, results, again)

    def keep(graded: Graded, data: bytes) -> str:
        try:
            kept.save(graded.result, graded.notebook, data)
            store.write(kept.find_file("feedback", graded.result.student, ".html"), graded.page)
        except OSError:
            raise
        except Exception as error:  # what cannot be written must not cost the others
            return f"{type(error).__name__}: {str(error)[:200]}"
        return ""

    def save(ended: list[tuple[Graded, bytes]]) -> dict[str, str]:
        # Side by side, as each waits for the disk.
        faults = disk.map(keep, *zip(*ended, strict=True))
        failed = {
            graded.result.student: fault for (graded, _), fault in zip(ended, faults, strict=True) if fault
        }
        new = {g.result.student: g.result for g, _ in ended if g.result.student not in failed}
        results.update(new)
        # Now, while the next notebooks run, and not after them all.
        book.write((result, marks.combine_marks(result, manual)) for result in new.values())
        return failed

    with ThreadPoolExecutor(DISK_THREADS) as disk:
        outcome = _grade(planned, tasks, options, manual, save)
    if outcome.interrupted:
        book.wait = 0
    refused |= outcome.refused
    changed = _write(planned, out, kept, book, results, refused, outcome.failed)
    return _conclude(planned, out, tasks, outcome, results, changed or caught_up, book)


def _grade(planned: Plan, tasks: list[cluster.Task], options: cluster.Options, manual: marks.Manual, save):
    if not tasks:
        return cluster.Outcome()
    assignment, given = pickle.dumps(planned.assignment), defaultdict[str, marks.Manual](dict)
    for (student, exercise), mark in manual.items():
        given[student][student, exercise] = mark
    try:
        with cluster.Cluster(options, planned.unsafe) as workers:

            def read(task: cluster.Task) -> Job:
                data = intake.read_contents(task.file, planned.limits.notebook)
                own = task.student, task.file.name, data, given.get(task.student, {})
                return Job(*own, assignment, planned.limits, workers.required)

            return cluster.grade_all(tasks, read, workers, save)
    except KeyboardInterrupt:  # while nobody had begun
        return cluster.Outcome(interrupted=True)


def _keep_current(planned: Plan, results: dict[str, store.Result]) -> list[store.Result]:
    """The results that the key of today gave; those of another key never stand beside them."""
    return [result for result in results.values() if result.version == planned.assignment.version]


def _list_tasks(planned: Plan, kept: store.Store, results: dict[str, store.Result], again: list[str] | None):
    """What has to be graded, and why some cannot be; a new key grades what was handed in before."""
    tasks, refused = [], {}
    here = {submission.student for submission in planned.submissions}
    before = [kept.read_submission(result) for result in results.values() if result.student not in here]
    for submission in [*planned.submissions, *(one for one in before if one)]:
        student = submission.student
        try:
            file = intake.choose(submission, planned.assignment.name)
            data = intake.read_contents(file, planned.limits.notebook)
        except intake.Refused as error:
            refused[student] = str(error)
            continue
        key = store.make_key(data, planned.assignment.version, planned.limits, planned.unsafe)
        anew = again is not None and (not again or student in again)
        if anew or student not in results or results[student].key != key:
            tasks.append(cluster.Task(student, file))
    return tasks, refused


def _write(planned, out, kept, book, results, refused, failed) -> bool:
    """Write every file that is not what it should be; returns whether there was one."""
    old = results.keys() - {result.student for result in _keep_current(planned, results)}
    results = {student: result for student, result in results.items() if student not in old}
    failed = dict.fromkeys(sorted(old - refused.keys()), "its marks are by an earlier key") | failed
    # Read again: somebody may have filled it in meanwhile.
    manual = marks.read_manual(out / marks.MANUAL, results)
    exercises = {
        name: float(cell.metadata.nbgrader.points)
        for name, cell in planned.assignment.list_graded_cells().items()
    }
    final = {student: marks.combine_marks(result, manual) for student, result in results.items()}
    changed = book.write([(result, final[student]) for student, result in results.items()])
    for student, result in results.items():
        changed |= _write_feedback(kept, result, final[student], planned.assignment.name)
    without = refused | failed
    changed |= store.write(out / "grades.csv", marks.format_grades(results, manual, without, exercises))
    with store.lock_marks(out):
        # Feedback took its time: what was marked meanwhile stays.
        manual = marks.read_manual(out / marks.MANUAL, results)
        changed |= store.write(out / marks.MANUAL, marks.format_manual(results, manual))
    lines = report.format_report(planned.assignment.name, results, manual, refused, failed)
    changed |= store.write(out / "report.txt", lines)
    changed |= report_page.write(out / "report.html", planned.assignment, results, final)
    handed_in = {s: (one.sha256, kept.find_file("submissions", s, ".ipynb")) for s, one in results.items()}
    name, release = planned.assignment.name, planned.assignment.notebook
    return changed | similar_page.write(out / "similar.html", name, handed_in, release)


def _write_feedback(kept: store.Store, result: store.Result, final: dict[str, marks.Mark], name: str) -> bool:
    """Make a page again whose marks are others now; the others came from the workers."""
    path = kept.find_file("feedback", result.student, ".html")
    if feedback.is_current(path, result, final):
        return False
    notebook = kept.find_file("notebooks", result.student, ".ipynb").read_text(encoding="utf-8")
    return store.write(path, rendering.make_page(notebook, result, final, name))


def _conclude(planned, out, tasks, outcome, results, changed, book) -> int:
    if outcome.interrupted:
        done = sum(1 for task in tasks if task.student in results)
        print(
            f"Interrupted; {done} of {len(tasks)} are graded. Run the same command again to go on.",
            file=sys.stderr,
        )
        return 130
    if not changed and len(tasks) == len(outcome.refused):
        print(f"Nothing new: {out} holds the marks of {len(results)} students.")
        return 0
    graded = len(tasks) - len(outcome.refused) - len(outcome.failed)
    print(f"{planned.assignment.name}: {graded} submissions graded now, {len(results)} in all.")
    print(f"Marks: {out / 'grades.csv'}; feedback: {out / 'feedback'}; what went wrong: {out / 'report.txt'}")
    print(f"What the marks say about the class: {out / 'report.html'}. Gradebook: {book.name}")
    whole = book.complete and len(_keep_current(planned, results)) == len(results)
    return 1 if outcome.failed or not whole else 0
