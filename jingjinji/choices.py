"""The curve of choices: one number under every reasonable choice at once.

A number depends on choices that others would make differently. A **specification curve** (设定曲线;
Simonsohn, Simmons and Nelson 2020) computes it for all combinations of options, sorts the estimates, and
says which options turn the claim; Steegen and others (2016) call all combinations a multiverse. It gives no
probability: the options are chosen, not drawn. `set_up` is a gate: it knows the forks that turned such claims
before, and each is an option or refused in a sentence::

    options = choices.set_up(
        prices={"2019": "quantities", "current": "money"},
        last_year={2023: "the longest", 2017: "in all vintages"},
        refused={"border": "the plan draws one border, and no rival has been published", ...})
    curve = choices.run(difference, options, holds="< 0")   # calls difference(prices=..., last_year=...)
    curve.draw("The gap closed, but not in money", unit="log %")
"""

import itertools
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from jingjinji.curve import DECIMALS, SIGNS, SpecificationCurve, are_years, list_dimensions

_SIDES = {"<": "Below {}", "<=": "At most {}", ">": "Above {}", ">=": "At least {}"}

# The generic forks: what each asks, and how an option of it is spoken of. `years` stands for both years.
FORKS = {
    "first_year": ("each first year that the table has", "from {}"),
    "last_year": ("each last year that the table has", "to {}"),
    "prices": ("current, each observed index, the implied one", "at {} prices"),
    "record": ("each record of the same thing: levels and growth, vintages, instruments", "by {}"),
    "denominator": ("per head, per worker, per area, the total", "by {}"),
    "own_past": ("the change against the unit's own earlier span", "{}"),
    "border": ("like with like: cores with cores, clusters with clusters", "with {}"),
    "scale": ("levels, logs, ranks, winsorised", "in {}"),
    "cut": ("a limit or rate up to where the claim flips", "with {}"),
    "yardstick": ("what it is compared with, and whether that was chosen before seeing", "against {}"),
    "estimator": ("the one that the text defines, and its neighbours", "by {}"),
    "sample": ("leave one out, and without the unit whose flaw the table names", "{}"),
    "source": ("each station or publisher", "by {}"),
}
_BOTH_YEARS = {"years": ("first_year", "last_year")}


def set_up(
    *,
    headline: Mapping[str, Any] | None = None,
    left_out: Mapping[str, Mapping[Any, str]] | None = None,
    refused: Mapping[str, str] | None = None,
    says: Mapping[str, str | Mapping[Any, str]] | None = None,
    **dimensions: Mapping[Any, str],
) -> pd.DataFrame:
    """Return the choices as a table: a row for each option of each dimension, and why it is reasonable.

    `ValueError` if there is no dimension or one without options, a reason is empty, repeats another fork's or
    is none ("as above"), an option is of another kind, a name in the other arguments is unknown, or a generic
    fork is neither taken nor refused.

    Parameters
    ----------
    dimensions : name=options, where options maps each option to its reason. An option is a text, a number or
        a tuple of these, such as ``(2014, 2019)``. The name is that of a generic fork (`FORKS`), `years` for
        first and last year together, or the author's own.
    headline : the option of the headline by dimension; by default the first one.
    left_out : options that are not run by dimension, each with the reason.
    refused : the generic forks that are no dimension, each with the reason in a sentence of its own. With it
        `set_up` is a gate, as a chapter's curve needs it: a fork neither taken nor refused is an error.
    says : how an option is spoken of, by dimension: a text with "{}" for the option, or a text for each.

    Returns
    -------
    DataFrame
        Its columns are dimension, option, taken ("headline", "rival", "left out" or "refused"), reason,
        words, and value, which `run` passes on. A tuple's option is its label, such as "2014 to 2019".

    >>> set_up(last_year={2017: "in all vintages", 2023: "the longest"})["taken"].tolist()
    ['headline', 'rival']
    """
    headline, left_out, says = dict(headline or {}), dict(left_out or {}), dict(says or {})
    if not dimensions:
        raise ValueError("name at least one dimension, such as last_year={2017: 'in all vintages'}.")
    if unknown := sorted((headline.keys() | left_out.keys() | says.keys()) - dimensions.keys()):
        raise ValueError(f"{unknown[0]} is not a dimension; there are {', '.join(dimensions)}.")
    rows: list[tuple[Any, ...]] = []
    for dimension, options in dimensions.items():
        if not isinstance(options, Mapping) or not options:
            raise ValueError(f"{dimension} must map each option to the reason why it is reasonable.")
        chosen = headline.get(dimension, next(iter(options)))
        if chosen not in options:
            raise ValueError(f"the headline's {chosen!r} is not an option of {dimension}.")
        for option, reason in [*options.items(), *left_out.get(dimension, {}).items()]:
            taken = "left out" if option not in options else "headline" if option == chosen else "rival"
            rows.append(_make_row(dimension, option, taken, reason, says.get(dimension)))
    if refused is not None:
        rows += _refuse(refused, dimensions)
    return _make_table(rows)


