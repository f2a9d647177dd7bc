"""The key of an assignment: the right answers for a pool of values, found by the solutions outside a sandbox.

The pool is made when an assignment is graded for the first time, and kept with a secret. For each place of
the pool every exercise has other parameters, and its functions other inputs, which follow from the secret; so
what a second run asks did not exist when the notebook was handed out, and ten thousand students cost no more
than the pool.
"""

import copy
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from plain_answers.judging import Answer
from plain_answers.recording import read_records

from notebook_grader import store, values

POOL = 6
"""The most places of a pool."""
SEED = "SEED = 0"
"""The line of a cell of drawn inputs in which the grader puts a seed of its own."""
SECONDS = 300  # that one cell of a solution may run


class NoKey(ValueError):
    """The key cannot be made; the message says why."""


@dataclass(frozen=True)
class Question:
    """What marks an exercise for one place of the pool: its answers, and those for drawn inputs."""

    answers: tuple[Answer, ...]
    drawn: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Key:
    """Right answers by place of the pool and name of the graded cell; `version` changes with any of it."""

    version: str
    secret: str
    places: tuple[dict[str, Question], ...]
    facts: dict[str, dict]

    def count_variants(self, cell: str) -> int:
        """How many different parameters an exercise has in the pool."""
        return _list_variants(self.facts, cell)

    def find_own_place(self, cell: str, student: str | None) -> int:
        """The place of the pool from which a student has an exercise; the first where none is personal."""
        return 0 if student is None else draw_place(self.facts, self.secret, cell, student)

    def find_other_place(self, cell: str, own: int, submission: str) -> int:
        """A place of the pool with other parameters than the student's, for a second run."""
        count = self.count_variants(cell)
        places = [place for place in range(len(self.places)) if count == 1 or place % count != own % count]
        return places[draw_number(self.secret, cell, "again", submission) % len(places)]

    def list_elsewhere(self, cell: str, own: int) -> list[dict[str, values.Values]]:
        """What is right in the other places of the pool, by name of the answer."""
        return [
            {answer.name: answer.values for answer in place[cell].answers}
            for number, place in enumerate(self.places)
            if number % self.count_variants(cell) != own % self.count_variants(cell)
        ]


def count_places(facts: dict[str, dict]) -> int:
    """How many places the pool of an assignment has."""
    count = max([1, *(len(fact.get("variants") or []) for fact in facts.values())])
    return min(POOL, max(count, 2 if any(fact.get("drawn") for fact in facts.values()) else 1))


def _list_variants(facts: dict[str, dict], cell: str) -> int:
    return max(1, min(len(facts[cell].get("variants") or []), count_places(facts)))


def draw_place(facts: dict[str, dict], secret: str, cell: str, student: str) -> int:
    """The place of the pool of an exercise in a personal notebook; the first is what everybody knows."""
    count = _list_variants(facts, cell)
    return 0 if count == 1 else 1 + draw_number(secret, cell, "own", student) % (count - 1)


def draw_number(secret: str, *words: str) -> int:
    """A number that nobody without the secret can tell, the same for the same words."""
    return int.from_bytes(
        hmac.digest(secret.encode(), "\0".join(words).encode("utf-8", "replace"), "sha256")[:8]
    )


def set_place(notebook: NotebookNode, facts: dict[str, dict], place: dict[str, int]) -> None:
    """Write the parameters of a place of the pool, given by graded cell, into the cells that hold them."""
    by_name = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    for name, fact in facts.items():
        for holder in fact.get("parameters", []):
            if holder in by_name:
                by_name[holder].source = _put(by_name[holder].source, fact, place[name])


def _put(text: str, fact: dict, place: int) -> str:
    """A cell's text with the parameters of a place of the pool instead of the first."""
    variants = fact.get("variants")
    return text.replace(variants[0], variants[place % len(variants)]) if variants else text


def format_seeded_cell(fact: dict, seed: int) -> str:
    """The cell that calls a function with inputs drawn from a seed."""
    return fact["drawn"].replace(SEED, f"SEED = {seed}", 1)


