"""How far a run is: one line on a terminal, and sentences about what holds it up."""

from __future__ import annotations

import sys
import time
from typing import TextIO

WIDTH = 24


class Progress:
    """One line on a terminal that tells how far the grading is; silent elsewhere."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.total, self.done, self.stream = total, 0, stream or sys.stderr
        self.started = time.monotonic()
        self._show("")

    def advance(self, student: str) -> None:
        self.done += 1
        self._show(student)

    def close(self) -> None:
        if self.total and self.stream.isatty():
            self.stream.write("\n")

    def _show(self, student: str) -> None:
        if not self.total or not self.stream.isatty():
            return
        bar = "#" * (WIDTH * self.done // self.total)
        left = (time.monotonic() - self.started) / self.done * (self.total - self.done) if self.done else None
        remaining = "" if left is None else f"about {left:.0f} s left"
        self.stream.write(f"\r\x1b[K[{bar:.<{WIDTH}}] {self.done}/{self.total} {remaining}  {student[:24]}")
        self.stream.flush()


def say(sentence: str) -> None:
    """Tell something during a run, on a line of its own."""
    start = "\r\x1b[K" if sys.stderr.isatty() else ""
    print(start + sentence, file=sys.stderr, flush=True)
