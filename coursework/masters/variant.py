"""Variants: the values that a cohort gets in each exercise, and the masters run with them.

A variant is a seed and an index. The seed orders the combinations of every exercise's values, and
the index says which is drawn. So the same function draws for a class, a student or a second run.
"""

import hashlib
import json
import re
import reprlib
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from coursework.common import MasterError
from coursework.masters import parameters
from coursework.masters.master import is_parameters, read_facts
from coursework.masters.parameters import Values

FOLDER = "_build/cohorts"
_TERMS = {
    "spring": 0,
    "summer": 1,
    "autumn": 2,
    "fall": 2,
    "winter": 3,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
}
_NAME = re.compile(rf"(\d{{4}})(?:-({'|'.join(_TERMS)}))?(?:-([a-z0-9]{{1,20}}))?", re.ASCII)


def parse_cohort(name: str) -> tuple[str, int]:
    """Seed and index of a cohort: its group is the seed, its index counts quarters of a year."""
    match = _NAME.fullmatch(name)
    if not match:
        raise MasterError(
            "COHORT is a year, with a term (spring, summer, autumn, winter, or 1 to 4) and a group"
            f" if you like, such as 2027-spring or 2027-spring-b, not {reprlib.repr(name)}"
        )
    year, term, group = match.groups()
    return group or "", 4 * int(year) + _TERMS.get(term, 0)


def draw(number: str, own: Values, others: dict[str, list], seed: str, index: int) -> Values:
    """Draw the values of exercise `number` for a variant.

    The indices of one seed go through all combinations but the exercise's own, so cohorts of one
    group that are at most a year apart differ.
    """
    _, *drawn = parameters.list_combinations(own, others)

    def rank(values: Values) -> str:
        text = json.dumps([seed, number, values], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    return sorted(drawn, key=rank)[index % len(drawn)] if drawn else own


def set_values(notebook: NotebookNode, choose: Callable[[dict, Values], Values]) -> None:
    """Write other values into a master's cells of parameters.

    `choose` gets the facts of an exercise's raw cell, and its own values.
    """
    facts: dict = {}
    for cell in notebook.cells:
        facts = read_facts(cell) or facts
        if is_parameters(cell):
            cell.source = parameters.write(choose(facts, parameters.read(cell.source)))


def run(
    root: Path, sources: list[Path], folder: Path, seed: str, index: int, cohort: str = ""
) -> dict[Path, Path]:
    """Run the masters that are outdated with the values of a variant. Returns the notebook of
    each."""
    from coursework.build.execute import Job, run_jobs

    def choose(facts: dict, own: Values) -> Values:
        return draw(str(facts["exercise"]), own, facts.get("variants") or {}, seed, index)

    def change(notebook: NotebookNode) -> None:
        set_values(notebook, choose)
        notebook.metadata["course"] = {"cohort": cohort}

    jobs = [Job(source, folder / f"{source.stem}.ipynb", change) for source in sources]
    if faults := run_jobs(root, jobs):
        raise MasterError("\n".join(faults))
    return {job.source: job.target for job in jobs}
