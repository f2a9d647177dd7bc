"""What the grader must know of an exercise, as the author's notebook carries it in its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from nbformat import NotebookNode

POOL = 6  # the most variants that the pool of an assignment has
SEED = "SEED = 0"  # the line of a cell of random inputs in which the grader puts a seed of its own


@dataclass(frozen=True)
class Fact:
    """An exercise that the grader marks, filed under the name of its graded cell."""

    exercise: str = ""  # its number
    hint: str = ""  # what is said of an answer that is wrong
    slips: tuple[tuple[str, str], ...] = ()
    """Cells that record what a misconception gives, each with the misconception's name."""
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By a text that is an answer, or a misconception's: other texts that mean the same."""
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By the letter of a wrong choice: what is said of it, and the misconception's name."""
    random_inputs: str = ""
    """The cell that calls the exercise's functions with inputs drawn from a seed; empty if none does."""
    parameters: tuple[str, ...] = ()  # the names of the cells in which the parameters stand
    variants: tuple[str, ...] = ()  # the texts of the parameters, that of the notebook itself first
    rerun: bool = False  # whether the notebook runs again with another variant, and the answer must follow
    typed_points: float = 0  # what a right answer earns that does not follow a rerun
    parts: Mapping[str, float] = field(default_factory=dict)
    """The points of each answer, by its name, where they are given one by one."""
    objectives: tuple[str, ...] = ()
    """What it practises, by the name of each objective; the notebook's metadata have their words."""

    @property
    def needs_rerun(self) -> bool:
        """Whether a right answer is tried again with other parameters or inputs."""
        return self.follows_parameters or bool(self.random_inputs)

    @property
    def follows_parameters(self) -> bool:
        """Whether the answer must follow other parameters."""
        return self.rerun and len(self.variants) > 1

    def write_variant(self, text: str, variant: int) -> str:
        """A cell's text with the parameters of another variant."""
        if not self.variants:
            return text
        return text.replace(self.variants[0], self.variants[variant % len(self.variants)])

    def write_random_inputs(self, seed: int) -> str:
        """The cell of random inputs, drawn from this seed."""
        return self.random_inputs.replace(SEED, f"SEED = {seed}", 1)


@dataclass(frozen=True)
class TextFact:
    """An exercise that a person marks, filed under the name of its cell: what that person sees."""

    title: str = ""
    question: str = ""
    rubric: tuple[tuple[float, str], ...] = ()  # points, and what earns them
    samples: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Answers to compare with, each with the reason of its points; `full`, `half` and `none` are known."""
    objectives: tuple[str, ...] = ()  # as in `Fact`


def read_facts(source: NotebookNode) -> dict[str, Fact]:
    """The exercises that the grader marks, of an author's notebook.

    Raises `ValueError` where they are of another version of the grader.
    """
    return _read(source, "exercises", Fact)


def read_texts(source: NotebookNode) -> dict[str, TextFact]:
    """The exercises that a person marks, of an author's notebook. Raises as `read_facts`."""
    return _read(source, "texts", TextFact)


def read_objectives(source: NotebookNode) -> dict[str, list[str]]:
    """The graded cells of an author's notebook by the words of each objective, in the notebook's order."""
    words = source.metadata.get("course", {}).get("objectives", {})
    found: dict[str, list[str]] = {text: [] for text in words.values()}
    facts: dict[str, Fact | TextFact] = {**read_facts(source), **read_texts(source)}
    for cell, fact in facts.items():
        for name in fact.objectives:
            found.setdefault(words.get(name, name), []).append(cell)
    return {text: cells for text, cells in found.items() if cells}


def _read(source: NotebookNode, part: str, kind: type[Any]) -> dict[str, Any]:
    known = {one.name for one in fields(kind)}
    found = {}
    for name, raw in source.metadata.get("course", {}).get(part, {}).items():
        if odd := sorted(raw.keys() - known):
            raise ValueError(f"The exercise {name!r} has {odd[0]!r}, which this grader does not know.")
        found[name] = kind(**raw)
    return found


def count_variants(facts: Mapping[str, Fact], cell: str | None = None) -> int:
    """How many variants the pool of an assignment has, or one exercise in it."""
    most = max([1, *(len(fact.variants) for fact in facts.values())])
    pool = min(POOL, max(most, 2 if any(fact.random_inputs for fact in facts.values()) else 1))
    return pool if cell is None else max(1, min(len(facts[cell].variants), pool))
