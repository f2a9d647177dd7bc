"""Import the capstones of a class: check each, and store it as the grader stores submissions.

So desk, grades.csv, feedback and returns work with marks by the rubric, a row each in manual.csv.
"""

import copy
import hashlib
import io
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from notebook_grader import files
from notebook_grader.assignments.assignment import Assignment
from notebook_grader.assignments.fact import TextFact
from notebook_grader.assignments.key import Key
from notebook_grader.hand_in import intake, plain
from notebook_grader.hand_in.intake import File, IntakeError, Submission
from notebook_grader.hand_in.plain import Refused
from notebook_grader.hand_in.platforms import number_copy
from notebook_grader.judge.cell import Cell
from notebook_grader.limits import MB
from notebook_grader.marks import feedback, manual, store
from notebook_grader.marks.decisions import decide_by_machine
from notebook_grader.marks.store import Result
from notebook_grader.progress import clean, show_message
from notebook_grader.run.notebook import SandboxError
from notebook_grader.tables import TableError, read_rows
from sealed_readings.folder import ARTICLE, FolderError, reading
from sealed_readings.labels import count

from coursework.course import ROOT
from coursework.masters import notebooks
from jingjinji.capstone import begin, checks, rerun
from jingjinji.capstone.checks import Checked

NAME = "capstone"
OF_NOTEBOOK = (
    "method",
    "code",
)  # lines for which a marker reads the notebook's code instead of the brief
MOST = 20  # MB that one author may hand in
HASHES = (
    "student",
    "sha256",
    "handed_in",
)  # columns of a class's list; the last as the platform prints it
_LINE = re.compile(r"^\| \*\*(.+?)\*\* \| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
Check = Callable[[Path, str], Checked]


def make_assignment() -> Assignment:
    """Make the capstone as an assignment: each line of the rubric that students read is an
    exercise."""
    texts = {}
    cells = []
    for line, points, *says in _LINE.findall(
        (ROOT / "capstone" / "index.md").read_text(encoding="utf-8")
    ):
        name = f"{NAME}-{line.lower().replace(' ', '-')}"
        earns = {
            kind: (text, "") for kind, text in zip(("full", "half", "none"), says, strict=True)
        }
        texts[name] = TextFact(line, samples=earns)
        # A cell, so that feedback has a place for remarks, under the line's own title.
        marks = notebooks.describe(
            name, grade=True, solution=True, locked=False, points=int(points)
        )
        cells.append(new_markdown_cell(f"## {line}", id=f"{name}-line"))
        cells.append(new_markdown_cell("", id=name, metadata=marks))
    return Assignment(NAME, new_notebook(cells=cells), Key(NAME, "", ({},), {}), texts=texts)


def read_hashes(path: Path) -> dict[str, tuple[str, str]]:
    """Read the hash that each student handed in, and when. Raises `TableError`."""
    hashes: dict[str, tuple[str, str]] = {}

    def read(row: dict[str, str]) -> None:
        student, sha256, handed_in = (row[name].strip() for name in HASHES)
        if student in hashes:
            raise TableError(f"{student} has a row already; keep the one that counts.")
        if not re.fullmatch("[0-9A-Fa-f]{64}", sha256):
            raise TableError(f"{sha256!r} is not a hash of 64 digits from 0 to 9 and a to f.")
        hashes[student] = sha256, handed_in

    read_rows(path, HASHES, read)
    return hashes


def _find_name(student: str, hashes: Collection[str]) -> str:
    """Name of a student in the list. Moodle's folders end names with a number of the
    participant."""
    return student if student in hashes else re.sub(r"_\d+$", "", student)


def unpack(submission: Submission) -> tuple[File, dict[str, bytes]]:
    """Find the folder of an author, or the last of its zips: the file that counts, and files by
    path."""
    if not submission.files:
        raise Refused("only hidden files are there")
    zips = [
        file for file in submission.files if file.name.lower().endswith(".zip") and not file.link
    ]
    chosen = submission.files[0]
    inside = submission.files
    if zips:
        chosen = max(zips, key=lambda file: number_copy(file.parts[-1]))
        try:
            inside = [*intake.list_zip(io.BytesIO(intake.read_contents(chosen, MOST)))]
        except IntakeError:
            raise Refused(f"{chosen.name} is no zip that can be read") from None
    tops = [file.parts[:-1] for file in inside if file.parts[-1] == ARTICLE]
    if len(tops) != 1:
        names = ", ".join(file.name for file in submission.files[:3])
        raise Refused(
            f"{len(tops) or 'no'} {ARTICLE} is in {names}; a capstone is the one zip that "
            "`python -m jingjinji.capstone pack` writes"
        )
    depth = len(tops[0])
    kinds = (".ipynb", *rerun.KINDS)
    ours = [file for file in inside if file.parts[:depth] == tops[0] and not file.link]
    kept = [file for file in ours if file.name.lower().endswith(kinds)]
    if len(kept) > rerun.MOST_FILES:
        raise Refused(f"{len(kept)} files are in it; a capstone has at most {rerun.MOST_FILES}")
    files = {}
    left = MOST * MB
    for file in kept:
        files["/".join(file.parts[depth:])] = data = file.read(left + 1)
        if (left := left - len(data)) < 0:
            raise Refused(f"it has more than {MOST} MB; clear large outputs")
    return chosen, files


def import_class(
    place: Path,
    out: Path,
    assignment: Assignment,
    check: Check,
    hashes: Mapping[str, tuple[str, str]],
) -> None:
    """Check what is new in a folder or zip of a class, and write tables and feedback.

    `hashes` are those of sealed sheets, by student, each with the time when it was handed in.
    """
    results = store.read_results(out)
    refused = dict[str, list[str]]()
    points = assignment.list_points()
    submissions = intake.collect(place, (NAME,), results)
    with store.lock_marks(out):
        manual.open_table(out, results, points)
    for submission in submissions:
        student = submission.student
        sealed = hashes.get(_find_name(student, hashes), ("", ""))
        try:
            result = _check_new(out, submission, results, assignment, check, sealed)
        except Refused as error:
            refused[student] = [str(error), submission.first]
            continue
        except SandboxError as error:
            refused[student] = [f"this machine could not run it ({error})", submission.first]
            continue
        results[student] = result
    _write_class(out, results, refused, points, hashes)


def _check_new(
    out: Path,
    submission: intake.Submission,
    results: Mapping[str, Result],
    assignment: Assignment,
    check: Check,
    sealed: tuple[str, str],
) -> Result:
    """Check what a student handed in, and keep it; returns the result that is there, if it is the
    same.

    Raises `Refused` or `SandboxError` if it cannot be checked.
    """
    student = submission.student
    sha256, time = sealed
    with plain.reading("what was handed in"):
        chosen, files = unpack(submission)
        made_of = repr((sorted(files.items()), assignment.version, sha256, time))
        fingerprint = hashlib.sha256(made_of.encode()).hexdigest()
        if student in results and results[student].fingerprint == fingerprint:
            return results[student]
        show_message(f"{student} is checked")
        checked, data, notebook = _check(files, check, sha256)
    remarks = [
        f"{checks.PARTS[part]}: {sentence}"
        for part, found in checked.problems.items()
        for sentence in found
    ]
    points = assignment.list_points()
    cells = _collect_answers(points, files, notebook, len(remarks), time)
    digest = hashlib.sha256(data).hexdigest()
    result = Result(
        student, fingerprint, chosen.name, digest, cells, remarks, version=assignment.version
    )
    notebook.cells += copy.deepcopy(assignment.notebook.cells)
    store.Store(out).save(result, nbformat.writes(notebook), data)
    return result


def _write_class(
    out: Path,
    results: dict[str, Result],
    refused: Mapping[str, list[str]],
    points: Mapping[str, float],
    hashes: Mapping[str, tuple[str, str]],
) -> None:
    """Write tables, feedback and report of a class."""
    kept = store.Store(out)
    with store.lock_marks(out):
        table = manual.open_table(out, results, points)
        table.add(row for result in results.values() for row in decide_by_machine(result))
        files.write(out / manual.MANUAL, manual.format_manual(results, table))
    views = {student: table.view(result) for student, result in results.items()}
    for student, result in results.items():
        feedback.write(kept, result, views[student], NAME)
    views |= table.view_others(results, sum(points.values()))
    feedback.write_others(kept, refused, views, results, NAME, out_of=sum(points.values()))
    why = {student: reason for student, (reason, _) in refused.items()}
    files.write(out / "grades.csv", manual.format_grades(results, views, why, points))
    _report(out, results, why, hashes)
    for _, fault in table.unused:
        print(f"{fault} It does not count.")


def _check(
    files: dict[str, bytes], check: Check, sha256: str
) -> tuple[Checked, bytes, NotebookNode]:
    """Check the files of a folder. Returns findings, the bytes of its notebook, and its plain
    cells."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base, NAME)
        try:
            # A name may be too long, or the same for a file and a folder.
            with reading("a file of it", "give its files short names, as `new` does"):
                for name, data in files.items():
                    target = folder / PurePosixPath(name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
                data = checks.find_notebook(folder).read_bytes()
            return check(folder, sha256), data, plain.read(data)
        except FolderError as error:
            raise Refused(str(error).replace(str(folder), "the folder")) from None


def _collect_answers(
    points: dict[str, float],
    files: dict[str, bytes],
    notebook: NotebookNode,
    faults: int,
    time: str,
) -> dict[str, Cell]:
    """Text that a marker reads for each line: the brief, or the code."""
    brief = files.get(begin.BRIEF, b"").decode("utf-8-sig", "replace") or "[no brief]"
    code = "\n\n".join(cell.source for _, cell in rerun.list_code_cells(notebook))
    code = f"~~~~~~python\n{code}\n~~~~~~"  # the desk renders answers as Markdown
    first = (
        f"[The check finds {count(faults, 'thing')} to fix: send it back unread.]\n\n"
        if faults
        else ""
    )
    first += f"[The readings' hash was handed in: {time}.]\n\n" if time else ""
    by_line = {f"{NAME}-{line}": code for line in OF_NOTEBOOK}
    return {
        name: Cell(None, most, answer=first + by_line.get(name, brief))
        for name, most in points.items()
    }


def _report(
    out: Path, results: dict[str, Result], refused: dict[str, str], hashes: Collection[str]
) -> None:
    """Print what there is and what cannot be marked, a line each, and store it in report.txt."""
    lines = [
        f"{count(len(results), 'capstone')} in {out}: mark them at the desk or in {manual.MANUAL}."
    ]
    names = {student: _find_name(student, hashes) for student in [*results, *refused]}
    missing = [student for student in results if names[student] not in hashes]
    others = {*hashes} - {*names.values()}
    lines.append(f"Hashes were handed in for {len(results) - len(missing)} of {len(results)}.")
    for sentence, listed in (
        ("Not handed in", missing),
        ("A hash, and no capstone by this name", others),
    ):
        lines += [f"{sentence}: {', '.join(sorted(listed))}."] if listed else []
    for student, result in sorted(results.items()):
        if result.remarks:
            page = f"feedback/{store.make_file_name(student)}.html"
            reasons = count(len(result.remarks), "reason")
            lines.append(f"{student} is to be sent back unread, for {reasons} in {page}.")
    lines += [f"{student} cannot be checked: {why}." for student, why in refused.items()]
    files.write(out / "report.txt", clean("\n".join(lines)) + "\n")
    print((out / "report.txt").read_text(encoding="utf-8"), end="")
