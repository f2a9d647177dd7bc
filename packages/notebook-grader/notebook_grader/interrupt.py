"""Ctrl-C and SIGTERM end a run, whenever they come and whatever runs then."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_came = threading.Event()


@contextmanager
def handle_interrupts() -> Iterator[None]:
    """SIGINT and SIGTERM raise KeyboardInterrupt, also where a shell started this in the background.

    What a shell so starts is deaf to SIGINT; but results are kept, so whoever sends it can mean nothing else.
    """

    def interrupt(*_: object) -> None:
        _came.set()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _came.clear()


def raise_if_interrupted() -> None:
    """Raise KeyboardInterrupt again if one was raised where Python drops it, as in a destructor."""
    if _came.is_set():
        raise KeyboardInterrupt
