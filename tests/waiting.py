"""Wait for something that happens elsewhere: in another process, or in a browser's page."""

import time
from collections.abc import Callable
from typing import TypeVar

# A long wait: a busy machine is slow, not wrong.
PATIENCE = 180
T = TypeVar("T")


def until(condition: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Come back with what the condition gives once that is true; fail if it never is."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"waited {seconds} s for this: {what}"
        time.sleep(0.05)
    return found
