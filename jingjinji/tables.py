"""Tables that are meant to be read: units in the header, aligned numbers, a caption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

MOST_ROWS = 12


@dataclass(frozen=True)
class Table:
    """A small table that shows itself as accessible HTML in a notebook and in the book."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    caption: str

    def _repr_html_(self) -> str:
        def cell(tag: str, text: str, column: int, scope: str = "") -> str:
            number = ' class="number"' if self.numeric[column] else ""
            return f"<{tag}{scope}{number}>{escape(text)}</{tag}>"

        head = "".join(cell("th", text, i, ' scope="col"') for i, text in enumerate(self.header))
        body = "".join(
            "<tr>"
            + cell("th", row[0], 0, ' scope="row"')
            + "".join(cell("td", text, i) for i, text in enumerate(row[1:], start=1))
            + "</tr>"
            for row in self.rows
        )
        return (
            f'<table class="data"><caption>{escape(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def __str__(self) -> str:
        frame = pd.DataFrame(self.rows, columns=self.header)
        return f"{self.caption}\n{frame.to_string(index=False)}"

    __repr__ = __str__


def show(
    frame: pd.DataFrame,
    caption: str,
    formats: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Table:
    """Turn a frame into a readable table; the first column names the rows.

    Parameters
    ----------
    frame : at most 12 rows; a named index becomes the first column.
    caption : what the table shows, its vintage and its source.
    formats : column -> format, such as ``{"share": ".1f", "gdp": ",.0f"}``.
    names : column -> header with its unit, such as ``{"gdp": "GDP (100m yuan)"}``.

    Raises
    ------
    ValueError
        If the frame has no row or more than 12, if a format or name is for no column, or if a format
        does not fit its values.
    """
    if frame.index.name is not None:
        frame = frame.reset_index()
    if not 1 <= len(frame) <= MOST_ROWS:
        raise ValueError(f"a table to read has 1 to {MOST_ROWS} rows; this one has {len(frame)}")
    formats, names = dict(formats or {}), dict(names or {})
    unknown = sorted((formats.keys() | names.keys()) - set(frame.columns))
    if unknown:
        raise ValueError(f"no column is called {unknown[0]!r}; there are: {', '.join(map(str, frame))}")

    def text(value: object, column: str) -> str:
        if pd.isna(value):
            return "–"
        try:
            return format(value, formats.get(column, ""))
        except ValueError:
            raise ValueError(
                f"the format {formats[column]!r} does not fit column {column!r}, which holds {value!r}"
            ) from None

    return Table(
        header=tuple(str(names.get(column, column)) for column in frame.columns),
        rows=tuple(
            tuple(text(value, column) for value, column in zip(row, frame.columns, strict=True))
            for row in frame.itertuples(index=False, name=None)
        ),
        numeric=tuple(pd.api.types.is_numeric_dtype(frame[column]) for column in frame.columns),
        caption=caption,
    )
