"""What a seal is made of: the place of a value on a grid as fine as its tolerance, and a short hash of it.

The hash is no secret's keeper. Whoever wants to can try every place of the grid; so a sealed answer is kept
from a glance, a search and a guess, and carries no marks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context

from plain_answers.parsing import Plain, parse_text

STEPS = 10
"""Places of the grid within a tolerance: what is accepted goes beyond it by a tenth of it at most."""
# A number without a tolerance is a count, and right to six digits; halves go up, as a browser rounds them.
_COUNT = Context(prec=6, rounding=ROUND_HALF_UP)


def find_place(value: Plain, within: float) -> str:
    """The name of the place where a value lies: of its grid, or what it is, where nothing may be off."""
    return next(list_places(value, within))


def list_places(value: Plain, within: float) -> Iterator[str]:
    """The names of all places within the tolerance of a value, its own first."""
    if isinstance(value, (bool, str)):
        yield parse_text(str(value))
    elif not within or math.isinf(value / (within / STEPS)):
        yield format(_COUNT.create_decimal_from_float(float(value)), ".5e") if value else "0"
    else:
        own = math.floor(value / (within / STEPS) + 0.5)
        yield str(own)
        for step in range(1, STEPS + 1):
            yield str(own - step)
            yield str(own + step)


def hash_text(text: str) -> str:
    """The first 48 bits of FNV-1a's 64, in hexadecimal.

    A browser keeps its own SHA-256 for encrypted connections, which a classroom's server may not have, and
    one by hand would be the longest part of the page's script.
    """
    total = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "replace"):
        total = (total ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{total >> 16:012x}"


def hash_place(place: str, label: str, name: str, salt: str) -> str:
    """The seal of a place. What differs stands first, so that all of the hash follows it."""
    return hash_text(f"{place}|{label}|{name}|{salt}")