def _make_row(dimension: str, option: Any, taken: str, reason: str, says: Any = None) -> tuple[Any, ...]:
    parts = option if isinstance(option, tuple) and option else (option,)
    if any(isinstance(part, bool) or not isinstance(part, (str, int, float)) for part in parts):
        raise ValueError(f"an option of {dimension} must be a text, a number or a tuple; got {option!r}.")
    _check_reason(f"{dimension}, {option!r}", reason)
    label = option if parts == (option,) else (" to " if are_years(parts) else ", ").join(map(str, parts))
    if isinstance(says, Mapping):
        words = says.get(option, str(label))
    else:
        pattern = says or {"years": "from {}"}.get(dimension) or FORKS.get(dimension, ("", ""))[1]
        words = (pattern or f"with {dimension.replace('_', ' ')} {{}}").format(label)
    return dimension, label, taken, reason, words.replace("prices prices", "prices"), option


def _make_table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = ["dimension", "option", "taken", "reason", "words", "value"]
    values = pd.Series([row[-1] for row in rows], dtype=object)
    table = pd.DataFrame([row[:-1] for row in rows], columns=columns[:-1]).astype({"option": object})
    return table.assign(value=values)


def _check_reason(name: str, reason: str) -> None:
    if not str(reason).strip() or re.match(r"as (above|before)|see ", str(reason), re.IGNORECASE):
        raise ValueError(f"{name} gives no reason: {str(reason)!r}.")


