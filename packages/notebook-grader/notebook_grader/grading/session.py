"""One run of the grader: list what is new, grade it, write tables, feedback and report."""

import hashlib
import pickle
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from notebook_grader import files, gate
from notebook_grader.assignments import assignment as assignments
from notebook_grader.course import Course
from notebook_grader.grading import engine
from notebook_grader.grading.grade import Graded, Job
from notebook_grader.hand_in import intake
from notebook_grader.hand_in.intake import File
from notebook_grader.hand_in.plain import Refused
from notebook_grader.hand_in.worked import is_worked_file
from notebook_grader.limits import Limits
from notebook_grader.marks import agreement, decisions, feedback, manual, report, store
from notebook_grader.marks.classlist import ClassList
from notebook_grader.run.attempt import Terms
from notebook_grader.tables import rename_entries

AGAIN = "Run the same command again to go on."
OLDER = "A file that was graded before and replaced is no new try: {}. --again {} takes it."
RETURN_AGAIN = "Return them again, or write a row 'mark' with the reason into manual.csv."


@dataclass(frozen=True)
class Options:
    """Options of a run: limits, no sandbox, threads or scheduler and seconds to wait for it,
    students to grade again (all if the list is empty), and new rules for late work, which hold for
    all assignments in the folder `grades`. A `strict` run ends with 1 if anything could not be
    used."""

    limits: Limits
    unsafe: bool = False
    workers: int = 1
    scheduler: str | None = None
    wait: int = 300
    again: list[str] | None = None
    rules: Mapping[str, float] = field(default_factory=dict)
    grades: Path = Path("grades")
    strict: bool = False


@dataclass(frozen=True)
class Task:
    """A submission that has to be graded, with remarks on its files."""

    student: str
    file: File
    notes: list[str]


@dataclass(frozen=True)
class Unmarked:
    """Who has no mark by a file that is here: why a file could not be used or not be graded, and
    who of the list handed in nothing."""

    refused: dict[str, str]
    failed: dict[str, str]
    missing: list[str]


