"""Processes of their own, with limits on time and memory, for whatever reads what a student made.

A file, a message of a kernel or a text can be made to take for ever, or all memory there is. What is read
here costs its own student time, and nobody else anything.
"""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import contextmanager
from typing import Any

from pebble import ProcessExpired, ProcessPool

from notebook_grader.limits import MB

MEMORY = 2048  # MB that a process may have
# What tells that a process had too little time or memory.
GAVE_UP = (TimeoutError, BrokenExecutor, ProcessExpired, MemoryError, RecursionError)
_pool: ProcessPool | None = None
_stopped = False  # whether callers are to end, rather than to have new processes
_opening = threading.RLock()
_waited_for = set[Future]()


class Excess(Exception):
    """Something took more time or memory than it may."""


def call(function: Callable[..., Any], *args: object, seconds: float) -> Any:
    """What a function gives that is found by its name, run behind the gate within so many seconds.

    Raises `Excess` where it takes longer or needs too much memory, `CancelledError` while all are stopped,
    and whatever the function raises.
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
    """Have so many processes, for as many callers at a time."""
    global _pool
    with _opening:
        close()
        # Not forked: this process has threads and connections.
        context = multiprocessing.get_context("spawn")
        _pool = ProcessPool(max_workers=count, context=context, initializer=_limit_memory)


def close() -> None:
    """End the processes, and whatever runs below them, such as sandboxes."""
    if _pool is not None:
        _pool.stop()
        _pool.join()
        for future in [*_waited_for]:  # a pool that stops leaves them as they are
            future.cancel()


@contextmanager
def stopped() -> Iterator[None]:
    """End the processes; who calls meanwhile, as a thread does that was between two runs, has to end too."""
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
        if _pool is None or not _pool.active:  # or a process ended while it had nothing to do
            open_processes(1)
        assert _pool is not None
        return _pool


def _limit_memory() -> None:
    import resource  # only Unix has it, and only there submissions run

    # The soft limit alone: a sandbox below may have another.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY * MB, resource.getrlimit(resource.RLIMIT_AS)[1]))