def _refuse(refused: Mapping[str, str], dimensions: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return a row for each refused fork, after checking that each fork is taken or refused, and not both."""
    taken = {*dimensions, *(fork for name in dimensions for fork in _BOTH_YEARS.get(name, ()))}
    if unknown := sorted(refused.keys() - FORKS.keys()):
        raise ValueError(f"{unknown[0]} is not a generic fork; there are {', '.join(FORKS)}.")
    if both := sorted(refused.keys() & taken):
        raise ValueError(f"the fork {both[0]} is taken and refused; it can be one of both.")
    if missing := [fork for fork in FORKS if fork not in taken and fork not in refused]:
        raise ValueError(
            f"the fork {missing[0]} ({FORKS[missing[0]][0]}) is neither taken nor refused: make it a "
            "dimension, or say in 'refused' why it cannot turn the claim."
        )
    reasons = list(refused.values())
    for fork, reason in refused.items():
        _check_reason(fork, reason)
        if len(reason.split()) < 4 or reasons.count(reason) > 1:
            raise ValueError(f"{fork} is refused without a sentence of its own: {reason!r}.")
    return [(fork, None, "refused", reason, "", None) for fork, reason in refused.items()]


def add(options: pd.DataFrame, **dimensions: Mapping[Any, str]) -> pd.DataFrame:
    """Return the choices with further options of dimensions that they have, each with its reason.

    ``add(options, prices={"retail": "what shops sell"})``; errors as in `set_up`.
    """
    rows = []
    for dimension, further in dimensions.items():
        mine = options[options["dimension"].eq(dimension) & options["taken"].isin(["headline", "rival"])]
        if mine.empty:
            raise ValueError(
                f"{dimension} is not a dimension; there are {', '.join(list_dimensions(options))}."
            )
        first = mine.iloc[0]
        pattern = str(first["words"]).replace(str(first["option"]), "{}")
        new = [_make_row(dimension, *one, pattern) for one in ((o, "rival", r) for o, r in further.items())]
        if double := {row[1] for row in new} & set(mine["option"]):
            raise ValueError(f"{dimension} has the option {double.pop()!r} already.")
        rows += new
    return pd.concat([options, _make_table(rows)], ignore_index=True)


def spans(years: Iterable[int], reason: str, shortest: int = 1) -> dict[tuple[int, int], str]:
    """Return all pairs of a first and a later year, at least `shortest` years apart, as options of `years`.

    >>> spans([2013, 2014, 2016], "every pair", shortest=2)
    {(2013, 2016): 'every pair', (2014, 2016): 'every pair'}
    """
    pairs = itertools.combinations(sorted(map(int, years)), 2)
    return {(first, last): reason for first, last in pairs if last - first >= shortest}


def not_rejected(estimate: float, placebos: Iterable[float], level: float = 0.05) -> tuple[float, float]:
    """Return the smallest and the largest effect that a placebo test does not reject.

    An effect is rejected if the estimate without it is so far from zero that at most a share `level` of all
    placebos, the estimate counted among them, are as far. The limits are in the estimate's unit, and infinite
    if there are too few placebos. The interval says what power after the fact cannot (Hoenig and Heisey
    2001).

    >>> not_rejected(-2.0, range(-19, 20), level=0.1)
    (-20.0, 16.0)
    """
    sizes = np.sort(np.abs(np.asarray(list(placebos), dtype=float)))[::-1]
    far = int(np.floor(level * (len(sizes) + 1) + 1e-9))  # as many may be as far, the estimate among them
    limit = float(sizes[far - 1]) if 0 < far <= len(sizes) else np.inf
    return float(estimate) - limit, float(estimate) + limit


def run(
    estimate: Callable[..., Any],
    options: pd.DataFrame,
    holds: str = "> 0",
    own: Hashable = None,
    claim: str = "",
) -> SpecificationCurve:
    """Compute a number for all combinations of options.

    `ValueError` if `holds` cannot be read, `estimate` returns something else, or the headline's combination
    gives no number. Errors of `estimate` itself are not caught; a note names the combination.

    Parameters
    ----------
    estimate : a function with the dimensions as arguments. It returns a number; or a dictionary with
        "estimate" and further columns, of which "low" and "high" are drawn as an interval; or, for a
        placebo, a Series with the number of each unit, such as 31 provinces, including `own`; or None if the
        combination gives no number.
    options : as `set_up` returns them.
    holds : when the claim holds: "<", "<=", ">" or ">=" and a number; "high < 0" or "low > 0" if the whole
        interval must lie beyond it.
    own : label of the unit whose number is the estimate, if `estimate` returns a Series.
    claim : the claim in words, such as "The gap closed"; by default "Below zero" and the like.
    """
    condition = re.fullmatch(r"(?:\s*(?:low|high)(?=\s))?\s*([<>]=?)\s*(-?\d*\.?\d+)\s*", holds)
    if not condition:
        raise ValueError(f"holds must be a sign and a number, such as '< 0' or '>= 1.5'; got {holds!r}.")
    sign, threshold = SIGNS[condition[1]], float(condition[2])
    tried = options[options["taken"].isin(["headline", "rival"])]
    names = list_dimensions(tried)
    lists = [
        list(tried[tried["dimension"] == name][["option", "value"]].itertuples(index=False)) for name in names
    ]
    headline = tried[tried["taken"] == "headline"].set_index("dimension")["option"].to_dict()
    rows, crowds, missing = [], [], []
    for combination in itertools.product(*lists):
        row = {name: option for name, (option, _) in zip(names, combination, strict=True)}
        try:
            returned = estimate(**{name: value for name, (_, value) in zip(names, combination, strict=True)})
        except Exception as error:
            error.add_note(f"in the combination {', '.join(f'{k}={v!r}' for k, v in row.items())}")
            raise
        columns, units = ({"estimate": np.nan}, None) if returned is None else _split(returned, row, own)
        if np.isfinite(columns["estimate"]):
            rows.append(row | columns | {"headline": row == headline})
            crowds.append(units)
        elif row == headline:
            raise ValueError("the headline's combination gives no number.")
        else:
            missing.append(row)
    table = pd.DataFrame(rows).astype(dict.fromkeys(names, object))
    end = next((end for end in ("low", "high") if end in holds), "")
    if end and end not in table:
        raise ValueError(f"the claim is of the interval's {end}, which estimate does not return.")
    table["holds"] = [bool(sign(round(number, DECIMALS), threshold)) for number in table[end or "estimate"]]
    same = pd.DataFrame(crowds) if own is not None else table[[n for n in _NUMBERS if n in table]]
    table["number"] = _number_estimates(same.reset_index(drop=True), whole=own is None)
    order = table["estimate"].round(DECIMALS).argsort(kind="stable")
    crowd = None
    if own is not None:
        crowd = pd.DataFrame([crowds[place] for place in order]).reset_index(drop=True)
        direction = 1 if condition[1].startswith("<") else -1
        beyond = (crowd * direction).le(crowd[own] * direction + 10.0**-DECIMALS, axis=0)
        table["rank"] = beyond.sum(axis=1).set_axis(order)
        table["units"] = crowd.notna().sum(axis=1).set_axis(order)
    table = table.iloc[order].reset_index(drop=True)
    # Of combinations with one number the headline's stands for all.
    first = table.sort_values("headline", ascending=False, kind="stable").drop_duplicates("number").index
    side = _SIDES[condition[1]].format("zero" if threshold == 0 else condition[2])
    return SpecificationCurve(
        options=options,
        table=table.assign(distinct=table.index.isin(first)),
        not_computed=pd.DataFrame(missing, columns=names),
        claim=f"{condition[1]} {condition[2]}" + (f" at the interval's {end} end" if end else ""),
        threshold=threshold,
        words=claim or side,
        own=own,
        crowd=crowd,
    )


_NUMBERS = ("estimate", "low", "high")  # combinations that agree in these are one estimate


def _number_estimates(numbers: pd.DataFrame, whole: bool) -> list[int]:
    """Number the estimates, equal ones alike. Whole numbers, such as ranks, may be equal by chance."""
    rounded = numbers.round(DECIMALS)
    if whole and (rounded["estimate"] % 1 == 0).all():
        return list(range(len(rounded)))
    return [int(code) for code in pd.factorize(pd.Series(map(tuple, rounded.fillna(np.inf).to_numpy())))[0]]


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
        raise ValueError(
            "estimate must return a number, a dictionary with 'estimate', or None if there is no number."
        ) from None