class Session:
    """A run on one assignment, in its folder of results."""

    def __init__(
        self,
        course: Course,
        assignment: assignments.Assignment,
        submissions: list[intake.Submission],
        out: Path,
        options: Options,
        listed: ClassList | None = None,
    ) -> None:
        self._course = course
        self._assignment = assignment
        self._submissions = submissions
        self._out = out
        self._options = options
        self._kept = store.Store(out)
        self._results = store.read_results(out)
        self._older = list[str]()  # who handed in a file that was replaced before
        self._list = listed = listed or ClassList()
        self._cut_groups()
        here = {one.student for one in self._submissions}
        earlier = files.read_kept(out / store.FACTS).get("refused", {})
        # Why a file could not be used, and its name; of those that are not here, from earlier runs.
        self._refused: dict[str, list[str]] = {
            name: earlier[name] for name in earlier.keys() - here
        }
        listed.match({*here, *self._refused, *self._results})
        self._table = self._open_table()
        self._before = {
            name: (one, self._table.view(one).points) for name, one in self._results.items()
        }

    def _cut_groups(self) -> None:
        """Cut a group off the names of those whom the list has without it: they are nobody else.

        The first zip may have been graded before there was a list.
        """
        cut = self._list.cut_groups({one.student for one in self._submissions})
        for submission in self._submissions:
            submission.student = cut.get(submission.student, submission.student)
        cut = self._list.cut_groups(self._results.keys())
        if not cut:
            return
        with store.lock_marks(self._out):
            for name in (decisions.FILE, agreement.SECOND, manual.MANUAL):
                rename_entries(self._out / name, "student", cut)
            for old, new in cut.items():
                self._results[new] = self._kept.rename(self._results.pop(old), new)

    def run(self) -> int:
        """Grade what is new and write everything that changed; returns the exit code.

        Raises `TableError` or `StoreError` if a kept file cannot be used, and `OSError` if nobody
        can grade.
        """
        gate.open_processes(self._options.workers)
        try:
            here = {one.student for one in self._submissions}
            earlier = self._read_kept(self._results.keys() - here)
            tasks, outcome = self._take_in([*self._submissions, *earlier])
            # Whose file cannot be used keeps the marks of the one before, also with a new key.
            back, more = self._take_in(
                self._read_kept(self._refused if not outcome.interrupted else ())
            )
            tasks += back
            outcome.failed |= more.failed
            outcome.others |= more.others
            outcome.interrupted |= more.interrupted
            return self._conclude(tasks, outcome, self._write(outcome))
        finally:
            gate.close()

    def _read_kept(self, names: Iterable[str]) -> list[intake.Submission]:
        """What these students handed in before, as it was kept."""
        kept = [
            self._kept.read_submission(self._results[name])
            for name in names
            if name in self._results
        ]
        return [one for one in kept if one]

    def _take_in(self, submissions: list[intake.Submission]) -> tuple[list[Task], engine.Outcome]:
        """Grade what is new among these submissions, or was graded with another key."""
        tasks = self._list_tasks(submissions)
        outcome = self._grade(tasks) if tasks else engine.Outcome()
        names = {task.student: task.file.name for task in tasks}
        self._refused |= {name: [why, names[name]] for name, why in outcome.refused.items()}
        return tasks, outcome

    def _list_tasks(self, submissions: list[intake.Submission]) -> list[Task]:
        """List what has to be graded."""
        tasks = []
        options = self._options
        most = options.limits.notebook
        is_worked = partial(is_worked_file, assignment=self._assignment, most=most)
        for submission in submissions:
            student = submission.student
            try:
                file, aside = intake.choose(submission, self._assignment.name, is_worked)
                data = intake.read_contents(file, most)
            except Refused as error:
                self._refused[student] = [str(error), submission.first]
                continue
            repeat = options.again is not None and (not options.again or student in options.again)
            held = self._results.get(student)
            if not repeat and (newer := self._find_newer(held, data)):
                self._older.append(student)
                file = newer
                aside = []
                data = intake.read_contents(newer, most)
            if repeat or held is None or self._make_fingerprint(data) != held.fingerprint:
                notes = [f"Graded is {file.name}; set aside: {', '.join(aside)}."] if aside else []
                tasks.append(Task(student, file, notes))
        return tasks

    def _find_newer(self, held: store.Result | None, data: bytes) -> File | None:
        """The kept file that was graded after these bytes, and replaced them."""
        if held is None or hashlib.sha256(data).hexdigest() not in held.replaced:
            return None
        kept = self._kept.read_submission(held)
        return kept.files[0] if kept else None

    def _make_fingerprint(self, data: bytes) -> str:
        """Fingerprint of a submission and of all that its marks depend on."""
        terms = self._assignment.version, self._options.limits, self._options.unsafe
        return hashlib.sha256(data + repr(terms).encode()).hexdigest()

    def _grade(self, tasks: list[Task]) -> engine.Outcome:
        options = self._options
        terms = pickle.dumps(Terms(self._assignment, self._course, options.limits, options.unsafe))

        def read(task: Task) -> Job:
            data = intake.read_contents(task.file, options.limits.notebook)
            decided = self._table.list_about(task.student)
            fingerprint = self._make_fingerprint(data)
            return Job(task.student, task.file.name, data, task.notes, decided, fingerprint)

        pool = engine.open_threads(options.workers)
        if options.scheduler is not None:
            pool = engine.open_cluster(options.scheduler, self._course, options.wait)
        try:
            with pool as opened:
                return engine.grade_all(tasks, read, terms, opened, self._save)
        except KeyboardInterrupt:  # before the first job
            return engine.Outcome(interrupted=True)

    def _save(self, graded: Graded, data: bytes) -> str:
        """Save the result of these bytes; returns an error message if it could not be saved."""
        student = graded.result.student
        if before := self._results.get(student):
            replaced = {*before.replaced, before.sha256} - {graded.result.sha256}
            graded.result.replaced = sorted(replaced)
        try:
            self._kept.save(graded.result, graded.notebook, data)
            files.write(self._kept.find_file("feedback", student, ".html"), graded.page)
            with store.lock_marks(self._out):
                self._table.add(self._decide(graded.result))
        except OSError:
            raise
        except Exception as error:  # must not stop the others
            return f"{type(error).__name__}: {str(error)[:200]}"
        self._results[student] = graded.result
        return ""

    def _decide(self, result: store.Result) -> list[decisions.Decision]:
        return decisions.decide_by_machine(result, self._list.decided[result.student])

    def _open_table(self) -> decisions.Table:
        """Open the decisions, and add the machine's; persons may mark meanwhile."""
        results = self._results.values()
        with store.lock_marks(self._out):
            table = manual.open_table(self._out, self._results, self._assignment.list_points())
            table.add(row for one in results for row in self._decide(one))
        return table

    def _write(self, outcome: engine.Outcome) -> bool:
        """Write every file that is out of date; returns whether there was one."""
        # Not before: a command that fails changes nothing.
        decisions.keep_rules(self._options.grades, self._options.rules)
        self._list.remember()
        self._table = self._open_table()
        changed = files.write(self._out / store.VERSION, self._assignment.version + "\n")
        # Results by another key are never mixed with those by the current one.
        self._current = store.choose_current(self._out, self._results)
        self._final = {name: self._table.view(one) for name, one in self._current.items()}
        self._final |= self._table.view_others(self._current, self._sum_points())
        unmarked = self._list_unmarked(outcome)
        members = self._list_members()
        # All of them are written, also after one that has changed.
        changed |= self._write_feedback(unmarked, members)
        changed |= self._write_grades(unmarked)
        changed |= self._write_report(unmarked, members)
        return changed

    def _sum_points(self) -> float:
        return sum(self._assignment.list_points().values())

    def _list_unmarked(self, outcome: engine.Outcome) -> Unmarked:
        """Say why some have no mark, or none by a file that is here."""
        old = sorted(self._results.keys() - self._current.keys() - self._refused.keys())
        return Unmarked(
            refused={name: why for name, (why, _) in self._refused.items()},
            failed=dict.fromkeys(old, "its marks are by an earlier key") | outcome.failed,
            missing=self._list.list_missing(self._results),
        )

    def _list_members(self) -> dict[str, str]:
        """Whose file a member of a group is marked by, by the member's name."""
        people = self._list.people
        shared = self._list.share(people.found, self._results)
        return {people.name(row): one for row, one in shared.items()}

    def _write_feedback(self, unmarked: Unmarked, members: dict[str, str]) -> bool:
        """Write the page of each student; returns whether one has changed."""
        name = self._assignment.name
        changed = False
        for student, result in self._current.items():
            remarks = [*result.remarks]
            if student in unmarked.refused:
                remarks.append(feedback.UNUSABLE.format(unmarked.refused[student]))
            shown = replace(result, remarks=remarks)
            changed |= feedback.write(self._kept, shown, self._final[student], name)
        changed |= feedback.write_others(
            self._kept,
            self._refused,
            self._final,
            self._current,
            name,
            out_of=self._sum_points(),
            groups=self._list.groups,
            members=members,
        )
        return changed

    def _write_grades(self, unmarked: Unmarked) -> bool:
        """Write the table of grades; returns whether it has changed."""
        without = dict.fromkeys(unmarked.missing, "") | unmarked.refused | unmarked.failed
        points = self._assignment.list_points()
        text = manual.format_grades(self._current, self._final, without, points)
        return files.write(self._out / "grades.csv", text)

    def _write_report(self, unmarked: Unmarked, members: dict[str, str]) -> bool:
        """Write manual.csv and both reports; returns whether one has changed."""
        out = self._out
        results = self._current
        with store.lock_marks(out):
            # Read again: somebody may have marked while feedback was written.
            table = manual.open_table(out, self._results, self._assignment.list_points())
            changed = files.write(out / manual.MANUAL, manual.format_manual(results, table))
            pairs = agreement.list_pairs(table, agreement.open_second(out))
        lines = report.format_report(
            self._assignment.name,
            results,
            self._final,
            unmarked.refused,
            unmarked.failed,
            pairs,
            [*self._list.group(results, results).values()],
            self._list_remarks(unmarked.missing, members),
        )
        changed |= files.write(out / "report.txt", lines)
        current = {student: self._final[student].marks for student in results}
        page = report.render(self._assignment, results, current)
        changed |= files.write(out / "report.html", page)
        return changed

    def _list_remarks(self, missing: list[str], members: dict[str, str]) -> list[str]:
        """What the report says of the class as a whole."""
        remarks = [f"Handed in nothing, of the list: {', '.join(missing)}."] if missing else []
        remarks += [f"{name} is marked by the file of {one}." for name, one in members.items()]
        return [*remarks, *self._list.notes, *self._list.problems]

    def _conclude(self, tasks: list[Task], outcome: engine.Outcome, changed: bool) -> int:
        """Print a summary; returns the exit code."""
        if outcome.interrupted:
            done = sum(1 for task in tasks if task.student in self._results)
            print(f"Interrupted; {done} of {len(tasks)} are graded. {AGAIN}", file=sys.stderr)
            return 130
        self._print_graded(tasks, outcome, changed)
        self._print_changes()
        self._print_people(outcome)
        self._print_late()
        faults = [
            *self._list.problems,
            *(f"{fault} It does not count." for _, fault in self._table.unused),
        ]
        for fault in faults:
            print(fault, file=sys.stderr)
        ungraded = self._count_ungraded(outcome)
        if ungraded:
            print(f"{ungraded} could not be graded; the reasons are in {self._out / 'report.txt'}.")
        for name, count in Counter(outcome.others.values()).items():
            print(
                f"Of {name} there are {count}: grade the same files again with --assignment {name}."
            )
        unusable = ungraded or faults or not self._current
        return 1 if self._options.strict and unusable else 0

    def _print_graded(self, tasks: list[Task], outcome: engine.Outcome, changed: bool) -> None:
        """Say what was graded in this run, and where the results are."""
        out = self._out
        count = len(self._results)
        if not changed and len(tasks) == len(outcome.refused):
            print(f"Nothing new: {out} holds the marks of {count} students.")
        else:
            graded = len(tasks) - len(outcome.refused) - len(outcome.failed)
            print(f"{self._assignment.name}: {graded} graded now, {count} in all.")
            print(
                f"Marks: {out / 'grades.csv'}; feedback: {out / 'feedback'}; remarks:"
                f" {out / 'report.txt'}"
            )
            print(f"What the marks say about the class: {out / 'report.html'}")
        if several := [task.student for task in tasks if task.notes]:
            print(
                f"Of several notebooks one was graded; the report names it: {', '.join(several)}."
            )
        if self._older:
            names = ", ".join(self._older)
            print(OLDER.format(names, " ".join(map(shlex.quote, self._older))))

    def _print_changes(self) -> None:
        """Say whose points another key has changed, and who was given others before."""
        changes = []
        for name, (before, points) in self._before.items():
            now = self._current.get(name)
            if now is None or before.version == now.version:
                continue
            if self._final[name].points != points:
                changes.append(f"{name} {points:g} to {self._final[name].points:g}")
        if changes:
            print(
                f"Another version of the assignment changed the points of {len(changes)}:"
                f" {'; '.join(changes)}."
            )
        if old := [
            f"{name} {view.returned:g} to {view.points:g}"
            for name, view in self._final.items()
            if view.outdated
        ]:
            print(
                f"Marks that were returned and have changed since: {'; '.join(old)}. {RETURN_AGAIN}"
            )

    def _print_people(self, outcome: engine.Outcome) -> None:
        """Say who is named by a decision or by the list, and handed in nothing."""
        missing = self._list.list_missing(self._results)
        known = {"", *self._results, *self._refused, *outcome.failed, *missing}
        if nobody := sorted(self._table.rows.keys() - known):
            listed = ", ".join(map(repr, nobody[:6]))
            print(
                f"Decisions about students without a submission: {listed}. Names are as in"
                " grades.csv."
            )
        if missing:
            grades = self._out / "grades.csv"
            print(f"Of the list {len(missing)} handed in nothing; {grades} names them.")
        for note in self._list.notes:
            print(note)

    def _print_late(self) -> None:
        late = sum(view.days > 0 for view in self._final.values())
        if late or self._options.rules:
            were = "were" if late > 1 else "was"
            print(f"{late or 'Nobody'} {were} late; {decisions.describe_rules(self._table.rules)}.")

    def _count_ungraded(self, outcome: engine.Outcome) -> int:
        """Count those without a mark, by the machine or by a person."""
        old = self._results.keys() - self._current.keys()
        without = self._refused.keys() | outcome.failed.keys() | old
        return sum(name not in self._final or not self._final[name].whole for name in without)
