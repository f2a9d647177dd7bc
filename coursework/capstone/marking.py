"""Take in the capstones of a class: check each, and keep it as the grader keeps submissions.

So a person's marks by the rubric are decisions as all marks are: desk, grades.csv, feedback, and what goes
back to a platform follow from them. What is marked stands in manual.csv, a row for each line of the rubric.
"""

import copy
import hashlib
import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from notebook_grader import feedback, intake, marks, plain, store
from notebook_grader.assignment import Assignment
from notebook_grader.decisions import decide_by_machine
from notebook_grader.fact import TextFact
from notebook_grader.intake import File, IntakeError, Submission
from notebook_grader.key import Key
from notebook_grader.limits import MB
from notebook_grader.packed import number_copy
from notebook_grader.plain import Refused
from notebook_grader.progress import show_message
from notebook_grader.run import SandboxError
from notebook_grader.store import Cell, Result
from sealed_readings.folder import ARTICLE, FolderError, reading
from sealed_readings.labels import count

from coursework.course import ROOT
from jingjinji.capstone import begin, checks, rerun
from jingjinji.capstone.checks import Checked

NAME = "capstone"
OF_NOTEBOOK = ("method", "code")  # the lines for which a marker reads the notebook's code, and not the brief
MOST = 20  # MB of what one author hands in
_LINE = re.compile(r"^\| \*\*(.+?)\*\* \| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
Check = Callable[[Path], Checked]


def make_assignment() -> Assignment:
    """The capstone as grader and desk have it: each line of the rubric as an exercise.

    Lines, points, and what earns all, half or none of them are those of the page that students read.
    """
    texts, cells = {}, []
    for line, points, *says in _LINE.findall((ROOT / "capstone" / "index.md").read_text(encoding="utf-8")):
        name = f"{NAME}-{line.lower().replace(' ', '-')}"
        earns = {kind: (text, "") for kind, text in zip(("full", "half", "none"), says, strict=True)}
        texts[name] = TextFact(line, samples=earns)
        own = {"grade": True, "solution": True, "locked": False, "points": int(points), "grade_id": name}
        # So that feedback has a place for what is said of it.
        cells.append(new_markdown_cell(f"## {line}", id=name, metadata={"nbgrader": own | {"task": False}}))
    return Assignment(NAME, new_notebook(cells=cells), Key(NAME, "", ({},), {}), texts=texts)


def unpack(submission: Submission) -> tuple[File, dict[str, bytes]]:
    """The file that counts of what one author handed in, and the files of the folder in it by their path.

    A folder may come as it is, or as a zip, of which the last try counts. Raises `Refused`.
    """
    zips = [one for one in submission.files if one.name.lower().endswith(".zip") and not one.link]
    chosen, inside = submission.files[0], submission.files
    if zips:
        chosen = max(zips, key=lambda one: number_copy(one.parts[-1]))
        try:
            inside = [*intake.list_zip(io.BytesIO(intake.read_contents(chosen, MOST)))]
        except IntakeError:
            raise Refused(f"{chosen.name} is no zip that can be read") from None
    tops = [one.parts[:-1] for one in inside if one.parts[-1] == ARTICLE]
    if len(tops) != 1:
        there = ", ".join(one.name for one in submission.files[:3])
        raise Refused(
            f"{len(tops) or 'no'} {ARTICLE} is in {there}; a capstone is the one zip that "
            "`python -m jingjinji.capstone pack` writes"
        )
    depth, kinds = len(tops[0]), (".ipynb", *rerun.KINDS)
    ours = [one for one in inside if one.parts[:depth] == tops[0] and not one.link]
    kept = [one for one in ours if one.name.lower().endswith(kinds)]
    if len(kept) > rerun.MOST_FILES:
        raise Refused(f"{len(kept)} files are in it; a capstone has at most {rerun.MOST_FILES}")
    files, left = {}, MOST * MB
    for one in kept:
        files["/".join(one.parts[depth:])] = data = one.read(left + 1)
        if (left := left - len(data)) < 0:
            raise Refused(f"it has more than {MOST} MB; clear large outputs")
    return chosen, files


def take_in(place: Path, out: Path, assignment: Assignment, check: Check) -> int:
    """Check what is new in a folder or zip of a class, and write tables and feedback; returns the exit code.

    Raises `TableError` if a row that a person wrote cannot be used; then nothing is written over, and
    `IntakeError` where nothing was handed in.
    """
    kept, results, refused = store.Store(out), store.read_results(out), dict[str, str]()
    points = assignment.list_points()
    submissions = intake.collect(place, (NAME,), results)
    with store.lock_marks(out):
        marks.open_table(out, results, points)
    for submission in submissions:
        student = submission.student
        try:
            with plain.reading("what was handed in"):
                chosen, files = unpack(submission)
                made_of = repr((sorted(files.items()), assignment.version))
                print_ = hashlib.sha256(made_of.encode()).hexdigest()
                if student in results and results[student].fingerprint == print_:
                    continue
                show_message(f"{student} is checked")
                found, data, notebook = _check(files, check)
        except Refused as error:
            refused[student] = str(error)
            continue
        except SandboxError as error:
            refused[student] = f"this machine could not run it ({error})"
            continue
        says = [
            f"{checks.PARTS[part]}: {sentence}" for part, own in found.problems.items() for sentence in own
        ]
        cells = _collect_answers(points, files, notebook, len(says))
        digest = hashlib.sha256(data).hexdigest()
        result = Result(student, print_, chosen.name, digest, cells, says, version=assignment.version)
        notebook.cells += copy.deepcopy(assignment.notebook.cells)
        kept.save(result, nbformat.writes(notebook), data)
        results[student] = result
    with store.lock_marks(out):
        table = marks.open_table(out, results, points)
        table.add(row for result in results.values() for row in decide_by_machine(result))
        store.write(out / marks.MANUAL, marks.format_manual(results, table))
    views = {student: table.view(result) for student, result in results.items()}
    store.write(out / "grades.csv", marks.format_grades(results, views, refused, points))
    for student, result in results.items():
        feedback.write(kept, result, views[student], NAME)
    _report(out, results, refused)
    return 1 if refused or not results else 0


def _check(files: dict[str, bytes], check: Check) -> tuple[Checked, bytes, NotebookNode]:
    """What the check finds in the files of a folder, the bytes of its notebook, and that as plain cells."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base, NAME)
        try:
            # Such as a name that is too long, or two that are in each other's way.
            with reading("a file of it", "give its files short names, as `new` does"):
                for name, data in files.items():
                    target = folder / PurePosixPath(name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
                data = checks.find_notebook(folder).read_bytes()
            return check(folder), data, plain.read(data)
        except FolderError as error:
            raise Refused(str(error).replace(str(folder), "the folder")) from None


def _collect_answers(
    points: dict[str, float], files: dict[str, bytes], notebook: NotebookNode, faults: int
) -> dict[str, Cell]:
    """What a marker reads for each line: the brief, or the code."""
    brief = files.get(begin.BRIEF, b"").decode("utf-8-sig", "replace") or "[no brief]"
    code = "\n\n".join(cell.source for _, cell in rerun.list_code_cells(notebook))
    first = f"[The check finds {count(faults, 'thing')} to mend: send it back unread.]\n\n" if faults else ""
    by_line = {f"{NAME}-{line}": code for line in OF_NOTEBOOK}
    return {name: Cell(None, most, answer=first + by_line.get(name, brief)) for name, most in points.items()}


def _report(out: Path, results: dict[str, Result], refused: dict[str, str]) -> None:
    """Say what there is and what cannot be marked, a line each; the same is kept in report.txt."""
    lines = [f"{count(len(results), 'capstone')} in {out}: mark them at the desk or in {marks.MANUAL}."]
    for student, result in sorted(results.items()):
        if result.remarks:
            page = f"feedback/{store.make_file_name(student)}.html"
            reasons = count(len(result.remarks), "reason")
            lines.append(f"{student} is to be sent back unread, for {reasons} in {page}.")
    lines += [f"{student} cannot be checked: {why}." for student, why in refused.items()]
    store.write(out / "report.txt", "\n".join(lines) + "\n")
    print((out / "report.txt").read_text(encoding="utf-8"), end="")
