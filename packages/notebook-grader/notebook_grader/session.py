"""One run of the grader: list what is new, grade it, write tables, feedback and report."""

import hashlib
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from notebook_grader import (
    agreement,
    decisions,
    engine,
    feedback,
    gate,
    gradebook,
    intake,
    marks,
    report,
    store,
)
from notebook_grader import assignment as assignments
from notebook_grader.attempt import Terms
from notebook_grader.course import Course
from notebook_grader.grade import Graded, Job
from notebook_grader.intake import File
from notebook_grader.limits import Limits
from notebook_grader.plain import Refused

AGAIN = "Run the same command again to go on."


@dataclass(frozen=True)
class Options:
    """Options of a run: limits, no sandbox, threads or scheduler, students to grade again (all if the list is
    empty), code as files, and new rules for late work."""

    limits: Limits
    unsafe: bool = False
    threads: int = 1
    scheduler: str | None = None
    patience: int = 300
    again: list[str] | None = None
    code: bool = False
    rules: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """A submission that has to be graded, with remarks on its files."""

    student: str
    file: File
    notes: list[str]


class Session:
    """A run on one assignment, in its folder of results and its gradebook."""

    def __init__(
        self,
        course: Course,
        assignment: assignments.Assignment,
        submissions: list[intake.Submission],
        out: Path,
        book: str,
        options: Options,
    ) -> None:
        """Raises `GradebookError` if the gradebook cannot be used, before anything is graded."""
        gradebook.write(book, assignment, [])
        self._course, self._assignment, self._submissions = course, assignment, submissions
        self._out, self._book, self._options = out, book, options
        self._kept, self._results = store.Store(out), store.read_results(out)
        self._table = self._open_table()
        self._refused: dict[str, str] = {}
        self._changed: dict[str, tuple[float, float]] = {}  # points by another version, and by this one
        self._written = True  # whether the gradebook is up to date

    def run(self) -> int:
        """Grade what is new and write everything that changed; returns the exit code.

        Raises `TableError` or `StoreError` if a kept file cannot be used, and `OSError` if nobody can grade.
        """
        gate.open_processes(self._options.threads)
        try:
            tasks = self._list_tasks()
            outcome = self._grade(tasks) if tasks else engine.Outcome()
            self._refused |= outcome.refused
            for result in self._results.values() if self._options.code else ():
                self._kept.write_code(result)
            return self._conclude(tasks, outcome, self._write(outcome))
        finally:
            gate.close()

    def _list_tasks(self) -> list[Task]:
        """List what has to be graded; with a new key, earlier submissions as well."""
        tasks, options = [], self._options
        here = {submission.student for submission in self._submissions}
        earlier = [
            self._kept.read_submission(self._results[name]) for name in self._results if name not in here
        ]
        for submission in [*self._submissions, *filter(None, earlier)]:
            student = submission.student
            try:
                file, aside = intake.choose(submission, self._assignment.name)
                data = intake.read_contents(file, options.limits.notebook)
            except Refused as error:
                self._refused[student] = str(error)
                continue
            repeat = options.again is not None and (not options.again or student in options.again)
            before = self._results.get(student)
            if repeat or before is None or before.fingerprint != self._make_fingerprint(data):
                notes = [f"Graded is {file.name}; set aside: {', '.join(aside)}."] if aside else []
                tasks.append(Task(student, file, notes))
        return tasks

    def _make_fingerprint(self, data: bytes) -> str:
        """Fingerprint of a submission and of all that its marks depend on."""
        terms = self._assignment.version, self._options.limits, self._options.unsafe
        return hashlib.sha256(data + repr(terms).encode()).hexdigest()

    def _grade(self, tasks: list[Task]) -> engine.Outcome:
        options = self._options
        terms = pickle.dumps(Terms(self._assignment, self._course, options.limits, options.unsafe))

        def read(task: Task) -> Job:
            data = intake.read_contents(task.file, options.limits.notebook)
            decided, fingerprint = self._table.list_about(task.student), self._make_fingerprint(data)
            return Job(task.student, task.file.name, data, task.notes, decided, fingerprint)

        pool = engine.open_threads(options.threads)
        if options.scheduler is not None:
            pool = engine.open_cluster(options.scheduler, self._course, options.patience)
        try:
            with pool as opened:
                return engine.grade_all(tasks, read, terms, opened, self._save)
        except KeyboardInterrupt:  # before the first job
            return engine.Outcome(interrupted=True)

    def _save(self, graded: Graded, data: bytes) -> str:
        """Save the result of these bytes; returns an error message if it could not be saved."""
        student = graded.result.student
        try:
            self._kept.save(graded.result, graded.notebook, data)
            store.write(self._kept.find_file("feedback", student, ".html"), graded.page)
            with store.lock_marks(self._out):
                self._table.add(decisions.decide_by_machine(graded.result))
        except OSError:
            raise
        except Exception as error:  # must not stop the others
            return f"{type(error).__name__}: {str(error)[:200]}"
        before = self._results.get(student)
        if before and before.version != graded.result.version:
            points = [sum(c.points or 0 for c in r.cells.values()) for r in (before, graded.result)]
            if points[0] != points[1]:
                self._changed[student] = points[0], points[1]
        self._results[student] = graded.result
        return ""

    def _open_table(self) -> decisions.Table:
        """Open the decisions, and add the machine's and the rules of this run; persons may mark meanwhile."""
        results, rules = self._results.values(), self._options.rules.items()
        with store.lock_marks(self._out):
            table = marks.open_table(self._out, self._results, self._assignment.list_points())
            table.add(row for result in results for row in decisions.decide_by_machine(result))
            table.add(decisions.Decision("", name, "", float(value), "options") for name, value in rules)
        return table

    def _list_current(self) -> dict[str, store.Result]:
        """List the results by the current key; results by another key are never mixed with them."""
        version = self._assignment.version
        return {student: result for student, result in self._results.items() if result.version == version}

    def _write(self, outcome: engine.Outcome) -> bool:
        """Write every file that is out of date; returns whether there was one."""
        out, assignment, results = self._out, self._assignment, self._list_current()
        changed = store.write(out / store.VERSION, assignment.version + "\n")
        old = sorted(self._results.keys() - results.keys() - self._refused.keys())
        failed = dict.fromkeys(old, "its marks are by an earlier key") | outcome.failed
        self._table, without = self._open_table(), self._refused | failed
        final = {student: self._table.view(result) for student, result in results.items()}
        for student, result in results.items():
            changed |= feedback.write(self._kept, result, final[student], assignment.name)
        points = assignment.list_points()
        changed |= store.write(out / "grades.csv", marks.format_grades(results, final, without, points))
        with store.lock_marks(out):
            # Read again: somebody may have marked while feedback was written.
            table = marks.open_table(out, self._results, points)
            changed |= store.write(out / marks.MANUAL, marks.format_manual(results, table))
            pairs = agreement.list_pairs(table, agreement.open_second(out))
        lines = report.format_report(assignment.name, results, final, self._refused, failed, pairs)
        changed |= store.write(out / "report.txt", lines)
        current = {student: view.marks for student, view in final.items()}
        changed |= store.write(out / "report.html", report.render(assignment, results, current))
        try:
            marked = [(result, final[student]) for student, result in results.items()]
            return changed | gradebook.write(self._book, assignment, marked)
        except gradebook.GradebookError as error:
            self._written = False
            print(f"{error} All results are kept; the next run updates it.", file=sys.stderr)
            return changed

    def _conclude(self, tasks: list[Task], outcome: engine.Outcome, changed: bool) -> int:
        """Print a summary; returns the exit code."""
        out, results = self._out, self._results
        if outcome.interrupted:
            done = sum(1 for task in tasks if task.student in results)
            print(f"Interrupted; {done} of {len(tasks)} are graded. {AGAIN}", file=sys.stderr)
            return 130
        if not changed and len(tasks) == len(outcome.refused):
            print(f"Nothing new: {out} holds the marks of {len(results)} students.")
        else:
            graded = len(tasks) - len(outcome.refused) - len(outcome.failed)
            print(f"{self._assignment.name}: {graded} graded now, {len(results)} in all.")
            print(f"Marks: {out / 'grades.csv'}; feedback: {out / 'feedback'}; remarks: {out / 'report.txt'}")
            print(f"What the marks say about the class: {out / 'report.html'}. Gradebook: {self._book}")
        current = self._list_current()
        if self._changed:
            listed = "; ".join(f"{name} {old:g} to {new:g}" for name, (old, new) in self._changed.items())
            print(f"Another version of the assignment changed the points of {len(self._changed)}: {listed}.")
        if nobody := sorted(self._table.rows.keys() - {"", *results, *self._refused, *outcome.failed}):
            listed = ", ".join(map(repr, nobody[:6]))
            print(f"Decisions about students without a submission: {listed}. Names are as in grades.csv.")
        if ungraded := len(self._refused.keys() | outcome.failed.keys() | (results.keys() - current.keys())):
            print(f"{ungraded} could not be graded; the reasons are in {out / 'report.txt'}.")
        return 1 if ungraded or not current or not self._written else 0
