"""Hash values for seals: the place of a value on a grid as fine as its tolerance, and a short hash
of it.

The hash protects no secret: one can try every place of the grid. Sealed answers are hidden from a
glance, a search and a guess, so they carry no marks.
"""

import math
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context

from plain_answers.parsing import Plain, parse_text

STEPS = 10
"""Steps of the grid within a tolerance: a seal accepts up to a tenth of the tolerance more."""
# Numbers without a tolerance are compared to six digits; halves are rounded up, as in a browser.
_COUNT = Context(prec=6, rounding=ROUND_HALF_UP)


def find_place(value: Plain, within: float) -> str:
    """Name the place of a value on its grid; without a tolerance, the value itself."""
    return next(list_places(value, within))


def list_places(value: Plain, within: float) -> Iterator[str]:
    """Name all places within the tolerance of a value, its own first."""
    if isinstance(value, (bool, str)):
        yield parse_text(str(value))
    elif not within or math.isinf(value / (within / STEPS)):
        yield format(_COUNT.create_decimal_from_float(float(value)), ".5e") if value else "0"
    else:
        place = math.floor(value / (within / STEPS) + 0.5)
        yield str(place)
        for step in range(1, STEPS + 1):
            yield str(place - step)
            yield str(place + step)


def hash_text(text: str) -> str:
    """Return the first 48 bits of the 64-bit FNV-1a hash in hexadecimal.

    Browsers offer SHA-256 only over HTTPS, which a classroom's server may lack.
    """
    total = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "replace"):
        total = (total ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{total >> 16:012x}"


def hash_place(place: str, label: str, name: str, salt: str) -> str:
    """Hash a place. The part that differs comes first, so that it changes the whole hash."""
    return hash_text(f"{place}|{label}|{name}|{salt}")
