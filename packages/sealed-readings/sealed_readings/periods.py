"""Dates as text: a year, a month such as 2016-03, or a day; and how evidence lies to the date that
is asked.

Two dates are compared at the coarser precision of both: 2022-01 is neither before nor after 2022.
"""

import re
from datetime import date

# How evidence lies to the date that a reading asks about. Evidence of another date decides nothing.
OWN, BRACKETS, OTHER = DATES = "own", "brackets", "other"
NOW, BY, TO = "now", "by ", " to "
ASKS = "'2014 to 2022', '2022', '2023-01', 'by 2023-05-23', 'now' or empty"
_DATE = re.compile(r"\b\d{4}(?!\d)(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?!\d))?")


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written as 2000-01-31."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)) and bool(
            date.fromisoformat(text)
        )
    except ValueError:
        return False


def is_date(text: str) -> bool:
    """Whether a text is a year, a month such as 2016-03, or a day of the calendar."""
    return bool(re.fullmatch(r"\d{4}(-\d\d){0,2}", text)) and is_day(f"{text}-01-01"[:10])


def is_after(one: str, other: str) -> bool:
    """Whether a date is after another, at the coarser precision of both."""
    length = min(len(one), len(other))
    return one[:length] > other[:length]


def is_asked(text: str) -> bool:
    """Whether a text can stand in the column `asks`."""
    if text in ("", NOW):
        return True
    first, to, last = text.partition(TO)
    if to:
        return is_date(first) and is_date(last) and not is_after(first, last)
    return is_date(text.removeprefix(BY))


def find_ends(text: str) -> tuple[str, str]:
    """First and last date in a text; empty if it has none.

    Examples
    --------
    >>> find_ends("2014-2020"), find_ends("to 2018-07"), find_ends("Han dynasty")
    (('2014', '2020'), ('2018-07', '2018-07'), ('', ''))
    """
    dates = _DATE.findall(text) or [""]
    return dates[0], dates[-1]


def compare(asks: str, start: str, end: str, today: str) -> str:
    """How evidence from `start` to `end` lies to what is asked: own, brackets or other.

    `asks` is "A to B" (a change), "P" (a state), "by P" (what had happened by then), "now" (the
    date of the article, `today`) or empty (no date). Evidence without a date is own only if no date
    is asked.
    """
    if not asks:
        return OWN
    if not (start and end):
        return OTHER
    first, to, last = asks.partition(TO)
    if to:
        return OWN if _are_same(start, first) and _are_same(end, last) else OTHER
    asked = today if asks == NOW else asks.removeprefix(BY)
    brackets = is_after(asked, start) and is_after(end, asked)
    if asks == NOW:
        # The year of the article as far as it had gone, or the last full one.
        own = end[:4] in (asked[:4], str(int(asked[:4]) - 1)) and not is_after(end, asked)
    elif asks.startswith(BY):
        own = not is_after(end, asked)
        brackets = not is_after(start, asked)
    else:
        own = _are_same(start, asked) and _are_same(end, asked)
    return OWN if own else BRACKETS if brackets else OTHER


def _are_same(one: str, other: str) -> bool:
    return not is_after(one, other) and not is_after(other, one)
