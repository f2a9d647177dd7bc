"""Key of an assignment: right answers for a pool of variants, computed by the solutions outside a
sandbox.

The pool is made when an assignment is first graded, and kept with a secret. Each variant has other
parameters for every exercise and other inputs for its functions, derived from the secret. So what a
rerun asks did not exist when the notebook was handed out, and further students need no further
answers.
"""

import copy
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from filelock import FileLock
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from plain_answers.judging import Answer, Slip
from plain_answers.parsing import Values
from plain_answers.recording import make_answer, read_records, spell

from notebook_grader import files
from notebook_grader.assignments.fact import Fact, count_variants, read_facts
from notebook_grader.cells import get_grade_id
from notebook_grader.course import Course, count_cores
from notebook_grader.progress import show_message

SECONDS = 300  # limit for one cell of a solution
Facts = Mapping[str, Fact]


@dataclass(frozen=True)
class Question:
    """Answer key of one exercise variant: fixed answers and answers for random inputs."""

    answers: tuple[Answer, ...]
    for_inputs: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Key:
    """Right answers by variant and graded cell; `version` changes with any of them."""

    version: str
    secret: str
    variants: tuple[dict[str, Question], ...]
    facts: dict[str, Fact]

    def find_other_variant(self, cell: str) -> int:
        """Variant for a rerun, with other parameters than those that were handed out.

        It is the same for the whole class, so that the same code earns the same mark.
        """
        others = self._list_other_variants(cell) or range(len(self.variants))
        return others[draw_number(self.secret, cell, "again") % len(others)]

    def list_others(self, cell: str, answer: str) -> list[Values]:
        """List the right values of one answer in the other variants."""
        questions = [self.variants[variant][cell] for variant in self._list_other_variants(cell)]
        return [
            other.values
            for question in questions
            for other in question.answers
            if other.name == answer
        ]

    def _list_other_variants(self, cell: str) -> list[int]:
        count = count_variants(self.facts, cell)
        return [variant for variant in range(len(self.variants)) if variant % count]


def draw_seed(secret: str, cell: str, variant: int) -> int:
    """Draw the seed of the random inputs of an exercise in one variant."""
    return draw_number(secret, cell, "inputs", str(variant)) % 2**32


def draw_number(secret: str, *words: str) -> int:
    """Draw a number from the secret and these words; it cannot be predicted without the secret."""
    text = "\0".join(words).encode("utf-8", "replace")
    return int.from_bytes(hmac.digest(secret.encode(), text, "sha256")[:8])


def write_variants(notebook: NotebookNode, facts: Facts, variants: Mapping[str, int]) -> None:
    """Write the parameters of these variants, by graded cell, into the cells that hold them."""
    by_name = {get_grade_id(cell): cell for cell in notebook.cells}
    for name, fact in facts.items():
        for holder in {*fact.parameters} & by_name.keys():
            by_name[holder].source = fact.write_variant(by_name[holder].source, variants[name])


