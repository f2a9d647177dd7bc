"""Grade many submissions, several at once, and show how far it is."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TextIO

from exercises.grading.grade import grade
from exercises.grading.assignment import Assignment
from exercises.grading.intake import File, Refused, contents
from exercises.grading.limits import Limits
from exercises.grading.run import SandboxError, Stopped
from exercises.grading.store import Result


@dataclass(frozen=True)
class Task:
    """One submission that has to be graded."""

    student: str
    file: File


@dataclass
class Outcome:
    """What became of the tasks: why some were refused, and why the grader failed on some."""

    refused: dict[str, str]
    failed: dict[str, str]
    interrupted: bool = False


class Progress:
    """One line on a terminal that tells how far the grading is; silent elsewhere."""

    WIDTH = 24

    def __init__(self, total: int, stream: TextIO = sys.stderr) -> None:
        self.total, self.done, self.stream = total, 0, stream
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
        bar = "#" * (self.WIDTH * self.done // self.total)
        left = (time.monotonic() - self.started) / self.done * (self.total - self.done) if self.done else None
        told = "" if left is None else f"about {left:.0f} s left"
        self.stream.write(f"\r\x1b[K[{bar:.<{self.WIDTH}}] {self.done}/{self.total} {told}  {student[:24]}")
        self.stream.flush()


def run_all(
    tasks: list[Task],
    assignment: Assignment,
    limits: Limits,
    workers: int,
    unsafe: bool,
    keep: Callable[[Result, str], None],
) -> Outcome:
    """Grade all tasks; `keep` gets each result and executed notebook as soon as it is there.

    Ctrl-C and SIGTERM stop the running sandboxes at once; what was kept stays kept.
    """
    outcome = Outcome({}, {})
    stop = threading.Event()

    def one(task: Task) -> tuple[Result, str]:
        if stop.is_set():
            raise Stopped
        data = contents(task.file, limits.notebook)
        return grade(task.student, task.file.name, data, assignment, limits, unsafe, stop)

    def terminate(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    progress = Progress(len(tasks))
    pool = ThreadPoolExecutor(workers)
    try:
        running = {pool.submit(one, task): task for task in tasks}
        while running:
            # With a time limit, so that Ctrl-C is noticed.
            done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in done:
                task = running.pop(future)
                _settle(future, task, outcome, keep)
                progress.advance(task.student)
    except KeyboardInterrupt:
        outcome.interrupted = True
        stop.set()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        progress.close()
        signal.signal(signal.SIGTERM, before)
    return outcome


def _settle(future: Future, task: Task, outcome: Outcome, keep: Callable[[Result, str], None]) -> None:
    try:
        keep(*future.result())
    except Refused as error:
        outcome.refused[task.student] = str(error)
    except SandboxError as error:
        outcome.failed[task.student] = str(error)
    except Exception as error:  # one submission that breaks the grader must not cost the others
        outcome.failed[task.student] = f"{type(error).__name__}: {str(error)[:200]}"
