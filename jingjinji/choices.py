"""The curve of choices: one number under every reasonable choice at once.

A number depends on choices that others would make differently. A **specification curve** (设定曲线;
Simonsohn, Simmons and Nelson 2020) computes it for all combinations of options, sorts the estimates, and
shows the options below each of them; Steegen and others (2016) call all combinations a multiverse. It shows
how often a claim holds and what turns it. It gives no probability: the options are chosen, not drawn::

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
_DECIMALS = 10  # decimals that count: rounding errors are smaller


def set_up(
    *,
    headline: Mapping[str, Hashable] | None = None,
    left_out: Mapping[str, Mapping[Hashable, str]] | None = None,
    **dimensions: Mapping[Hashable, str],
) -> pd.DataFrame:
    """Return the choices as a table: a row for each option of each dimension, and why it is reasonable.

    Parameters
    ----------
    dimensions : name=options, where options maps each option, a text or a number, to its reason.
    headline : the option of the headline by dimension; by default the first one.
    left_out : options that are not run by dimension, each with the reason.

    Returns
    -------
    DataFrame with the columns dimension, option, taken ("headline", "rival" or "left out") and reason.

    Raises
    ------
    ValueError
        If there is no dimension or one without options, a reason is empty, an option is neither text nor
        a number, or `headline` or `left_out` name an unknown dimension or option.

    >>> set_up(last_year={2017: "in all vintages", 2023: "the longest"})["taken"].tolist()
    ['headline', 'rival']
    """
    headline, left_out = dict(headline or {}), dict(left_out or {})
    if not dimensions:
        raise ValueError("name at least one dimension, such as last_year={2017: 'in all vintages'}.")
    if unknown := sorted((headline.keys() | left_out.keys()) - dimensions.keys()):
        raise ValueError(f"{unknown[0]} is not a dimension; there are {', '.join(dimensions)}.")
    rows = []
    for dimension, options in dimensions.items():
        if not isinstance(options, Mapping) or not options:
            raise ValueError(f"{dimension} must map each option to the reason why it is reasonable.")
        chosen = headline.get(dimension, next(iter(options)))
        if chosen not in options:
            raise ValueError(f"the headline's {chosen!r} is not an option of {dimension}.")
        for option, reason in [*options.items(), *left_out.get(dimension, {}).items()]:
            if isinstance(option, bool) or not isinstance(option, (str, int, float)):
                raise ValueError(f"an option of {dimension} must be a text or a number; got {option!r}.")
            if not str(reason).strip():
                raise ValueError(f"{dimension} gives no reason for {option!r}.")
            taken = "left out" if option not in options else "headline" if option == chosen else "rival"
            rows.append((dimension, option, taken, reason))
    return pd.DataFrame(rows, columns=["dimension", "option", "taken", "reason"]).astype({"option": object})


def run(
    estimate: Callable[..., Any], options: pd.DataFrame, holds: str = "> 0", own: Hashable = None
) -> SpecificationCurve:
    """Compute a number for all combinations of options.

    Parameters
    ----------
    estimate : a function with the dimensions as arguments. It returns a number; or a dictionary with
        "estimate" and further columns, of which "low" and "high" are drawn as an interval; or, for a
        placebo, a Series with the number of each unit, such as 31 provinces, including `own`. If a
        combination makes no sense or cannot be computed, it raises a ValueError with the reason.
    options : as `set_up` returns them.
    holds : when the claim holds: "<", "<=", ">" or ">=" and a number.
    own : label of the unit whose number is the estimate, if `estimate` returns a Series.

    Raises
    ------
    ValueError
        If `holds` cannot be read, `estimate` returns something else, or the headline's combination cannot be
        computed.
    """
    condition = re.fullmatch(r"\s*([<>]=?)\s*(-?\d*\.?\d+)\s*", holds)
    if not condition:
        raise ValueError(f"holds must be a sign and a number, such as '< 0' or '>= 1.5'; got {holds!r}.")
    sign, threshold = _SIGNS[condition[1]], float(condition[2])
    tried = options[options["taken"] != "left out"]
    lists = {name: part.tolist() for name, part in tried.groupby("dimension", sort=False)["option"]}
    headline = tried[tried["taken"] == "headline"].set_index("dimension")["option"].to_dict()
    rows, crowds, missing = [], [], []
    for combination in itertools.product(*lists.values()):
        row = dict(zip(lists, combination, strict=True))
        try:
            returned, reason = estimate(**row), "it gives no number."
        except ValueError as error:
            returned, reason = None, str(error)
        columns, units = ({"estimate": np.nan}, None) if returned is None else _split(returned, row, own)
        if np.isfinite(columns["estimate"]):
            rows.append(row | columns | {"headline": row == headline})
            crowds.append(units)
        elif row == headline:
            raise ValueError(f"the headline itself cannot be computed: {reason}")
        else:
            missing.append(row | {"reason": reason})
    table = pd.DataFrame(rows).astype(dict.fromkeys(lists, object))
    table["holds"] = [bool(sign(round(number, _DECIMALS), threshold)) for number in table["estimate"]]
    order = table["estimate"].round(_DECIMALS).argsort(kind="stable")
    crowd = None
    if own is not None:
        crowd = pd.DataFrame([crowds[place] for place in order]).reset_index(drop=True)
        direction = 1 if condition[1].startswith("<") else -1
        beyond = (crowd * direction).le(crowd[own] * direction + 10.0**-_DECIMALS, axis=0)
        table["rank"] = beyond.sum(axis=1).set_axis(order)
        table["units"] = crowd.notna().sum(axis=1).set_axis(order)
    return SpecificationCurve(
        options=options,
        table=table.iloc[order].reset_index(drop=True),
        not_computed=pd.DataFrame(missing, columns=[*lists, "reason"]),
        claim=f"{condition[1]} {condition[2]}",
        threshold=threshold,
        own=own,
        crowd=crowd,
    )


def _split(result: Any, row: Mapping[str, Any], own: Hashable) -> tuple[dict[str, Any], pd.Series | None]:
    """Split the result of an estimate into columns of its row and the numbers of all units."""
    units = None
    if own is not None:
        if not isinstance(result, pd.Series) or own not in result.index or not result.index.is_unique:
            raise ValueError(f"with own={own!r}, estimate must return a Series with that label once.")
        units, result = result.astype(float), result[own]
    columns = dict(result) if isinstance(result, Mapping) else {"estimate": result}
    if duplicates := columns.keys() & row.keys():
        raise ValueError(f"estimate returns {min(duplicates)!r}, which is a dimension; rename it.")
    try:
        return columns | {"estimate": float(columns["estimate"])}, units
    except (KeyError, TypeError, ValueError):
        raise ValueError("estimate must return a number, or a dictionary with 'estimate'.") from None


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """The sorted estimates of all combinations of options, as `run` returns them.

    `table` has a row for each combination: its options, the estimate, further columns, `headline` and
    `holds` (true or false) and, with a placebo, `rank` (1: no unit lies further on the claim's side) and the
    number of `units`. `not_computed` lists the other combinations with the `reason`; `crowd` has the
    numbers of all units for each row of `table`.
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
        """The names of the dimensions, in order."""
        return list(self.options["dimension"].drop_duplicates())

    @property
    def headline(self) -> pd.Series:
        """The row of the headline."""
        return self.table[self.table["headline"]].iloc[0]

    @property
    def by_option(self) -> pd.DataFrame:
        """By option, the number of combinations (`of`), those in which the claim holds, and their share."""
        tried = self.options[self.options["taken"] != "left out"]
        rows = []
        for name, option in zip(tried["dimension"], tried["option"], strict=True):
            holds = self.table.loc[self.table[name] == option, "holds"]
            rows.append((name, option, int(holds.sum()), len(holds), holds.mean()))
        return pd.DataFrame(rows, columns=["dimension", "option", "holding", "of", "share"])

    @property
    def turns(self) -> pd.DataFrame:
        """The fewest options that must change to turn the headline.

        One row for each combination with that number of changes, with the columns `change` (in words),
        `changes` (their number) and `estimate`; none if nothing turns it.
        """
        names = self.dimensions
        turned = self.table[self.table["holds"] != self.headline["holds"]]
        differs = turned[names].ne(self.headline[names], axis=1)
        count = differs.sum(axis=1)
        fewest = turned[count == count.min()]
        words = [
            " and ".join(
                f"{name.replace('_', ' ')} {row[name]}" for name in names if differs.loc[label, name]
            )
            for label, row in fewest.iterrows()
        ]
        changes = count[fewest.index].to_numpy()
        return pd.DataFrame({"change": words, "changes": changes, "estimate": fewest["estimate"].to_numpy()})

    @property
    def sentence(self) -> str:
        """How often the claim holds and where it does not, as a computed sentence."""
        holding, of = int(self.table["holds"].sum()), len(self.table)
        missing = f"; {len(self.not_computed)} more cannot be computed" if len(self.not_computed) else ""
        if holding in (0, of):
            return f"Holds in {'all' if holding else 'none of'} {of} specifications{missing}."
        rows, holds = self.table[self.dimensions], self.table["holds"]
        (turned, left), (held, rest) = _find_conditions(rows, ~holds), _find_conditions(rows, holds)
        if left and not rest:
            return f"Holds in {holding} of {of} specifications, only {' and '.join(held)}{missing}."
        others = f"in {left} others"
        if not turned:
            worst = self.by_option.sort_values("share", kind="stable").iloc[0]
            name = _describe(worst["dimension"], [worst["option"]], rows[worst["dimension"]])
            others = f"in {left}, most often where {name} ({worst['of'] - worst['holding']} of {worst['of']})"
        parts = " and ".join([*turned, *([others] if left else [])])
        return f"Holds in {holding} of {of} specifications; turns {parts}{missing}."

    @property
    def placebo(self) -> pd.DataFrame:
        """By unit, the number of combinations in which the claim holds, and the median.

        `ValueError` if `estimate` returned no Series of units.
        """
        if self.crowd is None:
            raise ValueError("there is no placebo: let estimate return a Series, and name your own unit.")
        sign = _SIGNS[self.claim.split()[0]]
        holding = sign(self.crowd.round(_DECIMALS), self.threshold).sum()
        table = pd.DataFrame({"holding": holding, "median": self.crowd.median()})
        return table.sort_values("holding", ascending=False, kind="stable").rename_axis("unit")

    @property
    def placebo_sentence(self) -> str:
        """The number of units for which the claim holds as often, as a sentence; errors as in `placebo`."""
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
        """Return the chart: the sorted estimates above, and the options of each below.

        Parameters
        ----------
        title : title of the chart.
        unit : title of the vertical axis.
        number : format of an estimate in the description and the tooltips.
        height : height of the upper part in pixels; a row below takes 15.
        """
        counts = {
            (dimension, option): defaults.OF.format(holding, of)
            for dimension, option, holding, of, _ in self.by_option.itertuples(index=False)
        }
        points, placebo = pd.DataFrame(rounded(self.table.to_dict("list"), 6)), ""
        if self.crowd is not None:
            band = self.crowd.quantile([0.05, 0.95], axis=1).round(6).to_numpy()
            points["placebo_low"], points["placebo_high"] = band
            placebo = f" {self.placebo_sentence}"
        low, high = (format(self.table["estimate"].iloc[place], number) for place in (0, -1))
        shares = "; ".join(f"{name.replace('_', ' ')} {option} {n}" for (name, option), n in counts.items())
        description = (
            f"Specification curve: {len(self.table)} estimates ({unit}), sorted from {low} to {high}; the "
            f"headline's is {self.headline['estimate']:{number}}, and the claim is {self.claim}. "
            f"{self.sentence}{placebo} It holds with {shares}."
        )
        chart = draw_curve(points, counts, self.threshold, unit, number, height)
        return chart.properties(title=title, description=description)


def _find_conditions(rows: pd.DataFrame, hits: pd.Series) -> tuple[list[str], int]:
    """Return up to two conditions under which all rows are hits, in words, and the number of other hits.

    A condition is a set of options of one dimension, or of two. The first has the most hits, the second adds
    the most.
    """
    conditions: list[dict[str, list[Any]]] = []
    for name in rows:
        always = hits.groupby(rows[name], sort=False).all()
        conditions.append({name: always.index[always].tolist()})
    for left, right in itertools.combinations(rows, 2):
        always = hits.groupby([rows[left], rows[right]], sort=False).all()
        partners = {a: frozenset(part.index[part].get_level_values(1)) for a, part in always.groupby(level=0)}
        for shared in dict.fromkeys(partners.values()):
            options = [a for a in rows[left].drop_duplicates() if shared <= partners[a]]
            conditions.append(
                {left: options, right: [b for b in rows[right].drop_duplicates() if b in shared]}
            )
    sentences, remaining = [], hits.copy()
    for _ in range(2):
        covers = [remaining & rows.isin(condition)[list(condition)].all(axis=1) for condition in conditions]
        best = max(range(len(covers)), key=lambda place: int(covers[place].sum()))
        if not covers[best].any():
            break
        parts = [_describe(name, options, rows[name]) for name, options in conditions[best].items()]
        sentences.append(f"where {' and '.join(parts)}")
        remaining &= ~covers[best]
    return sentences, int(remaining.sum())


def _describe(dimension: str, options: list[Any], column: pd.Series) -> str:
    """Describe options of a dimension: numbers up to an end as "2018 or earlier", all but one as "not"."""
    name, every = f"the {dimension.replace('_', ' ')} is", column.drop_duplicates().tolist()
    if len(options) > 1 and all(isinstance(option, (int, float)) for option in every):
        every, chosen = sorted(every), sorted(options)
        years = all(isinstance(option, int) and 1900 <= option <= 2100 for option in every)
        if chosen == every[: len(chosen)]:
            return f"{name} {chosen[-1]} or {'earlier' if years else 'less'}"
        if chosen == every[-len(chosen) :]:
            return f"{name} {chosen[0]} or {'later' if years else 'more'}"
    if 1 < len(options) == len(every) - 1:
        return f"{name} not {next(option for option in every if option not in options)}"
    return f"{name} {' or '.join(map(str, options))}"