def load(name: str, source: NotebookNode, folder: Path) -> Key:
    """The key of an assignment, made if it is not there or not of this source.

    `source` is the notebook with solutions; `folder` is where keys are kept.

    Raises
    ------
    NoKey
        If a solution fails.
    """
    facts, made_from = _read_facts(source), _make_hash(source)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.json"
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if kept.get("made_from") != made_from:
            secret = kept.get("secret") or read_secret(folder)
            kept = {
                "made_from": made_from,
                "secret": secret,
                "places": _make_pool(name, source, facts, secret),
            }
            store.write(path, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    return _make_key(kept, facts)


def find(name: str, source: NotebookNode, folder: Path) -> Key:
    """The key of an assignment as it was kept, for whoever only reads what it marked.

    Raises
    ------
    NoKey
        If there is none, or the assignment has changed since.
    """
    path = folder / f"{name}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if kept.get("made_from") != _make_hash(source):
        raise NoKey(
            f"{name} is not graded, or was by another version of the assignment: run 'make grade' first."
        )
    return _make_key(kept, _read_facts(source))


def _read_facts(source: NotebookNode) -> dict[str, dict]:
    return source.metadata.get("course", {}).get("exercises", {})


def _make_hash(source: NotebookNode) -> str:
    return hashlib.sha256(json.dumps(source, sort_keys=True).encode()).hexdigest()


def _make_key(kept: dict, facts: dict[str, dict]) -> Key:
    version = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]
    places = tuple({cell: _make_question(raw) for cell, raw in place.items()} for place in kept["places"])
    return Key(version, kept["secret"], places, facts)


def read_secret(folder: Path) -> str:
    """The secret of a folder of keys, drawn when it is asked for first."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "secret"
    if not path.exists():
        store.write(path, secrets.token_hex(32))
    return path.read_text(encoding="utf-8").strip()


def _make_question(raw: dict) -> Question:
    return Question(*(tuple(map(Answer.read, raw[part])) for part in ("answers", "drawn")))


def _make_pool(name: str, source: NotebookNode, facts: dict[str, dict], secret: str) -> list[dict]:
    """Run the solutions for every place of the pool, as many at once as there are cores."""
    count = count_places(facts)
    if count > 1:
        told = f"{name}: the solutions run for {count} sets of values (once for a key)"
        print(told, file=sys.stderr, flush=True)
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        return list(threads.map(lambda place: _solve(name, source, facts, secret, place), range(count)))


def _solve(name: str, source: NotebookNode, facts: dict[str, dict], secret: str, place: int) -> dict:
    """The answers of one place of the pool."""
    notebook = copy.deepcopy(source)
    set_place(notebook, facts, dict.fromkeys(facts, place))
    cells, found = [], {}
    for cell in notebook.cells:
        cell_name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.cell_type != "code" or cell_name == "sealed":
            continue
        cells.append(cell)
        if cell_name in facts:
            fact = facts[cell_name]
            slips = [new_code_cell(_put(text, fact, place)) for text in fact.get("slips", [])]
            seed = make_seed(secret, cell_name, place)
            extra = [new_code_cell(format_seeded_cell(fact, seed))] if fact.get("drawn") else []
            found[cell_name] = cell, extra, slips
            # The drawn inputs first: a misconception's cell may bind the function's name anew.
            cells += [*extra, *slips]
    notebook.cells = cells
    quiet = ["--log-level=ERROR"]
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", extra_arguments=quiet)
    try:
        client.execute(env=os.environ | {"JINGJINJI_BOOK": "1"})
    except CellExecutionError as error:
        raise NoKey(f"{name}: a solution fails for some values: {error.ename}: {error.evalue}") from None
    return {
        cell_name: {
            "answers": [_make_raw(record, facts[cell_name], slips) for record in _read_records([tests])],
            "drawn": [_make_raw(record, {}, []) for record in _read_records(extra)],
        }
        for cell_name, (tests, extra, slips) in found.items()
    }


def make_seed(secret: str, cell: str, place: int) -> int:
    """The seed of the inputs that a place of the pool draws for an exercise."""
    return draw_number(secret, cell, "inputs", str(place)) % 2**32


def _read_records(cells: list[NotebookNode]) -> list[dict]:
    return [record for cell in cells for record in read_records(cell.outputs)]


def _make_raw(record: dict, fact: dict, slips: list[NotebookNode]) -> dict:
    """An answer of the key; `slips` are the executed cells of the misconceptions, in their order."""
    name, names = record["name"], fact.get("misconceptions") or [""] * len(slips)
    known = [
        {"values": slip["values"], "says": slip["slip"], "name": misconception or slip["slip"]}
        for misconception, cell in zip(names, slips, strict=True)
        for slip in _read_records([cell])
        if slip["name"] == name
    ]
    known += [
        {"values": {"": letter}, "says": says, "name": fact.get("chosen", {}).get(letter, says)}
        for letter, says in fact.get("choices", {}).items()
    ]
    return {
        "name": name,
        "values": record["values"],
        "within": record["within"],
        "unit": record["unit"],
        "slips": known,
        "hint": fact.get("hint", ""),
        "asks": record.get("asks"),
    }
