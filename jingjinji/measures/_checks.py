"""What every measure asks of its arguments; an error is one sentence that names the argument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Values: TypeAlias = float | Sequence[float] | np.ndarray | pd.Series
Result: TypeAlias = float | np.ndarray | pd.Series

ACCEPTED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "a finite number": np.isfinite,
    "a finite number, zero or more": lambda values: np.isfinite(values) & (values >= 0),
    "a finite number greater than zero": lambda values: np.isfinite(values) & (values > 0),
    "a share from 0 to 1": lambda values: (values >= 0) & (values <= 1),
}
ANY, ZERO_OR_MORE, POSITIVE, SHARE = ACCEPTED


def inputs(**arguments: tuple[Values, str]) -> list[Any]:
    """Check every argument and put all Series into the order of the first one."""
    values_of = {name: checked(name, *argument) for name, argument in arguments.items()}
    series = {name: values for name, values in values_of.items() if isinstance(values, pd.Series)}
    for name, values in series.items():
        first_name, first = next(iter(series.items()))
        if values.index.equals(first.index):
            continue
        if strangers := sorted(set(first.index) ^ set(values.index), key=str):
            raise ValueError(
                f"{first_name} and {name} must have the same labels; "
                f"found in only one of them: {listed(strangers)}."
            )
        if not (first.index.is_unique and values.index.is_unique):
            raise ValueError(f"{first_name} and {name} must have each label once.")
        values_of[name] = values.reindex(first.index)
    lengths = {name: len(values) for name, values in values_of.items() if np.ndim(values)}
    if len(set(lengths.values())) > 1:
        raise ValueError(
            f"{' and '.join(lengths)} must have the same length; "
            f"got {' and '.join(map(str, lengths.values()))}."
        )
    return list(values_of.values())


def checked(name: str, values: Any, accepted: str) -> Any:
    """Return the values as floats: a number for a number, a Series for a Series, an array for the rest."""
    labelled = isinstance(values, pd.Series)
    try:
        numbers = (
            values.to_numpy(dtype=float, na_value=np.nan) if labelled else np.asarray(values, dtype=float)
        )
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.ndim > 1 or numbers.size == 0:
        raise ValueError(f"{name} must be a number, or a list, array or Series of numbers.")
    wrong = np.flatnonzero(~ACCEPTED[accepted](numbers))
    if wrong.size:
        place = f" at {values.index[wrong[0]]}" if labelled else ""
        raise ValueError(f"{name} holds {numbers.flat[wrong[0]]:g}{place}; every value must be {accepted}.")
    if labelled:
        return pd.Series(numbers, index=values.index)
    return numbers if numbers.ndim else float(numbers)


def require_series(name: str, values: pd.Series) -> None:
    if not isinstance(values, pd.Series):
        raise ValueError(f"{name} must be a labelled Series; got {type(values).__name__}.")


def listed(labels: list) -> str:
    """Name the first few labels, so that an error stays one short sentence."""
    return ", ".join(map(str, labels[:5])) + (" and others" if len(labels) > 5 else "")


def settled(number: float) -> float:
    """An index of equal places is zero, not the noise of binary fractions about it."""
    noise = 1e-14  # sums of some thousand places stay below it, real differences far above
    return 0.0 if number < noise else float(number)
