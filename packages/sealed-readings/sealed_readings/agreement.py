"""Agreement of coders with each other and with the settled readings, at every level: Cohen's kappa.

A coder's sheet has readings and no outcomes, so readings are compared and not verdicts.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from sealed_readings import rule, sheets
from sealed_readings.folder import Folder
from sealed_readings.rule import Reading

Coded = dict[str, list[Reading]]  # the readings of each claim


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's (1960) kappa: agreement of two coders' labels, given in pairs, beyond chance.

    None if nothing was coded or chance alone gives full agreement.

    Examples
    --------
    >>> kappa([("yes", "yes"), ("yes", "no"), ("no", "no"), ("no", "no")])
    0.5
    """
    rows = Counter(one for one, _ in pairs)
    columns = Counter(other for _, other in pairs)
    by_chance = sum(rows[label] * columns[label] for label in rows)
    if by_chance == len(pairs) ** 2:
        return None
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    chance = by_chance / len(pairs) ** 2
    return (agreed - chance) / (1 - chance)


def read_codings(folder: Folder) -> dict[str, Coded]:
    """Readings by coder and claim; the settled ones, as they were before numbers were known, come
    last."""
    codings: dict[str, Coded] = {}
    for path in sheets.list_sealed(folder):
        if not path.stem.startswith(sheets.SETTLED):
            codings[path.stem] = rule.group_by_claim(
                one for one in sheets.read_sheet(path) if one.kind
            )
    return codings | {sheets.SETTLED: rule.group_by_claim(rule.restore_sealed(folder.readings))}


def _list_core(rows: list[Reading]) -> list[Reading]:
    return [one for one in rows if one.is_core and one.kind != rule.NONE]


def _list_limits(rows: list[Reading]) -> Hashable:
    """Limits of the core's numbers in no particular order; None if there are none."""
    limits = [one.limits for one in _list_core(rows) if one.kind == rule.NUMBER]
    return frozenset(Counter(limits).items()) or None


# What is compared at each level; a claim for which it is None is left out.
LEVELS: dict[str, Callable[[list[Reading]], Any]] = {
    "testable": rule.is_testable,
    "number of readings of the core": lambda rows: len(_list_core(rows)),
    "limits of the core": _list_limits,
}


def _join_rounds(of_coders: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Join the values of first coders, and of second ones; for a claim coded again, the last
    count."""
    *coders, settled = of_coders
    rounds = [coders[0::2], coders[1::2]]
    joined = {
        " or ".join(names): {k: v for n in names for k, v in of_coders[n].items()}
        for names in rounds
    }
    return joined | {settled: of_coders[settled]}


def measure_agreement(folder: Folder) -> dict[str, Any]:
    """For each level, how often coders agree with each other and with the settled readings, and
    kappa.

    Limits are compared without their units. `coders` are the rows of the seals. Empty unless two
    coders' sheets are sealed, or two in each round.
    """
    codings = read_codings(folder)
    if len(codings) < 3 or len(codings) % 2 == 0:
        return {}
    first, second, _ = _join_rounds(codings)
    pairs = [(first, second), (first, sheets.SETTLED), (second, sheets.SETTLED)]
    values = {
        level: _join_rounds(
            {n: {c: measure(rows) for c, rows in of.items()} for n, of in codings.items()}
        )
        for level, measure in LEVELS.items()
    }
    return {
        "coders": sheets.list_coders(folder),
        "levels": [
            {"level": level, "pairs": [compare((a, b), of[a], of[b]) for a, b in pairs]}
            for level, of in values.items()
        ],
    }


def compare(who: Sequence[str], one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """How often two agree on the claims that both coded, with kappa; None stands for not coded."""
    coded = ((one[claim], other.get(claim)) for claim in one)
    both = [pair for pair in coded if None not in pair]
    counts = {"who": [*who], "agreed": sum(a == b for a, b in both), "of": len(both)}
    value = kappa(both)
    return {**counts, "kappa": None if value is None else round(value, 2)}
