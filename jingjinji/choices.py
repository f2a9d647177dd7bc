"""The curve of choices: one number under every reasonable choice at once.

A number rests on choices that others would make otherwise. A **specification curve** (设定曲线; Simonsohn,
Simmons and Nelson 2020) computes it under all of them, sorts what comes out, and shows below each estimate
which options it had; Steegen and others (2016) call all of them together a multiverse. It says how often a
claim holds and what turns it. It gives no probability: the options are chosen, not drawn::

    options = choices.set_up(
        outcome={"GDP per head": "what a resident has", "GDP": "the plan moves residents"},
        last_year={2023: "the longest", 2017: "in all vintages"})
    curve = choices.run(difference, options, holds="< 0")   # calls difference(outcome=..., last_year=...)
    curve.draw(curve.sentence, unit="log %")
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from plain_answers.rounding import rounded

from jingjinji import defaults
from jingjinji.choices_chart import draw_curve

_SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_NOISE = 10  # decimals: what two ways to the same number leave between them lies below


def set_up(
    *,
    headline: Mapping[str, Hashable] | None = None,
    left_out: Mapping[str, Mapping[Hashable, str]] | None = None,
    **dimensions: Mapping[Hashable, str],
) -> pd.DataFrame:
    """Return the choices as a table: a row for each option of each dimension, and why it is reasonable.

    Parameters
    ----------
    dimensions : name=options, where options maps each option, in words or as a number, to its reason.
    headline : the option that the headline took, by dimension; the first one where nothing is said.
    left_out : options that are not run, by dimension, each with the reason why not.

    Returns
    -------
    DataFrame with the columns dimension, option, taken ("headline", "rival" or "left out") and reason.

    Raises
    ------
    ValueError
        If there is no dimension or one without options, a reason is empty, an option is neither words nor
        a number, or `headline` or `left_out` name what is not there.

    >>> set_up(last_year={2017: "in all vintages", 2023: "the longest"})["taken"].tolist()
    ['headline', 'rival']
    """
    chosen, without = dict(headline or {}), dict(left_out or {})
    if not dimensions:
        raise ValueError("name at least one dimension, such as last_year={2017: 'in all vintages'}.")
    if strangers := sorted((chosen.keys() | without.keys()) - dimensions.keys()):
        raise ValueError(f"{strangers[0]} is no dimension; there are {', '.join(dimensions)}.")
    rows = []
    for dimension, options in dimensions.items():
        if not isinstance(options, Mapping) or not options:
            raise ValueError(f"{dimension} must map each option to the reason why it is reasonable.")
        first = chosen.get(dimension, next(iter(options)))
        if first not in options:
            raise ValueError(f"the headline's {first!r} is no option of {dimension}.")
        for option, reason in [*options.items(), *without.get(dimension, {}).items()]:
            if isinstance(option, bool) or not isinstance(option, (str, int, float)):
                raise ValueError(f"an option of {dimension} must be words or a number; got {option!r}.")
            if not str(reason).strip():
                raise ValueError(f"{dimension} gives no reason for {option!r}.")
            taken = "left out" if option not in options else "headline" if option == first else "rival"
            rows.append((dimension, option, taken, reason))
    return pd.DataFrame(rows, columns=["dimension", "option", "taken", "reason"]).astype({"option": object})


def run(
    estimate: Callable[..., Any], options: pd.DataFrame, holds: str = "> 0", own: Hashable = None
) -> SpecificationCurve:
    """Compute a number under all combinations of options, each once.

    Parameters
    ----------
    estimate : a function with the dimensions as arguments. It returns a number; or a dictionary with
        "estimate" and whatever else is kept, where "low" and "high" are drawn as an interval; or, for a
        placebo, a Series with the number of each unit, such as 31 provinces, among them `own`. Where a
        combination makes no sense or cannot be computed, it raises a ValueError that says why.
    options : as `set_up` returns them.
    holds : when the claim holds: "<", "<=", ">" or ">=" and a number.
    own : the unit whose number is the estimate, where each unit has one.

    Raises
    ------
    ValueError
        If `holds` cannot be read, an estimate is not what is described here, or the headline's own
        combination cannot be computed.
    """
    read = re.fullmatch(r"\s*([<>]=?)\s*(-?\d*\.?\d+)\s*", holds)
    if not read:
        raise ValueError(f"holds must be a sign and a number, such as '< 0' or '>= 1.5'; got {holds!r}.")
    sign, threshold = _SIGNS[read[1]], float(read[2])
    tried = options[options["taken"] != "left out"]
    lists = {name: part.tolist() for name, part in tried.groupby("dimension", sort=False)["option"]}
    first = tried[tried["taken"] == "headline"].set_index("dimension")["option"].to_dict()
    rows, units, missing = [], [], []
    for combination in itertools.product(*lists.values()):
        row = dict(zip(lists, combination, strict=True))
        try:
            returned, reason = estimate(**row), "it gives no number."
        except ValueError as error:
            returned, reason = None, str(error)
        found, others = _taken(returned, row, own) if returned is not None else ({"estimate": np.nan}, None)
        if not np.isfinite(found["estimate"]):
            if row == first:
                raise ValueError(f"the headline itself cannot be computed: {reason}")
            missing.append(row | {"reason": reason})
            continue
        rows.append(row | found | {"headline": row == first})
        units.append(others)
    table = pd.DataFrame(rows).astype(dict.fromkeys(lists, object))
    table["holds"] = [bool(sign(round(number, _NOISE), threshold)) for number in table["estimate"]]
    order = table["estimate"].round(_NOISE).argsort(kind="stable")
    crowd = None
    if own is not None:
        crowd = pd.DataFrame([units[place] for place in order]).reset_index(drop=True)
        shown = 1 if read[1].startswith("<") else -1
        beyond = (crowd * shown).le(crowd[own] * shown + 10.0**-_NOISE, axis=0)
        table["rank"] = beyond.sum(axis=1).set_axis(order)
        table["units"] = crowd.notna().sum(axis=1).set_axis(order)
    return SpecificationCurve(
        options=options,
        table=table.iloc[order].reset_index(drop=True),
        not_computed=pd.DataFrame(missing, columns=[*lists, "reason"]),
        claim=f"{read[1]} {read[2]}",
        threshold=threshold,
        own=own,
        crowd=crowd,
    )


def _taken(found: Any, row: Mapping[str, Any], own: Hashable) -> tuple[dict[str, Any], pd.Series | None]:
    """What an estimate returned, as columns of its row, and the numbers of all units."""
    units = None
    if own is not None:
        if not isinstance(found, pd.Series) or own not in found.index or not found.index.is_unique:
            raise ValueError(f"with own={own!r}, estimate must return a Series with that label once.")
        units, found = found.astype(float), found[own]
    columns = dict(found) if isinstance(found, Mapping) else {"estimate": found}
    if twice := columns.keys() & row.keys():
        raise ValueError(f"estimate returns {min(twice)!r}, which is a dimension; call it something else.")
    try:
        return columns | {"estimate": float(columns["estimate"])}, units
    except (KeyError, TypeError, ValueError):
        raise ValueError("estimate must return a number, or a dictionary with 'estimate'.") from None


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """The estimates of all combinations of options, sorted; made by `run`.

    `table` has a row for each combination: its options, the estimate, what else was kept, `headline` and
    `holds` (true or false) and, with a placebo, `rank` (1: no unit lies further on the claim's side) of
    so many `units`. `not_computed` lists the other combinations with the `reason`; `crowd` has the
    numbers of all units in the rows of `table`.
    """

    options: pd.DataFrame
    table: pd.DataFrame
    not_computed: pd.DataFrame
    claim: str
    threshold: float
    own: Hashable = None
    crowd: pd.DataFrame | None = None

    @property
    def dimensions(self) -> list[str]:
        """The names of the dimensions, in their order."""
        return list(self.options["dimension"].drop_duplicates())

    @property
    def headline(self) -> pd.Series:
        """The row of the headline."""
        return self.table[self.table["headline"]].iloc[0]

    @property
    def by_option(self) -> pd.DataFrame:
        """In how many combinations with an option (`of`) the claim holds (`holding`), and the share."""
        tried = self.options[self.options["taken"] != "left out"]
        rows = []
        for name, option in zip(tried["dimension"], tried["option"], strict=True):
            holds = self.table.loc[self.table[name] == option, "holds"]
            rows.append((name, option, int(holds.sum()), len(holds), holds.mean()))
        return pd.DataFrame(rows, columns=["dimension", "option", "holding", "of", "share"])

    @property
    def turns(self) -> pd.DataFrame:
        """The fewest options that must change to turn the headline: `change` in words, `changes`, `estimate`.

        Each row is a way with that number of changes; there is no row if nothing turns it.
        """
        names = self.dimensions
        turned = self.table[self.table["holds"] != self.headline["holds"]]
        apart = turned[names].ne(self.headline[names], axis=1)
        count = apart.sum(axis=1)
        fewest = turned[count == count.min()]
        words = [
            " and ".join(f"{name.replace('_', ' ')} {row[name]}" for name in names if apart.loc[label, name])
            for label, row in fewest.iterrows()
        ]
        changes = count[fewest.index].to_numpy()
        return pd.DataFrame({"change": words, "changes": changes, "estimate": fewest["estimate"].to_numpy()})

    @property
    def sentence(self) -> str:
        """How often the claim holds and where it does not, as a sentence that is computed."""
        holding, of = int(self.table["holds"].sum()), len(self.table)
        some = f"; {len(self.not_computed)} more cannot be computed" if len(self.not_computed) else ""
        if holding in (0, of):
            said = "Holds in all {} specifications{}." if holding else "Holds in none of {} specifications{}."
            return said.format(of, some)
        rows, holds = self.table[self.dimensions], self.table["holds"]
        (turned, left), (held, rest) = _where(rows, ~holds), _where(rows, holds)
        if left and not rest:
            return f"Holds in {holding} of {of} specifications, only {' and '.join(held)}{some}."
        others = f"in {left} others"
        if not turned:
            worst = self.by_option.sort_values("share", kind="stable").iloc[0]
            name = _name(worst["dimension"], [worst["option"]], rows[worst["dimension"]])
            others = f"in {left}, most often where {name} ({worst['of'] - worst['holding']} of {worst['of']})"
        parts = " and ".join([*turned, *([others] if left else [])])
        return f"Holds in {holding} of {of} specifications; turns {parts}{some}."

    @property
    def placebo(self) -> pd.DataFrame:
        """Each unit with the number of combinations in which the claim holds for it, and its median.

        Raises
        ------
        ValueError
            If the estimate had no units.
        """
        if self.crowd is None:
            raise ValueError("there is no placebo: let estimate return a Series, and name your own unit.")
        sign = _SIGNS[self.claim.split()[0]]
        holding = sign(self.crowd.round(_NOISE), self.threshold).sum()
        table = pd.DataFrame({"holding": holding, "median": self.crowd.median()})
        return table.sort_values("holding", ascending=False, kind="stable").rename_axis("unit")

    @property
    def placebo_sentence(self) -> str:
        """For how many units the claim holds as often as for the own one, as a sentence; errors as above."""
        often = self.placebo["holding"]
        as_often, own_often = int((often >= often[self.own]).sum()), int(often[self.own])
        low, high = self.table["rank"].min(), self.table["rank"].max()
        ranks = f"{low}" if low == high else f"{low} to {high}"
        return (
            f"It holds as often ({own_often} of {len(self.table)}) for {as_often} of {len(often)} units, "
            f"{self.own} among them, whose rank is {ranks}."
        )

    def draw(
        self, title: str, unit: str = defaults.ESTIMATE, number: str = ".1f", height: int = 200
    ) -> alt.LayerChart:
        """Return the chart: the sorted estimates above, and below them which option each had.

        Parameters
        ----------
        title : of the chart.
        unit : title of the vertical axis.
        number : the format of an estimate in words.
        height : of the upper part, in pixels; a row below takes 15.
        """
        counts = {
            (dimension, option): defaults.OF.format(holding, of)
            for dimension, option, holding, of, _ in self.by_option.itertuples(index=False)
        }
        low, high = (format(self.table["estimate"].iloc[place], number) for place in (0, -1))
        shares = "; ".join(f"{name.replace('_', ' ')} {option} {n}" for (name, option), n in counts.items())
        placebo = "" if self.crowd is None else f" {self.placebo_sentence}"
        band = None if self.crowd is None else self.crowd.quantile([0.05, 0.95], axis=1).T
        said = (
            f"Specification curve: {len(self.table)} estimates ({unit}), sorted from {low} to {high}; the "
            f"headline's is {self.headline['estimate']:{number}}, and the claim is {self.claim}. "
            f"{self.sentence}{placebo} It holds with {shares}."
        )
        points = pd.DataFrame(rounded(self.table.to_dict("list"), 6))
        return draw_curve(points, counts, self.threshold, unit, number, height, band).properties(
            title=title, description=said
        )


def _where(rows: pd.DataFrame, hit: pd.Series) -> tuple[list[str], int]:
    """Options, alone or two together, with which all rows are hit, in words; and the hits outside them.

    Of all such conditions the one with the most hits is taken, then the one that adds most, and no third.
    """
    conditions: list[dict[str, list[Any]]] = []
    for name in rows:
        always = hit.groupby(rows[name], sort=False).all()
        conditions.append({name: always.index[always].tolist()})
    for one, two in itertools.combinations(rows, 2):
        always = hit.groupby([rows[one], rows[two]], sort=False).all()
        partners = {a: frozenset(part.index[part].get_level_values(1)) for a, part in always.groupby(level=0)}
        for together in dict.fromkeys(partners.values()):
            firsts = [a for a in rows[one].drop_duplicates() if together <= partners[a]]
            conditions.append({one: firsts, two: [b for b in rows[two].drop_duplicates() if b in together]})
    words, left = [], hit.copy()
    for _ in range(2):
        covers = [left & rows.isin(condition)[list(condition)].all(axis=1) for condition in conditions]
        best = max(range(len(covers)), key=lambda place: int(covers[place].sum()))
        if not covers[best].any():
            break
        said = [_name(name, options, rows[name]) for name, options in conditions[best].items()]
        words.append(f"where {' and '.join(said)}")
        left &= ~covers[best]
    return words, int(left.sum())


def _name(dimension: str, options: list[Any], column: pd.Series) -> str:
    """Options of a dimension in words: numbers from an end as "2018 or earlier", all but one as "not"."""
    name, every = f"the {dimension.replace('_', ' ')} is", column.drop_duplicates().tolist()
    if len(options) > 1 and all(isinstance(option, (int, float)) for option in every):
        every, some = sorted(every), sorted(options)
        years = all(isinstance(option, int) and 1900 <= option <= 2100 for option in every)
        if some == every[: len(some)]:
            return f"{name} {some[-1]} or {'earlier' if years else 'less'}"
        if some == every[-len(some) :]:
            return f"{name} {some[0]} or {'later' if years else 'more'}"
    if 1 < len(options) == len(every) - 1:
        return f"{name} not {next(option for option in every if option not in options)}"
    return f"{name} {' or '.join(map(str, options))}"
