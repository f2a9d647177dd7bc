"""Personal notebooks: for each student of a class the assignment with values of the student's own.

A secret draws the values, exercise by exercise, from the pool of the key. So a class of any size needs no
more answers than the pool has, and two neighbours rarely have the same notebook.
"""

import copy
import json
from collections import Counter
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from notebook_grader import key as keys
from notebook_grader import store
from notebook_grader.admission import sign
from notebook_grader.assignment import find_roster
from notebook_grader.fact import POOL, Fact, count_variants
from notebook_grader.packed import name_file
from notebook_grader.people import find_platform, read_people, read_table
from notebook_grader.tables import TableError
from notebook_grader.zips import pack

from coursework.common import MasterError
from coursework.masters import parameters, variant
from coursework.masters.assessed import make_assessed
from coursework.masters.facts import list_exercise_facts
from coursework.masters.master import parse, read
from coursework.masters.notebooks import clear_solutions, make_source

FOLDER = "class"


def read_roster(path: Path) -> dict[str, list[str]]:
    """Students of a class, each with other names for the same person.

    The file is a CSV with a column `student`, or a list as Moodle and Canvas export it, in which people are
    named by id, login or address.

    Raises `MasterError` if the file cannot be read, has no such column, or names nobody or somebody twice.
    """
    try:
        columns, rows = read_table(path)
        platform = find_platform(columns)
        people = read_people(platform, path) if platform else None
    except TableError as error:
        raise MasterError(str(error)) from None
    column = next((name for name in columns if name.casefold() == "student"), "")
    if not people and not column:
        raise MasterError(f"{path} has no column 'student', and is no list as Moodle or Canvas offer it")
    named = [(row[column], set[str]()) for row in rows if column and row[column]]
    if people:
        places = range(len(people.rows))
        named = [(people.name_uniquely(n), {people.number(n), *people.list_names(n)}) for n in places]
    counts = Counter(student for student, _ in named).most_common(1)
    if not counts or counts[0][1] > 1:
        raise MasterError(f"{path} names {f'{counts[0][0]} twice' if counts else 'nobody'}")
    return {student: sorted(names - {"", student}) for student, names in named}


def write(executed: Path, students: dict[str, list[str]], install: str, built: Path, folder: Path) -> int:
    """Write one notebook for each student, and the class beside the key in `folder`. Returns how many.

    `executed` is the executed master, `built` the folder of assignments.
    """
    master = read(executed)
    facts, name, secret = list_exercise_facts(master), master.name, keys.read_secret(folder)
    releases = [_release(executed, index, install) for index in range(count_variants(facts))]
    for student in students:
        notebook = _make_personal(releases, facts, secret, student)
        proof = sign(secret, name, student)
        notebook.metadata["course"] = {"assignment": name, "student": student, "proof": proof}
        store.write(_find_notebook(built, name, student), nbformat.writes(notebook) + "\n")
    store.write(find_roster(folder, name), json.dumps(students, ensure_ascii=False, indent=1) + "\n")
    return len(students)


def _find_notebook(built: Path, name: str, student: str) -> Path:
    return built / FOLDER / name / store.make_file_name(student) / f"{name}.ipynb"


def pack_for_moodle(roster: Path, built: Path, name: str) -> Path | None:
    """Pack all notebooks of a class as the zip that Moodle hands out one by one.

    Returns None unless `roster` is a grading worksheet, which has Moodle's numbers of participants.
    """
    if find_platform(read_table(roster)[0]) != "moodle":
        return None
    people = read_people("moodle", roster)
    if not people.is_worksheet:
        return None
    files = []
    for row in range(len(people.rows)):
        notebook = _find_notebook(built, name, people.name_uniquely(row))
        files.append((name_file(people.name_packed(row), f"{name}.ipynb"), notebook.read_bytes()))
    packed = built / FOLDER / f"{name}-moodle.zip"
    packed.write_bytes(pack(files))
    return packed


def _release(executed: Path, index: int, install: str) -> NotebookNode:
    """The notebook that is marked, with one variant of the pool in every exercise."""
    notebook = nbformat.read(executed, as_version=4)

    def choose(facts: dict, own: parameters.Values) -> parameters.Values:
        pool = parameters.list_combinations(own, facts.get("variants") or {})[:POOL]
        return pool[index % len(pool)]

    variant.set_values(notebook, choose)
    master = parse(executed, notebook)
    return make_assessed(clear_solutions(make_source(master, install)), master, install)


def _make_personal(
    releases: list[NotebookNode], facts: dict[str, Fact], secret: str, student: str
) -> NotebookNode:
    """A notebook with each exercise in the variant that the secret draws for a student."""
    drawn = {fact.exercise: keys.draw_variant(facts, secret, cell, student) for cell, fact in facts.items()}
    notebook = copy.deepcopy(releases[0])
    exercise = ""
    for index, cell in enumerate(releases[0].cells):
        name = cell.metadata["nbgrader"]["grade_id"]
        if name.startswith("question-"):
            exercise = name.removeprefix("question-").replace("-", ".")
        notebook.cells[index] = copy.deepcopy(releases[drawn.get(exercise, 0)].cells[index])
    return notebook
