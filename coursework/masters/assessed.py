"""The notebook that is marked: the practice notebook without seals, hashes and hidden tests.

Its checks look at the form of an answer only. Whether an answer is right, the grader decides by its
key.
"""

import copy
import json
import platform

from nbformat import NotebookNode
from notebook_grader.limits import Limits
from plain_answers import charted, parsing

from coursework.common import fill
from coursework.masters.facts import make_fact
from coursework.masters.master import Exercise, Master
from coursework.masters.notebooks import STUBS
from coursework.masters.seals import read_recorded

PYTHON = ".".join(platform.python_version_tuple()[:2])
AGAIN = (
    "*Your code runs a second time with other values in the cell of parameters. "
    "A right number that does not follow them earns {number} of the {points} points.*"
)
# Packages that a notebook may import, because `make setup` installs them where the grader runs.
PACKAGES = (
    "altair",
    "esda",
    "jingjinji",
    "libpysal",
    "matplotlib",
    "networkx",
    "numpy",
    "pandas",
    "pymannkendall",
    "ruptures",
    "scipy",
    "seaborn",
    "sklearn",
    "statsmodels",
)
CALLED = "*Your function is also called with inputs that you have not seen.*"


def list_forms(master: Master) -> dict[str, dict]:
    """Form of each answer by its name: its kind, and its labels where they reveal nothing of the
    answer."""
    return {
        record["name"]: _describe_form(exercise, record)
        for exercise in master.exercises
        for record in read_recorded(exercise.tests)
    }


def _describe_form(exercise: Exercise, record: dict) -> dict:
    labels = list(record["values"])
    if "asks" in record:
        # How much is drawn, and what, is for the student to find.
        drawn = [label for label in labels if not charted.is_label_of_data(label)]
        types = {name: record["values"][f"{name} type"] for name in charted.channels(labels)}
        return {"kind": charted.CHART, "labels": drawn, "asks": record["asks"], "types": types}
    listed = labels == [str(place) for place in range(1, len(labels) + 1)]
    # The length of a list may be what is asked, and labels may follow the parameters.
    free = labels != [""] and exercise.variant_cells
    kept = None if listed else parsing.ANY if free else labels
    kind = parsing.kind_of(record["values"])
    options = exercise.list_options(record)
    return {"kind": kind, "labels": kept} | ({"options": options} if options else {})


def make_assessed(practice: NotebookNode, master: Master, install: str) -> NotebookNode:
    """Make the notebook that is marked from the practice notebook."""
    notebook = copy.deepcopy(practice)
    notebook.metadata["course"] = {"assignment": master.name}
    by_name = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in notebook.cells}
    how_to = fill(
        "marked.md",
        limits=Limits(),
        packages=PACKAGES,
        python=PYTHON,
        install=install,
        name=master.name,
        **STUBS,
    )
    by_name["how-to"].source = f"# {master.title}\n\n{how_to}"
    forms = json.dumps(json.dumps(list_forms(master), ensure_ascii=False), ensure_ascii=False)
    sealed = by_name["sealed"]
    sealed.source = (
        "# The form that each answer must have; it holds no answers.\n"
        f"from jingjinji import check\n\ncheck.expect({forms}, {[*PACKAGES]})"
    )
    sealed.metadata["nbgrader"]["grade_id"] = sealed.id = "forms"
    for exercise in master.exercises:
        if exercise.by_hand:
            continue
        fact = make_fact(exercise)
        question = by_name[f"question-{exercise.number.replace('.', '-')}"]
        if fact.rerun:
            question.source += "\n\n" + AGAIN.format(
                number=fact.typed_points, points=exercise.points
            )
        if fact.random_inputs:
            question.source += f"\n\n{CALLED}"
    for cell in notebook.cells:
        cell.metadata["nbgrader"].pop("checksum", None)
    return notebook
