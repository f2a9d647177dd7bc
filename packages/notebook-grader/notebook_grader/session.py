"""One run of the grader: plan what is new, grade it, write tables, feedback and report."""

import pickle
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from notebook_grader import assignment as assignments
from notebook_grader import engine, feedback, gradebook, intake, marks, rendering, report, report_page, store
from notebook_grader.assignment import Assignment
from notebook_grader.course import Course
from notebook_grader.intake import File
from notebook_grader.limits import Limits


@dataclass(frozen=True)
class Plan:
    """What a run has to look at, and by what it grades that."""

    course: Course
    assignment: Assignment
    submissions: list[intake.Submission]
    limits: Limits
    unsafe: bool


@dataclass(frozen=True)
class Where:
    """Where a run happens: the folder of results, the gradebook, and the threads or scheduler that grade."""

    out: Path
    gradebook: str
    threads: int = 1
    scheduler: str | None = None
    patience: int = 300


def make_plan(
    course: Course,
    submissions: Path,
    name: str | None,
    folders: tuple[Path, Path],
    limits: Limits,
    unsafe: bool,
) -> Plan:
    """Read the collection and find its assignment and its key, made if it is not there.

    `folders` are those of the assignments and of the keys. Raises `ValueError` if there is nothing to grade,
    or no assignment or key to grade it by.
    """
    names = assignments.list_names(folders[0])
    found = intake.collect(submissions, names)
    name = name or intake.guess_assignment(found, names, limits)
    if name is None:
        there = ", ".join(names) or "none; make the assignments first"
        raise ValueError(f"The notebooks do not say which assignment they are; name it (built are: {there}).")
    return Plan(course, assignments.load(name, *folders, course), found, limits, unsafe)


def run(plan: Plan, where: Where, again: list[str] | None = None, code: bool = False) -> int:
    """Grade what is new and write everything that changed; returns the exit code.

    `again` names students to grade anew, all if it is empty; `code` asks for files of code. Raises
    `GradebookError` if the gradebook cannot be used, `ManualError` or `StoreError` if a kept file cannot, and
    `OSError` if nobody can grade.
    """
    gradebook.write(where.gradebook, plan.assignment, [])  # whether it takes this, before hours are spent
    kept, results = store.Store(where.out), store.read_results(where.out)
    manual = marks.read_manual(where.out / marks.MANUAL, results)
    tasks, refused = _list_tasks(plan, kept, results, again)

    def save(graded: engine.Graded, data: bytes) -> str:
        try:
            kept.save(graded.result, graded.notebook, data)
            store.write(kept.find_file("feedback", graded.result.student, ".html"), graded.page)
        except OSError:
            raise
        except Exception as error:  # what cannot be written must not cost the others
            return f"{type(error).__name__}: {str(error)[:200]}"
        results[graded.result.student] = graded.result
        return ""

    outcome = _grade(plan, where, tasks, manual, save) if tasks else engine.Outcome()
    changed = _write(plan, where, kept, results, refused | outcome.refused, outcome)
    try:
        current = [result for result in results.values() if _is_current(plan, result)]
        manual = marks.read_manual(where.out / marks.MANUAL, results)
        marked = [(result, marks.combine_marks(result, manual)) for result in current]
        changed |= gradebook.write(where.gradebook, plan.assignment, marked)
        whole = len(current) == len(results)
    except gradebook.GradebookError as error:
        print(f"{error} All results are kept, and the next run writes what is missing.", file=sys.stderr)
        whole = False
    for result in results.values() if code else ():
        kept.write_code(result)
    return _conclude(plan, where, tasks, outcome, results, changed, whole)


def _grade(
    plan: Plan, where: Where, tasks: list[tuple[str, File]], manual: marks.Manual, save
) -> engine.Outcome:
    assignment, given = pickle.dumps(plan.assignment), defaultdict[str, marks.Manual](dict)
    for (student, exercise), mark in manual.items():
        given[student][student, exercise] = mark
    shared = {
        "assignment": assignment,
        "course": plan.course.at,
        "limits": plan.limits,
        "unsafe": plan.unsafe,
    }

    def read(student: str, file: File) -> dict:
        data = intake.read_contents(file, plan.limits.notebook)
        own = {"student": student, "file": file.name, "data": data, "manual": given.get(student, {})}
        return own | shared

    if where.scheduler is None:
        pool = engine.open_threads(where.threads)
    else:
        pool = engine.open_cluster(where.scheduler, plan.course, where.patience)
    try:
        with pool as opened:
            return engine.grade_all(tasks, read, opened, save)
    except KeyboardInterrupt:  # while nobody had begun
        return engine.Outcome(interrupted=True)


