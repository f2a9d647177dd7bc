"""Tables for readers: units in the header, aligned numbers, a caption."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

MOST_ROWS = 12


@dataclass(frozen=True)
class Table:
    """A small table, shown as accessible HTML in a notebook and in the book."""

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
            f"""<tr>{cell("th", first, 0, ' scope="row"')}"""
            f"{''.join(cell('td', text, i) for i, text in enumerate(rest, start=1))}</tr>"
            for first, *rest in self.rows
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
    """Format a frame as a table for readers; the first column names the rows.

    `ValueError` if the frame has no row or more than 12, if a format or name is for an unknown
    column, or if a format does not fit its values.

    Parameters
    ----------
    frame : at most 12 rows; a named index becomes the first column.
    caption : content of the table, its vintage and its source.
    formats : column -> format, such as ``{"share": ".1f", "gdp": ",.0f"}``.
    names : column -> header with its unit, such as ``{"gdp": "GDP (100m yuan)"}``.
    """
    if frame.index.name is not None:
        frame = frame.reset_index()
    if not 1 <= len(frame) <= MOST_ROWS:
        raise ValueError(
            f"a table for readers has 1 to {MOST_ROWS} rows; this one has {len(frame)}"
        )
    formats = dict(formats or {})
    names = dict(names or {})
    if unknown := sorted((formats.keys() | names.keys()) - set(frame.columns)):
        raise ValueError(
            f"no column is called {unknown[0]!r}; there are: {', '.join(map(str, frame))}"
        )
    columns = [
        [_format(value, column, formats.get(column, "")) for value in frame[column]]
        for column in frame
    ]
    return Table(
        header=tuple(str(names.get(column, column)) for column in frame),
        rows=tuple(zip(*columns, strict=True)),
        numeric=tuple(pd.api.types.is_numeric_dtype(frame[column]) for column in frame),
        caption=caption,
    )


def _format(value: object, column: str, pattern: str) -> str:
    if pd.isna(value):
        return "–"
    try:
        return format(value, pattern)
    except ValueError:
        message = f"the format {pattern!r} does not fit column {column!r}, which holds {value!r}"
        raise ValueError(message) from None
