"""Make feedback pages in a process of their own: what a student wrote must not hold up the run.

A page that takes too long, or too much memory, is made again in a plain form, from texts as they stand.
"""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import resource
from pathlib import Path

import nbformat
from pebble import ProcessExpired, ProcessPool

from coursework.grading import feedback
from coursework.grading.limits import MB
from coursework.grading.marks import Mark
from coursework.grading.store import Result

SECONDS = 20  # that one page may take
MEMORY = 2048  # MB that the process may have


class Renderer:
    """Makes feedback pages; a context that ends its process."""

    def __enter__(self) -> Renderer:
        self._pool: ProcessPool | None = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.stop()
            self._pool.join()

    def page(self, notebook: Path, result: Result, marks: dict[str, Mark], assignment: str) -> str:
        """The feedback on an executed notebook."""
        if not self._pool:
            # Not forked: this process has threads, and connections that are its own.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(max_workers=1, context=context, initializer=_limit_memory)
        for plain in (False, True):
            making = self._pool.schedule(
                _make, args=(notebook, result, marks, assignment, plain), timeout=SECONDS
            )
            try:
                return making.result()
            except (concurrent.futures.TimeoutError, ProcessExpired, MemoryError, RecursionError) as error:
                failed = error
        raise failed


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY * MB, MEMORY * MB))


def _make(path: Path, result: Result, marks: dict[str, Mark], assignment: str, plain: bool) -> str:
    notebook = nbformat.read(path, as_version=4)
    return feedback.render_page(notebook, result, marks, assignment, plain)
