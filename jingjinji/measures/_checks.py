"""Checks of arguments that all measures share; an error is one sentence that names the argument."""

from collections.abc import Callable, Iterable, Sequence
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


def inputs(**arguments: tuple[Values | None, str]) -> list[Any]:
    """Check every argument and reorder all Series like the first one; an argument of None stays
    None.

    Parameters
    ----------
    arguments : by name, the values and one of `ACCEPTED`.
    """
    checked_values: dict[str, Any] = {
        name: None if values is None else checked(name, values, accepted)
        for name, (values, accepted) in arguments.items()
    }
    series = {
        name: values for name, values in checked_values.items() if isinstance(values, pd.Series)
    }
    for name, values in series.items():
        first_name, first = next(iter(series.items()))
        if values.index.equals(first.index):
            continue
        if unmatched := set(first.index) ^ set(values.index):
            raise ValueError(
                f"{first_name} and {name} must have the same labels; "
                f"found in only one of them: {listed(unmatched)}."
            )
        if not (first.index.is_unique and values.index.is_unique):
            raise ValueError(f"{first_name} and {name} must have each label once.")
        checked_values[name] = values.reindex(first.index)
    lengths = {name: len(values) for name, values in checked_values.items() if np.ndim(values)}
    if len(set(lengths.values())) > 1:
        raise ValueError(
            f"{' and '.join(lengths)} must have the same length; "
            f"got {' and '.join(map(str, lengths.values()))}."
        )
    return list(checked_values.values())


def vectors(**arguments: tuple[Values | None, str]) -> list[Any]:
    """Check arguments as `inputs` does, and refuse single numbers."""
    for name, (values, _) in arguments.items():
        if values is not None and np.ndim(values) == 0:
            raise ValueError(f"{name} must be a list, array or Series of numbers; got {values!r}.")
    return inputs(**arguments)


def labelled(**arguments: tuple[Any, str]) -> list[Any]:
    """Check arguments as `inputs` does, and refuse all but Series."""
    for name, (values, _) in arguments.items():
        if not isinstance(values, pd.Series):
            raise ValueError(f"{name} must be a labelled Series; got {type(values).__name__}.")
    return inputs(**arguments)


def checked(name: str, values: Any, accepted: str) -> Any:
    """Return the values as floats: a number for a number, a Series for a Series, an array for the
    rest."""
    is_series = isinstance(values, pd.Series)
    try:
        numbers = (
            values.to_numpy(dtype=float, na_value=np.nan)
            if is_series
            else np.asarray(values, dtype=float)
        )
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.ndim > 1 or numbers.size == 0:
        raise ValueError(f"{name} must be a number, or a list, array or Series of numbers.")
    wrong = np.flatnonzero(~ACCEPTED[accepted](numbers))
    if wrong.size:
        place = f" at {values.index[wrong[0]]}" if is_series else ""
        raise ValueError(
            f"{name} holds {numbers.flat[wrong[0]]:g}{place}; every value must be {accepted}."
        )
    if is_series:
        return pd.Series(numbers, index=values.index)
    return numbers if numbers.ndim else float(numbers)


def checked_frame(name: str, table: pd.DataFrame, accepted: str) -> pd.DataFrame:
    """Return a table as floats."""
    if not isinstance(table, pd.DataFrame) or table.empty:
        raise ValueError(
            f"{name} must be a DataFrame with rows and columns; got {type(table).__name__}."
        )
    return table.apply(lambda column: checked(f"{name}[{column.name!r}]", column, accepted))


def listed(labels: Iterable[object]) -> str:
    """Return the first labels in order, so that an error message stays short."""
    texts = sorted(map(str, labels))
    return ", ".join(texts[:5]) + (" and others" if len(texts) > 5 else "")


def settled(number: float) -> float:
    """Return zero for the rounding error that an index of equal places leaves."""
    noise = (
        1e-14  # rounding errors of some thousand places stay below it, real differences far above
    )
    return 0.0 if number < noise else float(number)