def _is_current(plan: Plan, result: store.Result) -> bool:
    """Whether the key of today gave a result; those of another key never stand beside it."""
    return result.version == plan.assignment.version


def _list_tasks(
    plan: Plan, kept: store.Store, results: dict[str, store.Result], again: list[str] | None
) -> tuple[list[tuple[str, File]], dict[str, str]]:
    """What has to be graded, and why some cannot be; a new key grades what was handed in before."""
    tasks, refused = [], {}
    here = {submission.student for submission in plan.submissions}
    before = [kept.read_submission(result) for result in results.values() if result.student not in here]
    for submission in [*plan.submissions, *(one for one in before if one)]:
        student = submission.student
        try:
            file = intake.choose(submission, plan.assignment.name)
            data = intake.read_contents(file, plan.limits.notebook)
        except intake.Refused as error:
            refused[student] = str(error)
            continue
        print_ = store.make_fingerprint(data, plan.assignment.version, plan.limits, plan.unsafe)
        anew = again is not None and (not again or student in again)
        if anew or student not in results or results[student].fingerprint != print_:
            tasks.append((student, file))
    return tasks, refused


def _write(
    plan: Plan,
    where: Where,
    kept: store.Store,
    results: dict[str, store.Result],
    refused: dict[str, str],
    outcome: engine.Outcome,
) -> bool:
    """Write every file that is not what it should be; returns whether there was one."""
    out, name, points = where.out, plan.assignment.name, plan.assignment.list_points()
    old = {student for student, result in results.items() if not _is_current(plan, result)}
    results = {student: result for student, result in results.items() if student not in old}
    failed = dict.fromkeys(sorted(old - refused.keys()), "its marks are by an earlier key") | outcome.failed
    # Read again: somebody may have filled it in meanwhile.
    manual = marks.read_manual(out / marks.MANUAL, results)
    final = {student: marks.combine_marks(result, manual) for student, result in results.items()}
    changed = False
    for student, result in results.items():
        changed |= _write_feedback(kept, result, final[student], name)
    changed |= store.write(out / "grades.csv", marks.format_grades(results, manual, refused | failed, points))
    with store.lock_marks(out):
        # Feedback took its time: what was marked meanwhile stays.
        manual = marks.read_manual(out / marks.MANUAL, results)
        changed |= store.write(out / marks.MANUAL, marks.format_manual(results, manual))
    changed |= store.write(out / "report.txt", report.format_report(name, results, manual, refused, failed))
    return changed | report_page.write(out / "report.html", plan.assignment, results, final)


def _write_feedback(kept: store.Store, result: store.Result, final: dict[str, marks.Mark], name: str) -> bool:
    """Make a page again whose marks are others now."""
    path = kept.find_file("feedback", result.student, ".html")
    if feedback.is_current(path, result, final):
        return False
    notebook = kept.find_file("notebooks", result.student, ".ipynb").read_text(encoding="utf-8")
    return store.write(path, rendering.make_page(notebook, result, final, name))


def _conclude(
    plan: Plan,
    where: Where,
    tasks: list[tuple[str, File]],
    outcome: engine.Outcome,
    results: dict[str, store.Result],
    changed: bool,
    whole: bool,
) -> int:
    out, name = where.out, plan.assignment.name
    if outcome.interrupted:
        done = sum(1 for student, _ in tasks if student in results)
        says = f"Interrupted; {done} of {len(tasks)} are graded. Run the same command again to go on."
        print(says, file=sys.stderr)
        return 130
    if not changed and len(tasks) == len(outcome.refused):
        print(f"Nothing new: {out} holds the marks of {len(results)} students.")
        return 0
    graded = len(tasks) - len(outcome.refused) - len(outcome.failed)
    print(f"{name}: {graded} submissions graded now, {len(results)} in all.")
    print(f"Marks: {out / 'grades.csv'}; feedback: {out / 'feedback'}; what went wrong: {out / 'report.txt'}")
    print(f"What the marks say about the class: {out / 'report.html'}. Gradebook: {where.gradebook}")
    return 1 if outcome.failed or not whole else 0
