"""Forget students: remove their files, and their rows in decisions, tables and lists.

Name each as in grades.csv. Either all is removed that the folder of results holds, or nothing. What
is printed last says what the command cannot reach.
"""

import argparse
import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from notebook_grader import files, tables
from notebook_grader.course import Course
from notebook_grader.hand_in.people import People, read_people
from notebook_grader.hand_in.platforms import split_student
from notebook_grader.marks import decisions, store
from notebook_grader.tables import TableError

REPORT = "report.txt"
FORGOTTEN = "[forgotten]"  # in place of a name in a line about others
OTHERS = (
    "submissions",
    "notebooks",
)  # folders of what students wrote, which are not searched for names
ROLES = ("id", "login", "sis", "email", "name")  # of a list: what tells who somebody is
BEYOND = """\
It cannot reach what is elsewhere: the zip that was graded (a run with it grades them again), the \
platform,
feedback that was sent, tables of extensions or hashes, another --out, backups and copies. The \
marks of others
stay as they are; report.html has no names, and counts them until the next run."""


@dataclass
class Plan:
    """What is to change: new contents by file, None where a file goes; and in words, what is
    removed."""

    files: dict[Path, bytes | None] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    known_as: set[str] = field(
        default_factory=set
    )  # names and numbers by which a list knows the students

    def read(self, path: Path) -> bytes:
        """Contents of a file as they are planned so far."""
        planned = self.files.get(path)
        return path.read_bytes() if planned is None else planned

    def change(self, path: Path, data: bytes | None, what: str) -> None:
        """Plan the contents of a file, and what this removes."""
        if path not in self.files or self.files[path] is not None:
            self.files[path] = data
            self.removed.append(f"{path}: {what}")


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "students", nargs="+", metavar="STUDENT", help="the whole name, as in grades.csv"
    )
    parser.add_argument("--grades", type=Path, default=course.grades, help="the folder of results")


def run(arguments: argparse.Namespace, course: Course) -> int:
    """Forget the students; returns the exit code."""
    grades = arguments.grades
    students = list(dict.fromkeys(arguments.students))
    folders = [grades / name for name in store.list_graded(grades)]
    with _lock(folders):
        names = {folder: _list_names(folder) for folder in folders}
        _check(students, names)
        plan = Plan()
        for student in students:
            for folder in folders:
                _plan_folder(plan, folder, student, names[folder])
            _plan_lists(plan, grades, student, set().union(*names.values()))
        left = _find_left(plan, grades, students)
        _apply(plan.files)
    print(f"Removed of {', '.join(students)}:")
    print("\n".join(plan.removed))
    for sentence in _describe_left(students, left, names):
        print(sentence)
    print(BEYOND)
    return 0


@contextmanager
def _lock(folders: Collection[Path]) -> Iterator[None]:
    """Hold off grading runs and the desk. Raises `ValueError` if a run is writing."""
    with ExitStack() as held:
        for folder in folders:
            try:
                held.enter_context(FileLock(folder / ".lock", timeout=0))
            except Timeout:
                raise ValueError(
                    f"A grading run is writing to {folder}: wait for its end."
                ) from None
            held.enter_context(store.lock_marks(folder))
        yield


def _list_names(folder: Path) -> set[str]:
    """List everybody whom an assignment's files know."""
    names = {*store.read_results(folder)}
    if names or (folder / decisions.FILE).exists():
        names |= {*decisions.open_table(folder, True).rows}
    facts = files.read_kept(folder / store.FACTS)
    names |= {*facts.get("refused", {}), *facts.get("members", {})}
    if (folder / "grades.csv").is_file():
        names |= {row.get("student", "") for row in tables.read_table(folder / "grades.csv")[1]}
    return names - {""}


def _check(students: Collection[str], names: dict[Path, set[str]]) -> None:
    """Raise `ValueError` unless everybody is known, and no group is marked by what they handed
    in."""
    everybody = set().union(*names.values())
    for student in students:
        if student not in everybody:
            plain = [name for name in everybody if split_student(name)[0] == student]
            near = sorted(plain) or get_close_matches(student, everybody, 3, 0.4)
            advice = f" there are {', '.join(near)}" if near else " grades.csv has the names"
            raise ValueError(f"Nobody is called {student!r} here: give the whole name;{advice}.")
    for folder in names:
        members = files.read_kept(folder / store.FACTS).get("members", {})
        left = sorted(
            one for one, whose in members.items() if whose in students and one not in students
        )
        if left:
            raise ValueError(
                f"{', '.join(left)} would lose their marks of {folder.name}, which are by the file"
                f" of {members[left[0]]}: let one of them hand it in and grade it, then try again."
            )


def _plan_folder(plan: Plan, folder: Path, student: str, names: Collection[str]) -> None:
    """Plan what an assignment's folder loses."""
    for path in sorted(folder.glob("*/**/*")):
        if path.stem == store.make_file_name(student) and path.is_file():
            plan.change(path, None, "the file")
            if path.parent == folder / "feedback":
                for packed in folder.glob("feedback-*.zip"):
                    plan.change(packed, None, "the file, which 'return' writes again")
    for path in sorted(folder.glob("*.csv")):
        if "student" in _read_columns(path):
            _plan_rows(plan, path, lambda row: row.get("student") == student)
    _plan_lists(plan, folder, student, names)
    _plan_facts(plan, folder / store.FACTS, student)
    _plan_report(plan, folder / REPORT, student, names)


