"""Wait for a condition in another process or in a browser page."""

import time
from collections.abc import Callable
from typing import TypeVar

# Long, since a busy machine is slow.
PATIENCE = 180
T = TypeVar("T")


def until(condition: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Return the value of the condition once it is true; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"waited {seconds} s for this: {what}"
        time.sleep(0.05)
    return value
