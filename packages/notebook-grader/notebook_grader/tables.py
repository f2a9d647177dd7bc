"""CSV tables from people and spreadsheets, with any separator; no text that is written acts as a
formula."""

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
# A platform's list may hold whole texts of students; the default limit would refuse all of it.
csv.field_size_limit(2**30)


class TableError(ValueError):
    """A table, or a row of it, cannot be used; the message names it and the reason."""


def read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read the columns and rows of a CSV with any separator; short rows lack entries. Raises
    `TableError`."""
    try:
        text = _decode(path.read_bytes())
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise TableError(
            f"{path} has letters in an unknown encoding: save it as 'CSV UTF-8'."
        ) from None
    text = re.sub('^"?sep=.?"?\r?\n', "", text)  # Excel's own line
    first = [
        re.split("[\r\n]", text, maxsplit=1)[0]
    ]  # some spreadsheets end lines by a carriage return
    separator = max(",;\t", key=lambda sign: len(next(csv.reader(first, delimiter=sign), [])))
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = rows.fieldnames = [column.strip() for column in rows.fieldnames or []]
        return columns, [
            {n: unescape_formula(row[n]) for n in columns if row[n] is not None} for row in rows
        ]
    except csv.Error:
        fault = f"{path}, in line {rows.reader.line_num} or before: a quotation mark is left open."
        raise TableError(f"{fault} Fix it, so that rows do not run into one another.") from None


def _decode(data: bytes) -> str:
    """Decode what spreadsheets save: UTF-8, UTF-16, and of Chinese or western Windows what is
    plainly so."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Chinese letters are pairs of high bytes; of western letters one seldom follows another.
        runs = {len(run) for run in re.findall(rb"[\x80-\xff]+", data)}
        if all(run % 2 == 0 for run in runs):
            return data.decode("gbk")
        text = data.decode("cp1252")
        if max(runs) > 2 or re.search("[¹³¿¼¾]", text):  # Polish, for one
            raise
        return text


def read_rows(
    path: Path,
    needed: Sequence[str],
    read: Callable[[dict[str, str]], T],
    faults: list[tuple[dict[str, str], str]] | None = None,
) -> list[T]:
    """Convert each row of a table by `read`.

    Raises `TableError`, with file and row, if a needed column is missing or `read` raises it. Rows
    that
    `read` refuses are added to `faults`, with this message, if it is given.
    """
    columns, rows = read_table(path)
    converted = []
    for line, row in enumerate(rows, start=2):
        try:
            if missing := [name for name in needed if name not in row]:
                raise TableError(f"the column {missing[0]!r} is missing.")
            converted.append(read(dict.fromkeys(columns, "") | row))
        except TableError as error:
            fault = f"{path}, row {line}: {error}"
            if faults is None or missing:
                raise TableError(fault) from None
            faults.append((row, fault))
    return converted


def rename_entries(path: Path, column: str, names: Mapping[str, str]) -> None:
    """Replace entries of a column, in a table that may not exist."""
    columns, rows = read_table(path) if path.is_file() else ([], [])
    if any(row.get(column) in names for row in rows):
        renamed = [
            row | {column: names.get(row.get(column, ""), row.get(column, ""))} for row in rows
        ]
        lines = [columns, *([row.get(name, "") for name in columns] for row in renamed)]
        path.write_text("\ufeff" + format_table(lines), encoding="utf-8", newline="")


def format_table(rows: Iterable[Iterable[str]]) -> str:
    """Format rows as a CSV with Unix line endings, in which no text is a formula."""
    text = io.StringIO()
    plain = ([re.sub("\r\n?", "\n", escape_formula(cell)) for cell in row] for row in rows)
    csv.writer(text, lineterminator="\n").writerows(plain)
    return text.getvalue().encode("utf-8", "surrogatepass").decode("utf-8", "replace")


# Where a cell begins as a formula, also behind the signs by which other spreadsheets part cells.
# Apostrophes of a text's own are escaped too, as `unescape_formula` would otherwise take them for
# ours.
_FORMULA = "(?:^{0}(?='*[=+\\-@\t\r\n＝＋－＠])|(?<=[;\t]){0}(?='*[=+\\-@＝＋－＠]))"


def escape_formula(text: str) -> str:
    """Escape a text that spreadsheets would run as a formula."""
    return text if text == "-" else re.sub(_FORMULA.format(""), "'", text)


def unescape_formula(text: str) -> str:
    """Undo `escape_formula`."""
    return text if text == "'-" else re.sub(_FORMULA.format("'"), "", text)


def format_number(value: float | None) -> str:
    """Format points; empty for None."""
    return "" if value is None else f"{value:.10g}"


def read_number(text: str) -> float | None:
    """Parse a number with a point or a comma; None if it is none."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read_points(
    text: str, most: float = float("inf"), what: str = "a number of points"
) -> float | None:
    """Parse points, None if empty. Raises `TableError`, which says `what` is expected, unless from
    0 to
    `most`.
    """
    if not text.strip():
        return None
    points = read_number(text)
    if points is None or not 0 <= points <= most:
        up_to = f" from 0 to {most:g}" if most < float("inf") else ""
        raise TableError(f"{text!r} is not {what}{up_to}.")
    return points


def read_items(text: str) -> tuple[int, ...]:
    """Parse rubric items, such as "1 3". Raises `TableError` for anything else."""
    try:
        return tuple(map(int, text.split()))
    except ValueError:
        raise TableError(f"{text!r} is not a list of rubric items, such as '1 3'.") from None


def format_items(items: Iterable[int]) -> str:
    """Format rubric items as `read_items` reads them."""
    return " ".join(map(str, items))


def drop_rows(path: Path, data: bytes, goes: Callable[[dict[str, str]], bool]) -> tuple[bytes, int]:
    """Drop rows of a table with these contents; returns what is left, and how many went.

    All other rows stay as they were written. `path` is the table's file, for errors. Raises
    `TableError`.
    """
    columns = read_table(path)[0]
    text = _decode(data)
    lines = list(io.StringIO(text, newline=""))
    start = 1 if re.match('"?sep=', text) else 0  # Excel's own line
    first = lines[start : start + 1]
    separator = max(",;\t", key=lambda sign: len(next(csv.reader(first, delimiter=sign), [])))
    reader = csv.reader(lines[start:], delimiter=separator)
    end = start
    dropped = 0
    kept = lines[:start]
    for number, cells in enumerate(reader):
        # A row may be several lines long.
        begin = end
        end = start + reader.line_num
        row = dict(zip(columns, map(unescape_formula, cells), strict=False))
        if number and cells and goes(row):
            dropped += 1
        else:
            kept += lines[begin:end]
    mark = "" if text.encode() == data else "\ufeff"
    return (mark + "".join(kept)).encode(), dropped
