"""Which assignment a notebook belongs to, and which student's personal values it is graded by."""

import hmac
import re
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from nbformat import NotebookNode

from notebook_grader import plain
from notebook_grader.assignment import Assignment
from notebook_grader.intake import Submission, read_contents
from notebook_grader.limits import Limits
from notebook_grader.packed import split_student
from notebook_grader.people import normalise_name
from notebook_grader.plain import Refused

SAMPLE = 40  # submissions that are read to find out which assignment a class handed in
STRANGER = "nobody in the class has this name, and the notebook does not say for whom it was made"


def guess_assignment(submissions: list[Submission], names: Collection[str], limits: Limits) -> str | None:
    """The assignment that most students' notebooks state, or that their file names end with."""
    votes: Counter[str] = Counter()
    for submission in submissions[:SAMPLE]:
        files = [file for file in submission.files if file.is_notebook and not file.link]
        stated = {name for file in files for name in names if PurePosixPath(file.name).stem.endswith(name)}
        for file in files[:2]:
            try:
                claims = plain.read(read_contents(file, limits.notebook)).metadata.course
            except Refused:
                continue
            if isinstance(name := claims.get("assignment"), str) and re.fullmatch(r"[\w-]{1,64}", name):
                stated.add(name)
        votes.update(stated)
    return votes.most_common(1)[0][0] if votes else None


def check_assignment(notebook: NotebookNode, name: str) -> None:
    """Raise `Refused` if a notebook states another assignment, or that it is for practice."""
    claims = notebook.metadata.course
    if isinstance(stated := claims.get("assignment"), str) and stated != name:
        raise Refused(f"the notebook belongs to the assignment {stated}, not {name}")
    if claims.get("practice") is True:
        raise Refused(f"the notebook is the practice notebook, which earns no points; expected {name}.ipynb")


def find_owner(student: str, notebook: NotebookNode, assignment: Assignment) -> tuple[str | None, list[str]]:
    """Find the student whose personal values a notebook is graded by, with remarks about it.

    None where all students have the same values. Raises `Refused` if the notebook's proof is of another key,
    or the student is not in the class and the notebook does not state its owner.
    """
    claims, roster = notebook.metadata.course, assignment.roster
    owner, proof = claims.get("student"), claims.get("proof")
    if not (isinstance(owner, str) and isinstance(proof, str)):
        owner = None
    elif proof != sign(assignment.key.secret, assignment.name, owner):
        raise Refused(f"it was made for {owner} alone, with another key: put the folder of keys back")
    elif roster is None:
        raise Refused(
            f"it was made for {owner} alone, and the list of the class is not in the folder of keys"
        )
    if roster is None:
        return None, []
    matches = _find_in_class(student, roster)
    if len(matches) == 1 and owner not in (None, *matches):
        return matches[0], [
            f"The notebook was made for {owner}, and is marked by the values of {matches[0]}."
        ]
    if len(matches) == 1 or owner in matches:
        return matches[0] if len(matches) == 1 else owner, []
    if not matches and owner in roster:
        return owner, [f"Nobody in the class is called {student!r}; the notebook was made for {owner}."]
    raise Refused(STRANGER)


def sign(secret: str, assignment: str, student: str) -> str:
    """Sign a personal notebook, as proof of whose it is."""
    text = f"{assignment}\0{student}".encode("utf-8", "replace")
    return hmac.new(secret.encode(), text, "sha256").hexdigest()[:32]


def _find_in_class(student: str, roster: Mapping[str, Collection[str]]) -> list[str]:
    """Match a student by exact name, else by the platform's number, else by any equal name."""
    if student in roster:
        return [student]
    name, number = split_student(student)
    key = normalise_name(name)
    by_number = [member for member, names in roster.items() if number and number in names]
    return by_number or [
        member for member, names in roster.items() if key in map(normalise_name, (member, *names))
    ]
