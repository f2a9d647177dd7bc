"""Make feedback pages in a process of their own: what a student wrote must not hold up the run.

A page that takes too long, or too much memory, is made again in a plain form, from texts as they stand.
"""

import multiprocessing
import threading
from concurrent.futures import BrokenExecutor
from functools import cache

import nbformat
from pebble import ProcessExpired, ProcessPool

from notebook_grader import feedback
from notebook_grader.limits import MB
from notebook_grader.marks import Mark
from notebook_grader.store import Result

SECONDS = 20  # that one page may take
MEMORY = 2048  # MB that the process may have
# What tells that a process had too little time or memory.
GAVE_UP = (TimeoutError, BrokenExecutor, ProcessExpired, MemoryError, RecursionError)
_one_at_a_time = threading.Lock()


def make_page(notebook: str, result: Result, marks: dict[str, Mark], assignment: str) -> str:
    """The feedback on an executed notebook."""
    for plain in (False, True):
        given = notebook, result, marks, assignment, plain
        with _one_at_a_time:
            if not _get_pool().active:  # its process ended while it had nothing to do
                _get_pool.cache_clear()
            try:
                return _get_pool().schedule(_make, args=given, timeout=SECONDS).result()
            except GAVE_UP as error:
                failed = error
    raise failed


@cache
def _get_pool() -> ProcessPool:
    """One process, which ends with this one. Not forked: this process has threads and connections."""
    return ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn"), initializer=_limit_memory)


def _limit_memory() -> None:
    import resource  # only Unix has it, and only there submissions run

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY * MB, MEMORY * MB))


def _make(text: str, result: Result, marks: dict[str, Mark], assignment: str, plain: bool) -> str:
    notebook = nbformat.reads(text, as_version=4)
    return feedback.render_page(notebook, result, marks, assignment, plain)
