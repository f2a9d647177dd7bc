"""A small assignment, and submissions to it that honest, careless and hostile students could hand in."""

import copy
import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from coursework.making.notebooks import KERNEL, describe, make_practice

NAME = "91_small"
FORMS = {name: {"kind": "number", "labels": [""]} for name in ("1.1 rate", "1.2 mean")}


def make_text(grade_id: str, text: str, **changes: object):
    """A cell of text that nbgrader knows by this name."""
    return new_markdown_cell(text, id=grade_id, metadata=describe(grade_id, **changes))


def make_code(grade_id: str, text: str, **changes: object):
    """A cell of code that nbgrader knows by this name."""
    return new_code_cell(text, id=grade_id, metadata=describe(grade_id, **changes))


def _answer(grade_id: str, starter: str, solution: str):
    text = f"{starter}\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    return make_code(grade_id, text, locked=False, solution=True)


def _tests(grade_id: str, points: int, seen: str, hidden: str):
    text = f"{seen}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return make_code(grade_id, text, grade=True, points=points)


MEAN = "def mean(x):\n    return sum(x) / len(x)"
MODEL = "### BEGIN SOLUTION\nThe model answer.\n### END SOLUTION"


def source():
    """The assignment with solutions and hidden tests: a number, a bug to mend, and a text."""
    rate = "check.answer('1.1 rate', rate, within=0.01)", "assert abs(rate - 6) < 0.01, 'hidden one'"
    mean = "check.answer('1.2 mean', mean([2, 2]), within=0.01)", "assert mean([1, 2, 3]) == 2, 'hidden two'"
    cells = [
        make_text("how-to", "# A small assignment"),
        make_code("given-1", f"from jingjinji import check\ncheck.expect({json.dumps(json.dumps(FORMS))})"),
        make_text("question-1-1", "## Exercise 1.1. A rate"),
        _answer("answer-1-1", "rate = ...", "rate = 6.0"),
        _tests("tests-1-1", 4, *rate),
        make_text("question-1-2", "## Exercise 1.2. A bug"),
        _answer("answer-1-2", "def mean(x):\n    return sum(x)", MEAN),
        _tests("tests-1-2", 3, *mean),
        make_text("question-1-3", "## Exercise 1.3. A text"),
        make_text("answer-1-3", MODEL, grade=True, locked=False, solution=True, points=5),
    ]
    course = {"assignment": NAME, "exercises": {"tests-1-1": {}, "tests-1-2": {}}}
    return new_notebook(cells=cells, metadata={"course": course, "kernelspec": KERNEL})


def release(notebook):
    """What students get: without solutions and hidden tests."""
    made = make_practice(notebook)
    made.metadata["course"] = {"assignment": NAME}
    return made


def build(folder: Path) -> Path:
    """The assignment as `make assignments` lays it out."""
    return lay_out(folder, NAME, source(), release(source()))


def lay_out(folder: Path, name: str, made, released) -> Path:
    """An assignment's notebooks, the instructor's and the students', in the folder of all."""
    for kind, notebook in (("source", made), ("release", released)):
        write(folder / kind / name / f"{name}.ipynb", notebook)
    return folder


def submission(rate: str = "rate = 6.0", mean: str = MEAN, text: str | None = "My answer."):
    """A student's notebook with these answers."""
    notebook = copy.deepcopy(release(source()))
    answers = {"answer-1-1": rate, "answer-1-2": mean, "answer-1-3": text}
    for cell in notebook.cells:
        given = answers.get(cell.metadata.nbgrader.grade_id)
        cell.source = cell.source if given is None else given
    return notebook


def cell_of(notebook, grade_id: str):
    """The cell of that name."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def _without(*names: str):
    notebook = submission()
    notebook.cells = [c for c in notebook.cells if c.metadata.nbgrader.grade_id not in names]
    return notebook


def _changed(change) -> nbformat.NotebookNode:
    notebook = submission(rate="rate = 5.0")
    change(notebook)
    return notebook


def _renamed(notebook) -> None:
    cell_of(notebook, "answer-1-2").metadata.nbgrader["grade_id"] = "my-answer"
    cell_of(notebook, "tests-1-2").metadata.nbgrader["grade_id"] = "my-tests"


def _edited_tests(notebook) -> None:
    cell_of(notebook, "tests-1-1").source = "assert True"
    cell_of(notebook, "tests-1-1").metadata.nbgrader["points"] = 100


def _skipped_tests(notebook) -> None:
    cell_of(notebook, "tests-1-1").metadata["tags"] = ["skip-execution"]


def _forged_output(notebook) -> None:
    four = nbformat.v4.new_output("execute_result", data={"text/plain": "4"})
    cell_of(notebook, "tests-1-1").outputs = [four]


def _other_assignment(notebook) -> None:
    notebook.metadata["course"]["assignment"] = "03_gdp"


STUBBORN = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
FORKS = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
STRIP_ASSERTS = """\
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Expr(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Strip())"""
SWALLOW = """\
shell = get_ipython()
old = shell.run_cell_async
def quiet(code, *args, **kwargs):
    return old("" if "check" in code else code, *args, **kwargs)
