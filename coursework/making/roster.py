"""Personal notebooks: for each student of a class the assignment with values of the student's own.

The values come from the pool of the key, exercise by exercise, by a secret; so a class of any size needs no
more answers than the pool has, and two neighbours rarely have the same notebook.
"""

import copy
import json
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from notebook_grader import key as keys
from notebook_grader import store
from notebook_grader.admission import sign
from notebook_grader.assignment import find_roster
from notebook_grader.fact import POOL, Fact, count_variants, read_facts
from notebook_grader.packed import name_file
from notebook_grader.people import find_platform, read_people, read_table
from notebook_grader.tables import TableError
from notebook_grader.zips import pack

from coursework.making import notebooks, parameters, variant
from coursework.making.files import MasterError
from coursework.making.master import parse, read

FOLDER = "class"


def read_roster(path: Path) -> dict[str, list[str]]:
    """The students of a class, each with all that may stand for them: the column `student` of a CSV, or a
    list as Moodle and Canvas offer it, in which people are named by id, login or address.

    Raises `MasterError` if the file cannot be read, has no such column, or names nobody or somebody twice.
    """
    try:
        columns, rows = read_table(path)
        platform = find_platform(columns)
        if platform:
            people = read_people(platform, path)
            named = [
                (people.name_uniquely(row), {people.number(row), *people.list_names(row)})
                for row in range(len(people.rows))
            ]
        else:
            column = next((one for one in columns if one.casefold() == "student"), "")
            named = [(row[column], set()) for row in rows if column and row[column]]
    except TableError as error:
        raise MasterError(str(error)) from None
    if not platform and not column:
        raise MasterError(f"{path} has no column 'student', and is no list as Moodle or Canvas offer it")
    if not named:
        raise MasterError(f"{path} names nobody")
    students = {student: sorted(names - {"", student}) for student, names in named}
    if len(students) < len(named):
        twice = next(student for student in students if [one for one, _ in named].count(student) > 1)
        raise MasterError(f"{path} names {twice} twice")
    return students


def write(executed: Path, students: dict[str, list[str]], install: str, built: Path, folder: Path) -> int:
    """Write one notebook for each student, and note the class beside the key in `folder`; returns how many.

    `executed` is the executed master, `built` where assignments lie.
    """
    source = notebooks.make_source(read(executed), install)
    facts, name = read_facts(source), source.metadata["course"]["assignment"]
    secret = keys.read_secret(folder)
    releases = [_release(executed, variant, install) for variant in range(count_variants(facts))]
    for student in students:
        notebook = _make_personal(releases, facts, secret, student)
        proof = sign(secret, name, student)
        notebook.metadata["course"] = {"assignment": name, "student": student, "proof": proof}
        target = built / FOLDER / name / store.make_file_name(student) / f"{name}.ipynb"
        store.write(target, nbformat.writes(notebook) + "\n")
    store.write(find_roster(folder, name), json.dumps(students, ensure_ascii=False, indent=1) + "\n")
    return len(students)


def pack_for_moodle(roster: Path, built: Path, name: str) -> Path | None:
    """All notebooks of a class as the zip that Moodle gives back one by one; None without its worksheet.

    `roster` is the list of the class: a grading worksheet has the numbers by which Moodle knows participants.
    """
    if find_platform(read_table(roster)[0]) != "moodle":
        return None
    people = read_people("moodle", roster)
    if not people.is_worksheet:
        return None
    files = []
    for row in range(len(people.rows)):
        folder = built / FOLDER / name / store.make_file_name(people.name_uniquely(row))
        files.append(
            (name_file(people.name_packed(row), f"{name}.ipynb"), (folder / f"{name}.ipynb").read_bytes())
        )
    made = built / FOLDER / f"{name}-moodle.zip"
    made.write_bytes(pack(files))
    return made


def _release(executed: Path, index: int, install: str) -> NotebookNode:
    """The notebook that is marked, with the values of one variant of the pool in every exercise."""
    notebook = nbformat.read(executed, as_version=4)

    def chosen(facts: dict, own: parameters.Values) -> parameters.Values:
        found = parameters.list_combinations(own, facts.get("variants") or {})
        return found[index % min(len(found), POOL)]

    variant.set_values(notebook, chosen)
    master = parse(executed, notebook)
    return notebooks.release(notebooks.make_source(master, install), master, install)


def _make_personal(
    releases: list[NotebookNode], facts: dict[str, Fact], secret: str, student: str
) -> NotebookNode:
    """A notebook with each exercise in the variant of the pool that the secret draws for a student."""
    own = {fact.exercise: keys.draw_variant(facts, secret, cell, student) for cell, fact in facts.items()}
    notebook = copy.deepcopy(releases[0])
    exercise = ""
    for index, cell in enumerate(releases[0].cells):
        name = cell.metadata["nbgrader"]["grade_id"]
        if name.startswith("question-"):
            exercise = name.removeprefix("question-").replace("-", ".")
        notebook.cells[index] = copy.deepcopy(releases[own.get(exercise, 0)].cells[index])
    return notebook
