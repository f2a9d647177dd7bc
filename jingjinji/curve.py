"""A specification curve as `jingjinji.choices.run` returns it: counts, sentences and the drawing."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from jingjinji import charts, defaults
from jingjinji.curve_chart import ALL, draw_curve

SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
DECIMALS = 10  # decimals that count: rounding errors are smaller


def list_dimensions(options: pd.DataFrame) -> list[str]:
    """List the dimensions of a table of options, in order."""
    return list(options.loc[options["taken"] != "refused", "dimension"].drop_duplicates())


def are_years(values: Iterable[Any]) -> bool:
    """Tell whether all values are years."""
    return all(isinstance(value, (int, np.integer)) and 1900 <= value <= 2100 for value in values)


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """The sorted estimates of all combinations of options, as `run` returns them.

    `table` has a row for each combination: its options, the estimate, further columns, `headline`, `holds`
    and `distinct` (true or false; of combinations that give the same numbers one is distinct, and they
    share a `number`) and, with a placebo, `rank` (1: no unit lies further on the claim's side) and the number
    of `units`. `not_computed` lists the combinations without a number; `crowd` has the numbers of all units
    for each row of `table`.
    """

    options: pd.DataFrame
    table: pd.DataFrame
    not_computed: pd.DataFrame
    claim: str
    threshold: float
    words: str
    own: Hashable = None
    crowd: pd.DataFrame | None = None

    @property
    def dimensions(self) -> list[str]:
        """The names of the dimensions, in order."""
        return list_dimensions(self.options)

    @property
    def headline(self) -> pd.Series:
        """The row of the headline."""
        return self.table[self.table["headline"]].iloc[0]

    @property
    def distinct(self) -> int:
        """The number of distinct estimates."""
        return int(self.table["distinct"].sum())

    @property
    def holding(self) -> int:
        """The number of distinct estimates in which the claim holds."""
        return int((self.table["distinct"] & self.table["holds"]).sum())

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest estimate."""
        return float(self.table["estimate"].min()), float(self.table["estimate"].max())

    @property
    def refused(self) -> pd.DataFrame:
        """The generic forks that are no dimension, and why, with the columns fork and reason."""
        rows = self.options[self.options["taken"] == "refused"]
        return pd.DataFrame({"fork": rows["dimension"].str.replace("_", " "), "reason": rows["reason"]})

    @property
    def by_option(self) -> pd.DataFrame:
        """By option, the number of distinct estimates (`of`), in how many it holds, and their share."""
        rows = []
        for name, option, part in self._list_parts():
            holds = part.drop_duplicates("number")["holds"]
            rows.append((name, option, int(holds.sum()), len(holds), holds.mean()))
        return pd.DataFrame(rows, columns=["dimension", "option", "holding", "of", "share"])

    def _list_parts(self) -> Iterable[tuple[str, Any, pd.DataFrame]]:
        tried = self.options[self.options["taken"].isin(["headline", "rival"])]
        for name, option in zip(tried["dimension"], tried["option"], strict=True):
            yield name, option, self.table[self.table[name] == option]

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
            " ".join(self._speak(name, [row[name]]) for name in names if differs.loc[label, name])
            for label, row in fewest.iterrows()
        ]
        changes = count[fewest.index].to_numpy()
        return pd.DataFrame({"change": words, "changes": changes, "estimate": fewest["estimate"].to_numpy()})

    @property
    def sentence(self) -> str:
        """How often the claim holds and where it does not, as a computed sentence."""
        holding, of, rows = self.holding, self.distinct, self.table[self.dimensions]
        kind = "estimates" if of == len(rows) else f"distinct estimates ({len(rows)} combinations)"
        gone = len(self.not_computed)
        missing = (
            f"; {gone} {'combination gives' if gone == 1 else 'combinations give'} no number" if gone else ""
        )
        if holding in (0, of):
            return f"{self.words} in {'all' if holding else 'none of the'} {of} {kind}{missing}."
        holds, numbers = self.table["holds"], self.table["number"]
        (turned, left), (held, rest) = (_find_conditions(rows, h, numbers) for h in (~holds, holds))
        start = f"{self.words} in {holding} of {of} {kind}"
        if not rest and (left or 2 * holding <= of):
            return f"{start}, only {' or '.join(map(self._join, held))}{missing}."
        parts = [*map(self._join, turned), *([f"in {left} other{'s'[: left > 1]}"] if left else [])]
        if not turned:
            worst = self.by_option.sort_values("share", kind="stable").iloc[0]
            often = f"{worst['of'] - worst['holding']} of {worst['of']}"
            parts = [f"in {left}, most often {self._speak(worst['dimension'], [worst['option']])} ({often})"]
        return f"{start}; it turns {', and '.join(parts)}{missing}."

    def _join(self, condition: Mapping[str, list[Any]]) -> str:
        return " ".join(
            self._speak(name, options, len(condition) == 1) for name, options in condition.items()
        )

    def _speak(self, dimension: str, options: list[Any], alone: bool = False) -> str:
        """Say options: numbers up to an end as "from 2018 or earlier"; alone, all but one as "except"."""
        rows = self.options[self.options["dimension"].eq(dimension) & self.options["option"].notna()]
        words = rows.set_index("option")["words"]
        every = self.table[dimension].drop_duplicates().tolist()
        if len(options) > 1 and all(isinstance(option, (int, float)) for option in every):
            ranked, chosen = sorted(every), sorted(options)
            ends = ("earlier", "later") if are_years(every) else ("less", "more")
            if chosen == ranked[: len(chosen)]:
                return f"{words[chosen[-1]]} or {ends[0]}"
            if chosen == ranked[-len(chosen) :]:
                return f"{words[chosen[0]]} or {ends[1]}"
        if alone and 1 < len(options) == len(every) - 1:
            return f"except {words[next(option for option in every if option not in options)]}"
        return _join_words([words[option] for option in options])

    @property
    def placebo(self) -> pd.DataFrame:
        """By unit, the number of distinct estimates in which the claim holds, and the median.

        `ValueError` if `estimate` returned no Series of units.
        """
        if self.crowd is None:
            raise ValueError("there is no placebo: let estimate return a Series, and name your own unit.")
        sign, crowd = SIGNS[self.claim.split()[0]], self.crowd[self.table["distinct"]]
        holding = sign(crowd.round(DECIMALS), self.threshold).sum()
        table = pd.DataFrame({"holding": holding, "median": crowd.median()})
        return table.sort_values("holding", ascending=False, kind="stable").rename_axis("unit")

    @property
    def placebo_sentence(self) -> str:
        """The number of units for which the claim holds as often, as a sentence; errors as in `placebo`."""
        often = self.placebo["holding"]
        as_often, own_often = int((often >= often[self.own]).sum()), int(often[self.own])
        low, high = self.table["rank"].min(), self.table["rank"].max()
        ranks = f"{low}" if low == high else f"{low} to {high}"
        return (
            f"It holds as often ({own_often} of {self.distinct}) for {as_often} of {len(often)} units, "
            f"{self.own} among them, whose rank is {ranks}."
        )

    def _retitle(self, words: str, share: float) -> str:
        """Say in words how often the claim holds under an option: the title when its chip is pressed."""
        often = defaults.OFTEN[int(np.searchsorted([0, 1 / 3, 2 / 3], share)) if share < 1 else -1]
        claim = (
            self.words if self.words.startswith(charts.PLACES) else self.words[:1].lower() + self.words[1:]
        )
        return defaults.UNDER.format(f"{words[:1].upper()}{words[1:]}", often, claim)

    def draw(
        self, title: str, unit: str = defaults.ESTIMATE, number: str = ".1f", height: int = 200
    ) -> alt.LayerChart:
        """Return the chart: a bar with the count, the sorted distinct estimates, and a chip for each option.

        Title and description say what a pressed chip changes.

        Parameters
        ----------
        title : title of the chart.
        unit : title of the vertical axis.
        number : format of an estimate in the description and the tooltips.
        height : height of the estimates in pixels.
        """
        points = self.table[self.table["distinct"]].drop(columns=["number", "distinct"])
        placebo = ""
        if self.crowd is not None:
            band = self.crowd[self.table["distinct"]].quantile([0.05, 0.95], axis=1).to_numpy()
            points["placebo_low"], points["placebo_high"] = band
            placebo = f" {self.placebo_sentence}"
        low, high = (format(end, number) for end in self.range)
        whole = defaults.OF.format(self.holding, self.distinct)
        about = (
            f"Specification curve: {self.distinct} estimates ({unit}), sorted from {low} to {high}; the "
            f"headline's is {self.headline['estimate']:{number}}, and the claim is {self.claim}."
        )
        chips, texts = [(f"{ALL}: {whole}", self.holding, self.distinct, set(points.index))], {}
        first = {number: label for label, number in self.table.loc[points.index, "number"].items()}
        for (name, option, part), count in zip(self._list_parts(), self.by_option.itertuples(), strict=True):
            if count.of in (0, self.distinct) and self.table[name].nunique() == 1:
                continue
            words, share = self._speak(name, [option]), defaults.OF.format(count.holding, count.of)
            chips.append((f"{words}: {share}", count.holding, count.of, {first[n] for n in part["number"]}))
            texts[len(chips) - 1] = self._retitle(words, count.share), f"{about} Chosen: {words}, {share}."
        shares = "; ".join(chip for chip, *_ in chips[1:])
        description = f"{about} {self.sentence}{placebo} By option: {shares}."
        chart = draw_curve(points, self.dimensions, chips, self.threshold, unit, number, height)
        chart = charts.follow(chart, ["choice"], {0: (title, description)} | texts)
        about_curve = {
            "refused": len(self.refused),
            "combinations": [len(self.table), len(self.not_computed)],
            "headline": title,
            "share": [self.holding, self.distinct],
            "sentence": self.sentence,
        }
        return chart.properties(
            title=alt.Title(title, subtitle=f"{defaults.CLAIM}: {self.words.rstrip(',')}"),
            description=description,
            usermeta=chart.usermeta | {"choices": about_curve},
        )


