"""Put given cells where the answers need them, in a notebook whose cells a student moved or
deleted.

The order of exercises is the student's. A section is what stands under one heading of the
assignment. In it, code that was given stands above its answer and tests stand below, with nothing
of another section between; unseen inputs stand directly behind their tests; and what was given
before the first exercise runs first.
"""

import copy
from collections.abc import Callable

from notebook_grader.assignments.assignment import Assignment
from notebook_grader.cells import INPUTS, is_grade, is_locked, is_solution
from notebook_grader.headings import number_sections
from notebook_grader.run.elsewhere import Cells, Changes, Named

MISSING, MOVED = "Missing cells, put back", "Moved cells, put back"


def arrange(named: Named, assignment: Assignment, changes: Changes) -> None:
    """Insert given and graded cells that are missing, and move those that stand where no answer
    needs them.

    `named` are the restored cells with their grade ids.
    """
    order = _Order(named, assignment)
    for name, cell in order.known.items():
        # A deleted answer stays away: what was written elsewhere must not be overwritten by starter
        # code.
        if not (is_grade(cell) or is_locked(cell)):
            continue
        if name.startswith(INPUTS):
            order.put(name, order.find_place_of_inputs)
        elif name not in order.places:
            order.put(name, order.find_place)
            changes[MISSING].append(name)
        elif is_locked(cell) and not order.is_in_reach(name):
            order.put(name, order.find_place)
            changes[MOVED].append(name)
    if moved := order.put_opening_first():
        changes[MOVED] += moved


class _Order:
    """The cells of a submission, and where those of the assignment belong among them."""

    def __init__(self, named: Named, assignment: Assignment) -> None:
        self.known: Cells = assignment.list_cells()
        self._named = named
        self._rank = {name: rank for rank, name in enumerate(self.known)}
        self._sections = number_sections(assignment.notebook)
        answers = [self._sections[name] for name, cell in self.known.items() if is_solution(cell)]
        self._first_section = min(answers, default=0)
        self.places = self._list_places()

    def _list_places(self) -> dict[str, int]:
        """Place of each cell of the assignment that is there."""
        return {name: place for place, (name, _) in enumerate(self._named) if name}

    def put(self, name: str, find: Callable[[str], int]) -> None:
        """Insert a cell, or move it, to the place that `find` returns while it is not there."""
        if name in self.places:
            cell = self._named.pop(self.places[name])[1]
            self.places = self._list_places()
        else:
            cell = copy.deepcopy(self.known[name])
        self._named.insert(find(name), (name, cell))
        self.places = self._list_places()

    def find_place_of_inputs(self, name: str) -> int:
        """Place of a cell of unseen inputs: directly behind its tests."""
        return self.places[name.removeprefix(INPUTS)] + 1

    def is_in_reach(self, name: str) -> bool:
        """Whether no code of another section stands between a given cell and the answer that needs
        it.

        It is also if there is no such answer.
        """
        answer = self._find_answer(name, written=True)
        if answer is None:
            return True
        place = self.places[name]
        if (answer < place) != is_grade(self.known[name]):
            return False
        between = self._named[min(answer, place) + 1 : max(answer, place)]
        return not any(self._is_foreign_code(other, name) for other, _ in between)

    def find_place(self, name: str) -> int:
        """Place of a cell that is not there: beside its answer, else beside its nearest
        neighbour."""
        answer = self._find_answer(name)
        if answer is None:
            return self._find_place_beside_neighbour(name)
        if is_grade(self.known[name]):
            return self._skip_forward(answer + 1, name)
        return self._skip_back(answer, name)

    def _find_answer(self, name: str, written: bool = False) -> int | None:
        """Place of the answer that a given cell of code belongs to: the next one, or the last
        before tests.

        With `written`, an answer that is as it was handed out is none.
        """
        if self.known[name].cell_type != "code":
            return None
        tests = is_grade(self.known[name])
        places = self.places
        found = [
            places[other]
            for other in self._list_section(name)
            if is_solution(self.known[other])
            and self.known[other].cell_type == "code"
            and (self._rank[other] < self._rank[name]) == tests
            and not (written and self._is_untouched(other))
        ]
        return (max(found) if tests else min(found)) if found else None

    def _list_section(self, name: str) -> list[str]:
        """The cells of the same section that are there, in the order of the assignment."""
        section = self._sections[name]
        places = self.places
        return [one for one in self.known if one in places and self._sections[one] == section]

    def _is_untouched(self, name: str) -> bool:
        source = self._named[self.places[name]][1].source
        return source.strip() in ("", self.known[name].source.strip())

    def _is_foreign_code(self, other: str, name: str) -> bool:
        if not other or self.known[other].cell_type != "code":
            return False
        return self._sections[other] != self._sections[name]

    def _skip_forward(self, place: int, name: str) -> int:
        """Skip the student's own cells and code of the section that precedes the cell."""
        while place < len(self._named) and self._may_skip(place, name, after=False):
            place += 1
        return place

    def _skip_back(self, place: int, name: str) -> int:
        """Skip, upwards, the student's own cells and code of the section that follows the cell."""
        while place and self._may_skip(place - 1, name, after=True):
            place -= 1
        return place

    def _may_skip(self, place: int, name: str, after: bool) -> bool:
        other = self._named[place][0]
        if not other:
            return True
        code = self.known[other].cell_type == "code"
        same = self._sections[other] == self._sections[name]
        return code and same and (self._rank[other] > self._rank[name]) == after

    def _find_place_beside_neighbour(self, name: str) -> int:
        """Place behind the nearest cell before it in the assignment, in its section if any of that
        is there.

        Tests and texts stand behind the student's own cells, which may be the answer.
        """
        places = self.places
        rank = self._rank[name]
        kind = self.known[name].cell_type
        section = self._list_section(name)
        near = [other for other in section if self.known[other].cell_type == kind] or section
        before = [other for other in near if self._rank[other] < rank]
        if near and not before:
            return places[near[0]]
        before = before or [
            other for other in self.known if other in places and self._rank[other] < rank
        ]
        place = places[before[-1]] + 1 if before else 0
        return self._skip_forward(place, name) if before and is_grade(self.known[name]) else place

    def put_opening_first(self) -> list[str]:
        """Move the code that was given before the first exercise to the top, if other code is above
        it.

        Returns the names of the cells that were moved.
        """
        code = [name for name, cell in self._named if name and cell.cell_type == "code"]
        opening = [name for name in code if self._sections[name] < self._first_section]
        if code[: len(opening)] == opening:
            return []
        cells = dict(self._named)
        first = [(name, cells[name]) for name in self.known if name in opening]
        self._named[:] = first + [(name, cell) for name, cell in self._named if name not in opening]
        return [name for name, _ in first]
