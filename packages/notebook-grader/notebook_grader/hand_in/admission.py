"""Which assignment a notebook belongs to."""

import re
from collections import Counter
from collections.abc import Collection
from pathlib import PurePosixPath

from nbformat import NotebookNode

from notebook_grader.hand_in import plain
from notebook_grader.hand_in.intake import Submission, read_contents
from notebook_grader.hand_in.plain import Refused
from notebook_grader.limits import Limits

SAMPLE = 40  # submissions that are read to find out which assignment a class handed in


def guess_assignment(
    submissions: list[Submission], names: Collection[str], limits: Limits
) -> str | None:
    """The assignment that most students' notebooks state, or that their file names end with."""
    votes: Counter[str] = Counter()
    for submission in submissions[:SAMPLE]:
        files = [file for file in submission.files if file.is_notebook and not file.link]
        stated = {
            name for file in files for name in names if PurePosixPath(file.name).stem.endswith(name)
        }
        for file in files[:2]:
            try:
                claims = plain.read(read_contents(file, limits.notebook)).metadata.course
            except Refused:
                continue
            if isinstance(name := claims.get("assignment"), str) and re.fullmatch(
                r"[\w-]{1,64}", name
            ):
                stated.add(name)
        votes.update(stated)
    return votes.most_common(1)[0][0] if votes else None


def check_assignment(notebook: NotebookNode, name: str) -> None:
    """Raise `Refused` if a notebook states another assignment, or that it is for practice."""
    claims = notebook.metadata.course
    if isinstance(stated := claims.get("assignment"), str) and stated != name:
        other = stated[:64]
        raise Refused(
            f"the notebook belongs to the assignment {other}, not {name}", assignment=other
        )
    if claims.get("practice") is True:
        raise Refused(
            f"the notebook is the practice notebook, which earns no points; expected {name}.ipynb"
        )
    if "proof" in claims:
        raise Refused(
            "the notebook has one student's own values, which version 0.3.0 was the last to grade"
        )
