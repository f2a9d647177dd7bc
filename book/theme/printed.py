"""Tables that a cell printed, as tables: a screen reader hears of which row and column a number is.

pandas fills each column to its width, so a column ends where every line has a gap. What does not come apart
so stays the text that it is.
"""

import re
from html import escape

LINES, MOST = 3, 100  # of a table that is worth being one, and of a print that anybody reads
_NAME = re.compile(r"[\w.% ]{1,24}")  # of rows: it stands alone in its line
_NUMBER = re.compile(r"[-+−]?[\d,]*\.?\d+%?|-?inf|NaN|–|")


def split_columns(lines: list[str]) -> list[list[str]] | None:
    """The cells of each line of a printed table, or None where it is none.

    Every line gives a cell to every column; one that is empty is "".
    """
    named = [_is_name(line, index) for index, line in enumerate(lines)]
    rows = [line for line, name in zip(lines, named) if not name]
    wrapped = any(line.strip(" \\") != line.strip() for line in lines)
    if len(lines) < LINES or len(rows) < LINES - 1 or wrapped:
        return None
    edges = _find_edges([f"{line:<{max(map(len, rows)) + 1}}" for line in rows])
    parts = iter([[line[a:b].strip() for a, b in zip(edges, [*edges[1:], None])] for line in rows])
    empty = [""] * (len(edges) - 1)
    cells = [[line.strip(), *empty] if name else next(parts) for line, name in zip(lines, named)]
    alone = any(not name and sum(map(bool, row)) < 2 for row, name in zip(cells, named))
    whole = not any("  " in cell for row in cells for cell in row)
    return cells if empty and not alone and whole and not _has_second_head(cells) else None


def _has_second_head(rows: list[list[str]]) -> bool:
    """Whether a column of numbers has something else below its head: then two tables follow each other."""
    columns = (list(filter(None, column)) for column in zip(*rows[2 if len(rows) > LINES else 1 :]))
    counts = [(sum(bool(_NUMBER.fullmatch(cell)) for cell in column), len(column)) for column in columns]
    return any(2 * numbers > cells > numbers for numbers, cells in counts)


def _is_name(line: str, index: int) -> bool:
    """Whether a line has nothing but the name of the rows, or of the columns."""
    return index < 2 and bool(_NAME.fullmatch(line.strip())) and line[:1] != " " and "  " not in line.strip()


def _find_edges(lines: list[str]) -> list[int]:
    """Where columns begin, in lines of one length: behind two spaces in each, or one between two numbers."""
    blank = [all(line[place] == " " for line in lines) for place in range(len(lines[0]))]
    starts = [place for place in range(1, len(blank)) if blank[place - 1] and not blank[place]]

    def parts(line: str, start: int) -> bool:
        before, after = line[:start], line[start:]
        apart = before.endswith("  ") or not before.strip() or after.startswith(" ")
        return apart or all(_NUMBER.fullmatch(part[0]) for part in (before.split()[-1:], after.split()[:1]))

    first = next((place for place, empty in enumerate(blank) if not empty), 0)
    return [0, *(start for start in starts if start > first and all(parts(line, start) for line in lines))]


def find_tables(printed: str) -> list[str | list[list[str]]]:
    """What was printed, in its order: texts, and tables as rows of cells."""
    lines = printed.rstrip().splitlines()
    found: list[str | list[list[str]]] = _find(lines) if len(lines) <= MOST else [printed]
    # Half of a table would say less than its text.
    torn = any(isinstance(part, str) and "  " in part.strip() for part in found)
    return [printed.rstrip()] if torn else found


def _find(lines: list[str]) -> list[str | list[list[str]]]:
    for size in range(len(lines), LINES - 1, -1):
        for start in range(len(lines) - size + 1):
            if rows := split_columns(lines[start : start + size]):
                return [*_find(lines[:start]), rows, *_find(lines[start + size :])]
    return ["\n".join(lines)] if lines else []


def render_table(rows: list[list[str]]) -> str:
    """The HTML of a table whose first line is its head."""
    # The names of rows and columns stand in lines of their own.
    heads = next(index for index, row in enumerate([*rows[1:], [""]], 1) if any(row[1:]) or not row[0])
    body = rows[heads:]
    numeric = [all(_NUMBER.fullmatch(cell) for cell in column) for column in zip(*body)]

    def render(row: list[str], head: bool) -> str:
        made = ""
        for index, (cell, number) in enumerate(zip(row, numeric)):
            kind = "th" if cell and (head or not index) else "td"
            scope = f' scope="{"col" if head else "row"}"' if kind == "th" else ""
            aligned = ' class="number"' if number else ""
            made += f"<{kind}{scope}{aligned}>{escape(cell)}</{kind}>"
        return f"<tr>{made}</tr>"

    parts = (rows[:heads], True), (body, False)
    top, rest = ("".join(render(row, head) for row in part) for part, head in parts)
    return f'<table class="data"><thead>{top}</thead><tbody>{rest}</tbody></table>'