def _join_words(texts: list[str]) -> str:
    """Join texts by "or"; what all begin or end with is said once: "at current or consumer prices"."""
    parts = [text.split() for text in texts]
    if len(parts) == 1:
        return texts[0]
    start = _count_alike(parts)
    end = _count_alike([part[start + 1 :][::-1] for part in parts])
    middle = [" ".join(part[start : len(part) - end]) for part in parts]
    listed = f"{', '.join(middle[:-1])} or {middle[-1]}"
    return " ".join([*parts[0][:start], listed, *parts[0][len(parts[0]) - end :]])


def _count_alike(lists: list[list[str]]) -> int:
    """Count the first entries that are equal in all lists."""
    alike = itertools.takewhile(lambda entries: len(set(entries)) == 1, zip(*lists, strict=False))
    return len(list(alike))


def _find_conditions(
    rows: pd.DataFrame, hits: pd.Series, numbers: pd.Series
) -> tuple[list[dict[str, list[Any]]], int]:
    """Return up to two conditions under which all rows are hits, and the number of other distinct hits.

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
    found, remaining = [], hits.copy()
    for _ in range(2):
        covers = [remaining & rows.isin(condition)[list(condition)].all(axis=1) for condition in conditions]
        best = max(range(len(covers)), key=lambda place: int(covers[place].sum()))
        if not covers[best].any():
            break
        # Without options that an earlier condition explains.
        needed = {name: set(rows.loc[covers[best], name]) for name in conditions[best]}
        found.append({n: [o for o in options if o in needed[n]] for n, options in conditions[best].items()})
        # A number that one combination explains is explained in all.
        remaining &= ~numbers.isin(numbers[covers[best]])
    return found, int(numbers[remaining].nunique())