shell.run_cell_async = quiet"""
FORGE = """\
import threading, time
from IPython.display import display
def forge():
    while True:
        get_ipython().kernel.send_response(get_ipython().kernel.iopub_socket, "execute_result",
            {"data": {"text/plain": "3"}, "metadata": {}, "execution_count": 9})
        time.sleep(0.002)
threading.Thread(target=forge, daemon=True).start()"""

# An answer to the first exercise -> (points that tests give, a part of the report's line).
TRICKS = {
    "wrong": ("rate = 5.0", 3, ""),
    "endless loop": ("while True: pass", 3, "ran longer than it may and was interrupted"),
    "stubborn loop": (STUBBORN, 0, "could not be interrupted"),
    "memory bomb": ("x = bytearray(10**12)", 3, "asked for more memory"),
    "slow memory bomb": ("x = []\nwhile True: x.append(bytearray(2**24))", 3, "more memory"),
    "fork bomb": (FORKS, 0, "started 64 processes"),
    "20 MB of output": (
        "for i in range(20): print('x' * 10**6)\nrate = 6.0",
        7,
        "displayed more than 5 MB; what came after that, in cell 4 and later, is cut",
    ),
    "writes outside": ("open('/usr/mine', 'w')", 3, "tried to write where it may not"),
    "fills the disk": ("open('big', 'wb').write(bytes(2**27))", 3, "wrote more than it may"),
    "network": (
        "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/', timeout=3)",
        3,
        "tried to use the network",
    ),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)", 0, "The kernel ended in cell 4"),
    "exit": ("rate = 6.0\nexit()", 7, ""),
    "system exit": ("import sys\nsys.exit(0)", 3, "stopped itself"),
    "function replaced": ("abs = lambda x: 0\nrate = 1.0", 3, ""),
    "asserts stripped": (STRIP_ASSERTS, 0, ""),
    "tests swallowed": (SWALLOW, 0, ""),
    "result forged": (FORGE, 3, ""),
}
# What a student hands in -> (points that tests give, points that wait for a person, a part of the report's
# line).
GRADED = {
    "honest": (submission(), 7, 5, ""),
    "张伟 é": (submission(), 7, 5, ""),
    "untouched": (release(source()), 0, 0, ""),
    "deleted tests": (_without("tests-1-1", "tests-1-2", "given-1"), 7, 5, "Missing cells, put back"),
    "deleted answers": (_without("answer-1-1", "answer-1-3"), 3, 0, "Missing cells, put back"),
    "renamed cells": (_changed(_renamed), 3, 5, "my-tests as tests-1-2"),
    "edited tests": (_changed(_edited_tests), 3, 5, "replaced by the original: tests-1-1"),
    "skipped tests": (_changed(_skipped_tests), 3, 5, ""),
    "forged output": (_changed(_forged_output), 3, 5, ""),
    "crash": (submission(mean="import os\nos._exit(0)"), 4, 5, "The kernel ended in cell 7"),
} | {name: (submission(rate), points, 5, says) for name, (rate, points, says) in TRICKS.items()}


def write_graded(folder: Path, peer: str) -> None:
    """All of `GRADED` as a folder of submissions, and one that looks for its neighbour's work at `peer`."""
    for student, (notebook, *_) in GRADED.items():
        write(folder / student / f"{NAME}.ipynb", notebook)
    spy = f"print(open({peer!r}).read())"
    write(folder / "spy" / f"{NAME}.ipynb", submission(rate=spy))


def write(path: Path, notebook) -> None:
    """Write a notebook, making the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


# Why a submission cannot be graded at all, by student.
REFUSED = {
    "essay": "no notebook is there, only essay.docx",
    "text": "the file is not a notebook: it is not JSON",
    "bytes": "the file is not a notebook: it is not text",
    "json": "the file is not a notebook: it has no cells",
    "truncated": "damaged or cut off",
    "nested": "not JSON",
    "other": "belongs to the assignment 03_gdp",
    "unrelated": "belongs to another assignment",
    "two files": "2 notebooks could be meant",
    "link": "is a link, not a file",
    "huge": "more than 20 MB",
    "empty": "not a notebook",
}


def write_refused(folder: Path) -> None:
    """All of `REFUSED` as files in a folder of submissions."""

    def put(student: str, data: bytes, name: str = f"{NAME}.ipynb") -> None:
        (folder / student).mkdir(parents=True, exist_ok=True)
        (folder / student / name).write_bytes(data)

    whole = nbformat.writes(submission()).encode()
    put("essay", b"PK", "essay.docx")
    put("text", b"Dear teacher, my notebook is on my other computer.")
    put("bytes", b"\x89PNG\xff\xfe\x00\x01")
    put("json", b'{"hello": 1}')
    put("truncated", whole[: len(whole) // 2])
    put("nested", b"[" * 200_000)
    put("other", nbformat.writes(_changed(_other_assignment)).encode())
    put("unrelated", nbformat.writes(new_notebook(cells=[new_code_cell("1 + 1")])).encode())
    put("two files", whole, "final.ipynb")
    put("two files", whole, "final (1).ipynb")
    put("huge", b'{"cells": [' + b" " * (50 * 2**20) + b"]}")
    put("empty", b"")
    (folder / "link").mkdir(parents=True)
    (folder / "link" / f"{NAME}.ipynb").symlink_to(folder / "two files" / "final.ipynb")
