"""The class's list in a folder of grades: once given it is remembered, and says who is late or
missing."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from notebook_grader import files
from notebook_grader.hand_in.people import People, read_people
from notebook_grader.hand_in.platforms import split_student
from notebook_grader.marks import store
from notebook_grader.marks.decisions import EXTENSION, LATE, MACHINE, WORDS, Decision, decide_matter
from notebook_grader.marks.store import Result
from notebook_grader.tables import TableError, read_number, read_points, read_rows

LIST, FORMER, NAMES = (
    "list.csv",
    "list-before.csv",
    "list.json",
)  # the names under which both were given


@dataclass
class ClassList:
    """The list, empty if there is none, and what was said about its students; `groups` is its
    column of groups, `extensions` a table of them. A list that was `given` now is remembered in the
    folder `place`.
    """

    people: People = field(default_factory=lambda: People("moodle", [], [], {}))
    groups: str = ""
    extensions: Path | None = None
    decided: dict[str, list[Decision]] = field(default_factory=lambda: defaultdict(list))
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what is no fault
    given: Path | None = None
    place: Path = Path()

    def check_maximum(self, name: str, out_of: float) -> None:
        """Raises `TableError` if this is the worksheet of an assignment with another maximum."""
        people = self.people
        for row in range(len(people.rows) if people.is_worksheet else 0):
            most = people.get_value(row, "most")
            if most and read_number(most) != out_of:
                raise TableError(
                    f"{name} gives up to {out_of:g} points, but the worksheet's maximum is {most}:"
                    f" if it is of this assignment, set its maximum grade in Moodle to {out_of:g},"
                    " then download it again."
                )

    def remember(self) -> None:
        """Remember a list that was given, once the command has done its work."""
        if self.given:
            self.notes += _remember(self.place, self.given, self.people)
            self.given = None

    def cut_groups(self, students: Collection[str]) -> dict[str, str]:
        """Names without the group in front, of those whom the list has without it and who are there
        once."""
        once = replace(self.people, found={}, prefixes={})
        once.match(students)
        # "Group 3-Ann Lee_4711": the group, the name and the platform's number.
        cut = {
            name: name[len(once.prefixes[name]) + 1 :].lstrip()
            for name in once.prefixes.keys() & once.found
        }
        return {name: short for name, short in cut.items() if short not in students}

    def match(self, students: Collection[str]) -> None:
        """Find the students in the list, and read what it and the table of extensions say about
        them."""
        people = self.people
        names = people.match(students) if people.rows else {}
        self.problems += [f"{student} {problem}." for student, problem in names.items()]
        for student, row in people.found.items():
            try:
                if people.is_worksheet:
                    self._say(
                        student, LATE, *people.kind.read_late(people.get_value(row, "status"))
                    )
                if text := people.get_value(row, "extension"):
                    self._say(
                        student, EXTENSION, read_points(text, what=WORDS[EXTENSION]), "the list"
                    )
            except ValueError as error:
                self.problems.append(f"{student}: {error}; write a row into manual.csv.")
        if self.extensions:
            self._read_extensions(self.extensions, {*students})

    def _say(self, student: str, word: str, days: float | None, reason: str) -> None:
        self.decided[student].append(
            decide_matter(student, word, round(days or 0, 4), MACHINE, reason)
        )

    def _read_extensions(self, path: Path, students: set[str]) -> None:
        def read(row: dict[str, str]) -> None:
            name = row["student"].strip()
            days = read_points(row["days"], what=WORDS[EXTENSION])
            named = {name} & students or {one for one in students if split_student(one)[0] == name}
            if not named:
                once = replace(self.people, found={}, prefixes={})
                once.match([name])
                named = {
                    one for one, place in self.people.found.items() if place in once.found.values()
                }
            if len(named) != 1:
                raise TableError(f"{name!r} is not one of those who handed in.")
            self._say(named.pop(), EXTENSION, days, row.get("reason") or path.name)

        faults = list[tuple[dict[str, str], str]]()
        read_rows(path, ("student", "days"), read, faults)
        self.problems += [fault for _, fault in faults]

    def list_missing(self, results: Mapping[str, Result]) -> list[str]:
        """Names of those on the list who handed in nothing and are not marked by what their group
        did."""
        there = {*self.people.found.values(), *self.share(self.people.found, results)}
        return [self.people.name(row) for row in range(len(self.people.rows)) if row not in there]

    def group(
        self, students: Collection[str], results: Mapping[str, Result]
    ) -> dict[str, set[str]]:
        """The students of each group, by its name in the list or in front of their own."""
        given = defaultdict[str, set[str]](set)
        for student in students:
            row = self.people.found.get(student, -1)
            group = self.people.prefixes.get(student, "")
            packed = results[student].packed if student in results else None
            if packed and packed.student.endswith(f"-{student}"):
                group = packed.student.removesuffix(f"-{student}")
            given[group if row < 0 else self.people.rows[row].get(self.groups, group)].add(student)
        return {group: members for group, members in given.items() if group}

    def share(self, students: Collection[str], results: Mapping[str, Result]) -> dict[int, str]:
        """Rows of people who are none of these students, but whose group handed in one file:
        whose."""
        given = self.group(students, results)
        shared = dict[int, str]()
        there = {self.people.found[student] for student in students}
        for row in {*range(len(self.people.rows))} - there:
            group = given.get(self.people.rows[row].get(self.groups, ""), set())
            members = sorted(group & results.keys())
            if len({results[student].sha256 for student in members}) == 1:
                shared[row] = members[0]
        return shared


def open_list(
    grades: Path, folder: Path, given: Path | None = None, platform: str = "", groups: str = ""
) -> ClassList:
    """Open the list that is given, or the one that was given last, of the assignment or of all.

    What is given can be remembered: a worksheet, which is of one assignment, in its folder. Raises
    `TableError`.
    """
    places = [place / LIST for place in (folder, grades) if (place / LIST).is_file()]
    if given is None and not places:
        return ClassList()
    people = read_people(platform, given or places[0])
    notes = []
    if given and not people.is_worksheet and places[:1] == [folder / LIST] != [grades / LIST]:
        notes.append(
            f"{given} counts for this run alone: the next one takes {places[0]}, its worksheet."
        )
    fault = f"{given or places[0]} has no column {{!r}} with groups."
    if groups and groups not in people.columns:
        raise TableError(fault.format(groups))
    before = files.read_kept(folder / store.FACTS).get("groups", "")
    team = people.roles.get("team", "")
    groups = groups or (before if before in people.columns else "") or team
    problems = [fault.format(before)] if before and not groups else []
    place = folder if people.is_worksheet else grades
    return ClassList(people, groups, problems=problems, notes=notes, given=given, place=place)


def _remember(folder: Path, given: Path, people: People) -> list[str]:
    """Remember a list; says which other one it replaces, which stays beside it."""
    held = folder / LIST
    former = folder / FORMER
    names = files.read_kept(folder / NAMES)
    own = given.resolve().parent == folder.resolve()  # it may be the former one
    name = names.get(given.name, given.name) if own else given.name
    data = given.read_bytes()
    old = held.read_bytes() if held.is_file() else data
    before = names.get(LIST, LIST)
    files.write(held, data)
    if old != data:
        files.write(former, old)
    if old != data or LIST not in names:
        files.write(folder / NAMES, json.dumps({LIST: name, FORMER: before}, ensure_ascii=False))
    what = "lateness and groups" if people.is_worksheet else "names and groups"
    said = (
        f"The list {name} replaces {before}, and what that said of {what}; to go back, give"
        f" {former}."
    )
    return [said] if old != data else []