def _read_columns(path: Path) -> list[str]:
    try:
        return tables.read_table(path)[0]
    except TableError:
        return []  # no table of ours; if it has the name, it is named at the end


def _plan_lists(plan: Plan, folder: Path, student: str, names: Collection[str]) -> None:
    """Plan what platforms' lists in a folder lose, those that were given and those that were
    written."""
    for path in sorted(folder.glob("*.csv")):
        columns = _read_columns(path)
        if not columns or "student" in columns:
            continue
        try:
            people = read_people("", path)
        except TableError:
            continue
        entries = _find_entries(people, student, names)
        for entry in entries:
            plan.known_as |= {entry.get(people.roles.get(role, ""), "") for role in ROLES}
        _plan_rows(plan, path, partial(_is_one_of, entries))


def _find_entries(people: People, student: str, names: Collection[str]) -> list[dict[str, str]]:
    """Find a student's entries in a list."""
    people.match(names)
    place = people.found.get(student)
    rows = range(len(people.rows))
    return [people.rows[row] for row in rows if row == place or people.name(row) == student]


def _is_one_of(entries: Collection[dict[str, str]], row: dict[str, str]) -> bool:
    """Whether a row of a list is one of its entries, which have no spaces around them."""
    return any({name: row.get(name, "").strip() for name in entry} == entry for entry in entries)


def _plan_rows(plan: Plan, path: Path, goes: Callable[[dict[str, str]], bool]) -> None:
    """Plan to drop rows of a table. Raises `TableError` if it is broken."""
    kept, dropped = tables.drop_rows(path, plan.read(path), goes)
    if dropped:
        plan.change(path, kept, f"{dropped} row{'s' if dropped > 1 else ''}")


def _plan_facts(plan: Plan, path: Path, student: str) -> None:
    facts = files.read_kept(path)
    left = _without(facts, student)
    if left != facts:
        text = json.dumps(left, ensure_ascii=False, indent=1)
        plan.change(path, text.encode("utf-8", "replace"), "entries")


def _without(value: Any, student: str) -> Any:
    """A value of JSON without the entries that are this student or of them."""
    if isinstance(value, dict):
        return {
            name: _without(one, student)
            for name, one in value.items()
            if student not in (name, one)
        }
    if isinstance(value, list):
        return [_without(one, student) for one in value if one != student]
    return value


def _plan_report(plan: Plan, path: Path, student: str, names: Collection[str]) -> None:
    """Plan the report without the lines about a student, and without the name in lines about
    others."""
    if not path.is_file():
        return
    text = plan.read(path).decode("utf-8", "replace")
    lines = [
        line
        for line in text.splitlines(True)
        if not line.startswith((f"{student}:", f"{student},"))
    ]
    # Longer names first, so that Ann is not found in Ann Lee.
    known = "|".join(map(re.escape, sorted({*names, student}, key=len, reverse=True)))
    named = re.compile(rf"(?<!\w)(?:{known})(?!\w)")
    left = named.sub(lambda found: FORGOTTEN if found[0] == student else found[0], "".join(lines))
    if left != text:
        plan.change(path, left.encode(), "lines and mentions")


def _find_left(plan: Plan, grades: Path, students: Collection[str]) -> list[Path]:
    """Find the files that will still hold a name, or what a list calls the students."""
    words = {*students, *(split_student(student)[0] for student in students), *plan.known_as}
    wanted = "|".join(re.escape(word) for word in words if len(word) > 2)
    named = re.compile(rf"(?<!\w)(?:{wanted})(?!\w)") if wanted else re.compile("$^")
    found = []
    for path in sorted(grades.rglob("*")):
        if not path.is_file() or path.parent.name in OTHERS or plan.files.get(path, b"") is None:
            continue
        if named.search(plan.read(path).decode("utf-8", "replace")):
            found.append(path)
    return found


def _describe_left(
    students: Collection[str], left: Collection[Path], names: dict[Path, set[str]]
) -> Iterator[str]:
    if left:
        yield (
            "Look into these, which have the name or number in them still:"
            f" {', '.join(map(str, left))}."
        )
    plain = {split_student(student)[0] for student in students}
    for folder, known in names.items():
        for other in sorted(known - {*students}):
            if split_student(other)[0] in plain:
                same = f"{other} in {folder.name} has the same name and stays"
                yield f"{same}: name them too if it is one person."


def _apply(planned: dict[Path, bytes | None]) -> None:
    """Change all files or, if one cannot be changed, none."""
    new = dict[Path, Path]()
    old = dict[Path, Path]()
    try:
        for path, data in planned.items():
            if data is not None:
                new[path] = _write_beside(path, data)
        for path in planned:
            aside = path.with_name(f"{files.UNFINISHED}{path.name[:60]}-{len(old)}")
            path.rename(aside)
            old[path] = aside
            if path in new:
                new[path].rename(path)
    except BaseException:
        for path, aside in old.items():
            aside.replace(path)
        for path in new.values():
            path.unlink(missing_ok=True)
        raise
    for aside in old.values():
        aside.unlink()


def _write_beside(path: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=files.UNFINISHED)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        os.fsync(stream.fileno())
    return Path(name)