def load(name: str, source: NotebookNode, folder: Path, course: Course, make: bool = True) -> Key:
    """Load the key of an assignment; `make` it if there is none for this source.

    `source` is the notebook with solutions; keys are kept in `folder`. Raises `ValueError` if a
    solution fails, or there is no key and it must not be made.
    """
    facts = read_facts(source)
    path = folder / f"{name}.json"
    # The wording of objectives does not affect marks.
    course_facts = {k: v for k, v in source.metadata.get("course", {}).items() if k != "objectives"}
    made_from = _digest({**source, "metadata": {**source.metadata, "course": course_facts}})
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / ".lock"):
        kept = files.read_kept(path)
        if kept.get("made_from") != made_from and not make:
            raise ValueError(
                f"{name} is not graded with this version of the assignment: grade it first."
            )
        if kept.get("made_from") != made_from:
            secret = kept.get("secret") or read_secret(folder)
            pool = _make_pool(name, source, facts, secret, course)
            kept = {"made_from": made_from, "secret": secret, "variants": pool}
            files.write(path, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    return _make_key(kept, facts, path)


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _make_key(kept: dict, facts: dict[str, Fact], path: Path) -> Key:
    def question(parts: list[list[dict]]) -> Question:
        return Question(*(tuple(map(Answer.read, part)) for part in parts))

    try:
        variants = tuple(
            {cell: question(parts) for cell, parts in v.items()} for v in kept["variants"]
        )
        return Key(_digest(kept)[:16], kept["secret"], variants, facts)
    except (LookupError, TypeError, AttributeError, ValueError):
        advice = "put a copy back, or delete it to have it made again."
        raise ValueError(f"{path} is of another version or was changed: {advice}") from None


def read_secret(folder: Path) -> str:
    """Read the secret of a folder of keys, created on first use."""
    path = folder / "secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        files.write(path, secrets.token_hex(32))
    if secret := path.read_text(encoding="utf-8").strip():
        return secret
    raise ValueError(f"{path} is empty: put a copy back; without it a second run has other values.")


def _make_pool(
    name: str, source: NotebookNode, facts: Facts, secret: str, course: Course
) -> list[dict]:
    """Run the solutions for every variant, in parallel."""
    count = count_variants(facts)
    if count > 1:
        show_message(f"{name}: the solutions run for {count} sets of values (once for a key)")
    with ThreadPoolExecutor(count_cores()) as threads:
        return list(threads.map(partial(_solve, name, source, facts, secret, course), range(count)))


def _solve(
    name: str, source: NotebookNode, facts: Facts, secret: str, course: Course, variant: int
) -> dict[str, tuple[list[dict], list[dict]]]:
    """Compute the answers of one variant, and those for random inputs, by graded cell."""
    notebook = copy.deepcopy(source)
    write_variants(notebook, facts, dict.fromkeys(facts, variant))
    asked = {}
    cells = []
    for cell in notebook.cells:
        grade_id = get_grade_id(cell)
        if cell.cell_type != "code" or grade_id == "sealed":
            continue
        cells.append(cell)
        if fact := facts.get(grade_id):
            asked[grade_id] = one = _ask(fact, cell, variant, draw_seed(secret, grade_id, variant))
            # Random inputs first: a misconception's cell may rebind the function's name.
            cells += [*one.inputs, *one.slips]
    notebook.cells = cells
    _run_solutions(name, notebook, course)
    return {grade_id: one.read(facts[grade_id]) for grade_id, one in asked.items()}


@dataclass(frozen=True)
class _Asked:
    """What runs for one graded cell: its tests, random inputs and misconceptions."""

    tests: NotebookNode
    inputs: list[NotebookNode]
    slips: list[NotebookNode]

    def read(self, fact: Fact) -> tuple[list[dict], list[dict]]:
        """The answers that were recorded: of the tests, and for the inputs."""
        answers = [
            _make_answer(record, fact, self.slips) for record in read_records(self.tests.outputs)
        ]
        for_inputs = [
            make_answer(record) for cell in self.inputs for record in read_records(cell.outputs)
        ]
        return [asdict(answer) for answer in answers], [asdict(answer) for answer in for_inputs]


def _ask(fact: Fact, tests: NotebookNode, variant: int, seed: int) -> _Asked:
    """Make the cells that run for one graded cell."""
    inputs = fact.write_random_inputs(seed)
    return _Asked(
        tests,
        inputs=[new_code_cell(inputs)] if inputs else [],
        slips=[new_code_cell(fact.write_variant(code, variant)) for code, _ in fact.slips],
    )


def _run_solutions(name: str, notebook: NotebookNode, course: Course) -> None:
    """Run a notebook with solutions. Raises `ValueError` if one fails."""
    path = os.pathsep.join([*map(str, course.path), *filter(None, [os.environ.get("PYTHONPATH")])])
    with tempfile.TemporaryDirectory() as folder:
        # IPC, not TCP: two kernels that start together may choose the same ports.
        manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/k")
        quiet = ["--log-level=ERROR"]
        client = NotebookClient(notebook, km=manager, timeout=SECONDS, extra_arguments=quiet)
        client.owns_km = True  # so that the kernel ends with the run
        try:
            client.execute(env={**os.environ, "PYTHONPATH": path, **course.recording})
        except CellExecutionError as error:
            message = f"a solution fails for some values: {error.ename}: {error.evalue}"
            raise ValueError(f"{name}: {message}") from None
        except RuntimeError as error:
            raise ValueError(f"{name}: the solutions could not be run: {error}.") from None


def _make_answer(record: dict, fact: Fact, slips: list[NotebookNode]) -> Answer:
    """Make an answer of the key; `slips` are the executed cells of the fact's misconceptions."""
    known = [
        Slip(values, slip["slip"], misconception)
        for (_, misconception), cell in zip(fact.slips, slips, strict=True)
        for slip in read_records(cell.outputs)
        if slip["name"] == record["name"]
        for values in spell(slip["values"], fact.accepted)
    ]
    known += [Slip({"": letter}, says, named) for letter, (says, named) in fact.choices.items()]
    return replace(make_answer(record, hint=fact.hint, accepted=fact.accepted), slips=tuple(known))
