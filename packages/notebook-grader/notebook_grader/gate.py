"""Processes with limits on time and memory for code that reads what a student made.

Files, kernel messages and texts can be crafted to take for ever, or all memory. Read here, they
cost their own student time, and nobody else anything.
"""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import contextmanager
from typing import Any

from pebble import ProcessExpired, ProcessPool

from notebook_grader.limits import MB

MEMORY = 2048  # MB of one process
# Raised where a process had too little time or memory.
GAVE_UP = (TimeoutError, BrokenExecutor, ProcessExpired, MemoryError, RecursionError)
_pool: ProcessPool | None = None
_stopped = False  # whether calls are cancelled instead of starting new processes
_opening = threading.RLock()
_waited_for = set[Future]()


class Excess(Exception):
    """A call exceeded its limit on time or memory."""


def call(function: Callable[..., Any], *args: object, seconds: float) -> Any:
    """Call an importable function in a process with limits, for at most so many seconds.

    Raises `Excess` if it takes longer or needs too much memory, `CancelledError` while calls are
    stopped, and whatever the function raises.
    """
    with _opening:
        future = _get_pool().schedule(function, args=args, timeout=seconds)
        _waited_for.add(future)
    try:
        return future.result()
    except GAVE_UP as error:
        raise Excess from error
    finally:
        _waited_for.discard(future)


def open_processes(count: int) -> None:
    """Open so many processes, for as many simultaneous calls."""
    global _pool
    with _opening:
        close()
        # Not forked: this process has threads and connections.
        context = multiprocessing.get_context("spawn")
        _pool = ProcessPool(max_workers=count, context=context, initializer=_limit_memory)


def close() -> None:
    """End the processes and their children, such as sandboxes."""
    if _pool is not None:
        _pool.stop()
        _pool.join()
        for future in [*_waited_for]:  # a pool does not cancel them when it stops
            future.cancel()


@contextmanager
def stopped() -> Iterator[None]:
    """End the processes, and cancel calls meanwhile, such as those of a thread that was between two
    calls."""
    global _stopped
    with _opening:
        _stopped = True
        close()
    try:
        yield
    finally:
        _stopped = False


def _get_pool() -> ProcessPool:
    with _opening:
        if _stopped:
            raise CancelledError
        if _pool is None or not _pool.active:  # or an idle process ended
            open_processes(1)
        assert _pool is not None
        return _pool


def _limit_memory() -> None:
    import resource  # Unix only, where submissions run

    # Only the soft limit: a sandbox below may need another.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY * MB, resource.getrlimit(resource.RLIMIT_AS)[1]))
