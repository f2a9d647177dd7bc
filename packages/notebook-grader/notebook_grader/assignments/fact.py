"""Facts about exercises, in the metadata of the author's notebook."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from nbformat import NotebookNode

POOL = 6  # most variants in the pool of an assignment
SEED = "SEED = 0"  # line of a cell of random inputs that the grader replaces by its own seed


@dataclass(frozen=True)
class Fact:
    """An exercise that the grader marks, stored by the grade id of its tests."""

    exercise: str = ""  # its number
    hint: str = ""  # shown for a wrong answer
    slips: tuple[tuple[str, str], ...] = ()
    """Cells that record the result of a misconception, each with the misconception's name."""
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Synonyms of a text that is an answer, or the result of a misconception."""
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By the letter of a wrong choice: the sentence shown, and the misconception's name."""
    random_inputs: str = ""
    """The cell that calls the exercise's functions with inputs drawn from a seed, if any."""
    parameters: tuple[str, ...] = ()  # grade ids of the cells that hold the parameters
    variants: tuple[
        str, ...
    ] = ()  # source of the parameters in each variant, the notebook's own first
    rerun: bool = False  # run again with another variant, which the answer must follow
    typed_points: float = 0  # points of a right answer that does not follow a rerun
    parts: Mapping[str, float] = field(default_factory=dict)
    """Points of each answer by name, if answers earn points one by one."""
    objectives: tuple[str, ...] = ()
    """Names of the objectives that it practises; their texts are in the notebook's metadata."""

    @property
    def needs_rerun(self) -> bool:
        """Whether a right answer is tested again with other parameters or inputs."""
        return self.follows_parameters or bool(self.random_inputs)

    @property
    def follows_parameters(self) -> bool:
        """Whether the answer must follow other parameters."""
        return self.rerun and len(self.variants) > 1

    def write_variant(self, text: str, variant: int) -> str:
        """Replace the parameters in a cell's source by those of another variant."""
        if not self.variants:
            return text
        return text.replace(self.variants[0], self.variants[variant % len(self.variants)])

    def write_random_inputs(self, seed: int) -> str:
        """Source of the cell of random inputs with this seed."""
        return self.random_inputs.replace(SEED, f"SEED = {seed}", 1)


@dataclass(frozen=True)
class TextFact:
    """What a marker sees of an exercise that a person marks, stored by the grade id of its cell."""

    title: str = ""
    question: str = ""
    rubric: tuple[tuple[float, str], ...] = ()  # points, and what earns them
    samples: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Sample answers for `full`, `half` and `none` of the points, each with the reason."""
    objectives: tuple[str, ...] = ()  # as in `Fact`


def read_facts(source: NotebookNode) -> dict[str, Fact]:
    """Read the exercises that the grader marks from an author's notebook.

    Raises `ValueError` if they were written for another version of the grader.
    """
    return _read(source, "exercises", Fact)


def read_texts(source: NotebookNode) -> dict[str, TextFact]:
    """Read the exercises that a person marks from an author's notebook. Raises as `read_facts`."""
    return _read(source, "texts", TextFact)


def read_objectives(source: NotebookNode) -> dict[str, list[str]]:
    """Read the graded cells that practise each objective, by the objective's text."""
    texts = source.metadata.get("course", {}).get("objectives", {})
    cells: dict[str, list[str]] = {text: [] for text in texts.values()}
    facts: dict[str, Fact | TextFact] = {**read_facts(source), **read_texts(source)}
    for cell, fact in facts.items():
        for name in fact.objectives:
            cells.setdefault(texts.get(name, name), []).append(cell)
    return {text: practised for text, practised in cells.items() if practised}


def _read(source: NotebookNode, part: str, kind: type[Any]) -> dict[str, Any]:
    known = {field.name for field in fields(kind)}
    facts = {}
    for name, raw in source.metadata.get("course", {}).get(part, {}).items():
        if odd := sorted(raw.keys() - known):
            raise ValueError(
                f"The exercise {name!r} has {odd[0]!r}, which this grader does not know."
            )
        facts[name] = kind(**raw)
    return facts


def count_variants(facts: Mapping[str, Fact], cell: str | None = None) -> int:
    """Number of variants in the pool of an assignment, or of one exercise in it."""
    most = max([1, *(len(fact.variants) for fact in facts.values())])
    pool = min(POOL, max(most, 2 if any(fact.random_inputs for fact in facts.values()) else 1))
    return pool if cell is None else max(1, min(len(facts[cell].variants), pool))
