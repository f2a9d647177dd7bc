"""Spread submissions over the workers and take each result as soon as it is there.

Only as many submissions are read and sent as keep the workers busy, so memory does not grow with their number.
A fault of a machine is tried again on another; a fault of a student's code is a result like any other.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from distributed import Future

from coursework.grading.crew import Crew, NoCrew
from coursework.grading.intake import File, Refused
from coursework.grading.progress import Progress
from coursework.grading.store import Result
from coursework.grading.task import Answer, Fault, Graded, Job, Unusable

TRIES = 3  # of one submission, where a machine is at fault
AHEAD = 2  # submissions sent for each thread: one that runs, one that waits
PAUSE = 0.05  # seconds between two looks at what has ended
FETCH = 60  # seconds that a result may take to arrive


@dataclass(frozen=True)
class Task:
    """One submission that has to be graded."""

    student: str
    file: File


@dataclass
class Outcome:
    """What became of the tasks: why some were refused, and why the grader failed on some."""

    refused: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False


@dataclass(eq=False)
class _Turn:
    """One task on its way: how often a machine failed on it, which to avoid, and where it may run now."""

    task: Task
    faults: list[str] = field(default_factory=list)
    avoid: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)
    future: Future | None = None


def run_all(
    tasks: list[Task], job: Callable[[Task], Job], crew: Crew, keep: Callable[[Result, str], None]
) -> Outcome:
    """Grade all tasks; `job` reads one when its turn comes, `keep` gets each result and executed notebook.

    Ctrl-C and SIGTERM stop the running sandboxes, wherever they are; what was kept stays kept.
    """
    return _Engine(tasks, job, crew, keep).run()


class _Engine:
    def __init__(self, tasks, job, crew, keep) -> None:
        self._job, self._crew, self._keep = job, crew, keep
        self._waiting = deque(map(_Turn, tasks))
        self._flying: list[_Turn] = []
        self._outcome = Outcome()
        self._progress = Progress(len(tasks))

    def run(self) -> Outcome:
        try:
            with _terminated_like_interrupted():
                while self._waiting or self._flying:
                    self._step()
        except KeyboardInterrupt:
            self._outcome.interrupted = True
        except NoCrew as error:
            for turn in [*self._flying, *self._waiting]:
                self._outcome.failed[turn.task.student] = str(error).rstrip(".")
        finally:
            self._crew.cancel([turn.future for turn in self._flying])
            self._progress.close()
        return self._outcome

    def _step(self) -> None:
        if self._crew.lost():
            self._again(self._flying)
            self._crew.come_back()
        self._crew.look()
        while self._waiting and len(self._flying) < AHEAD * self._crew.threads:
            self._send(self._waiting.popleft())
        ended = [turn for turn in self._flying if turn.future.status != "pending"]
        for turn in ended:
            self._flying.remove(turn)
            self._settle(turn)
        if not ended:
            self._rescue()
            time.sleep(PAUSE)

    def _send(self, turn: _Turn) -> None:
        try:
            job = self._job(turn.task)
        except Refused as error:
            self._outcome.refused[turn.task.student] = str(error)
            self._progress.advance(turn.task.student)
            return
        fit = self._crew.fit()
        turn.allowed = fit - turn.avoid or fit
        turn.future = self._crew.submit(job, turn.allowed)
        self._flying.append(turn)

    def _settle(self, turn: _Turn) -> None:
        status = turn.future.status
        if status == "finished":
            try:
                answer = turn.future.result(timeout=FETCH)
            except Exception as error:  # its worker went away with it
                self._fault(turn, f"its result did not arrive: {error}")
            else:
                self._take(turn, answer)
        elif status == "error":
            self._fault(turn, str(turn.future.exception()))
        else:  # cancelled or lost together with the scheduler
            self._again([turn])

    def _take(self, turn: _Turn, answer: Answer) -> None:
        student = turn.task.student
        turn.future = None  # the scheduler may forget it
        match answer:
            case Graded(result, notebook):
                try:
                    self._keep(result, notebook)
                except OSError:
                    raise
                except Exception as error:  # a notebook that cannot be shown must not cost the others
                    self._outcome.failed[student] = f"{type(error).__name__}: {str(error)[:200]}"
            case Unusable(reason):
                self._outcome.refused[student] = reason
            case Fault(reason, None):
                self._outcome.failed[student] = reason
            case Fault(reason, worker):
                turn.avoid.add(worker)
                self._crew.doubt(worker)
                self._fault(turn, reason)
                return
        self._progress.advance(student)

    def _fault(self, turn: _Turn, reason: str) -> None:
        """A machine failed: another try, or the end of it."""
        turn.faults.append(reason)
        if len(turn.faults) < TRIES:
            self._again([turn])
        else:
            self._outcome.failed[turn.task.student] = f"{TRIES} tries failed, the last one so: {reason}"
            self._progress.advance(turn.task.student)

    def _again(self, turns: list[_Turn]) -> None:
        for turn in list(turns):
            turn.future = None
            if turn in self._flying:
                self._flying.remove(turn)
            self._waiting.appendleft(turn)

    def _rescue(self) -> None:
        """Take back what waits for workers that are all gone or refused."""
        present = self._crew.present()
        stranded = [turn for turn in self._flying if not turn.allowed & present]
        self._crew.cancel([turn.future for turn in stranded])
        for turn in stranded:
            self._flying.remove(turn)
            self._fault(turn, "the worker that ran it ended or was refused")


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM has the effect of Ctrl-C."""

    def terminate(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
