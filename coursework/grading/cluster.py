"""Spread submissions over the workers of a Dask cluster, and take each result as soon as it is there.

The cluster is a scheduler's, or this machine's own cores. Dask itself restarts what ran on a worker that
ended, tries again what a machine failed on, and connects again to a scheduler that went away. Every worker
is checked before it gets work; one that may not grade is named with the reason.
"""

from __future__ import annotations

import importlib.util
import logging
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from distributed import Client, Future, KilledWorker, LocalCluster, wait
from distributed.client import ClosedClientError, FuturesCancelledError

from coursework.grading import course
from coursework.grading.intake import File, Refused
from coursework.grading.progress import Progress, show_message
from coursework.grading.store import Result
from coursework.grading.worker import Job, Requirements, check_worker, grade_submission

LOOK_SECONDS = 1.0  # between two looks at which workers are there
CONNECT_SECONDS = 5  # that a first attempt to reach the scheduler may take
FETCH_SECONDS = 60  # that a result may take to arrive
RETRIES = 2  # of one submission, where a machine is at fault
AHEAD = 2  # submissions sent for each thread: one that runs, one that waits
LOCAL = "127.0.0.1:0"


class ClusterError(Exception):
    """Nobody can grade, or not any more; the message says why."""


@dataclass(frozen=True)
class Options:
    """Where to grade: at a scheduler's address, or in so many threads of this machine.

    `wait` is how many seconds a scheduler, a database or the last worker may be away.
    """

    scheduler: str | None = None
    threads: int = 1
    wait: int = 300


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


@dataclass
class _Worker:
    """A worker as this run knows it; `check` is None once its answer has been read."""

    name: str
    threads: int
    check: Future | None
    fit: bool = False


class Cluster:
    """The workers that may grade; a context, so that nothing is left running."""

    def __init__(self, options: Options, unsafe: bool) -> None:
        self.required = Requirements(course.read_version(), unsafe)
        self._options = options
        self._workers: dict[tuple[str, str], _Worker] = {}  # by address and folder
        self._local: LocalCluster | None = None
        self._client: Client | None = None
        self._looked = 0.0
        self._absent_since: float | None = None
        self._absence_reported = False

    def __enter__(self) -> Cluster:
        # What a person needs to know is said by `say`; the client's log has a level of its own.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._connect()
            self._wait_for_first_worker()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for part in (self._client, self._local):
            if part is not None:
                part.close()

    @property
    def threads(self) -> int:
        """How many submissions can run at the same time."""
        return sum(worker.threads for worker in self._workers.values() if worker.fit)

    @property
    def address(self) -> str:
        """Where this grades, for a message."""
        return self._options.scheduler or "this machine"

    def submit(self, job: Job) -> Future:
        """Send one submission to whichever worker may grade it."""
        resources = {self.required.resource: 1}
        return self._submit(grade_submission, job, resources=resources, retries=RETRIES)

    def wait(self, futures: Iterable[Future]) -> list[Future]:
        """Those of the futures that have ended, after a second at most.

        Where the scheduler went away, this waits until it is back; what ran is then cancelled.

        Raises
        ------
        ClusterError
            If the scheduler, or the last worker, was away for longer than the run waits.
        """
        futures = list(futures)
        checks = [worker.check for worker in self._workers.values() if worker.check]
        if futures or checks:
            with suppress(TimeoutError, FuturesCancelledError, ClosedClientError):
                wait([*futures, *checks], timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
        else:
            time.sleep(LOOK_SECONDS / 5)
        if self._client.status != "running":
            self._wait_for_scheduler()
        self._look()
        return [future for future in futures if future.status != "pending"]

    def cancel(self, futures: Iterable[Future]) -> None:
        """End tasks, running ones too."""
        if (futures := list(futures)) and self._client.status == "running":
            with suppress(ClosedClientError):
                self._client.cancel(futures, force=True)

    def _connect(self) -> None:
        options = self._options
        if options.scheduler is None:
            # The submissions are processes of their own, so threads are enough; they need no care for memory.
            self._local = LocalCluster(
                n_workers=1,
                threads_per_worker=options.threads,
                processes=False,
                # With the defaults, both would answer to the whole network.
                dashboard_address=LOCAL,
                worker_dashboard_address=LOCAL,
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
        place = self._local or options.scheduler
        try:
            if (
                self._local is None
            ):  # the client below waits long for a scheduler, also for one that never was
                Client(place, timeout=CONNECT_SECONDS, set_as_default=False).close()
            self._client = Client(place, timeout=options.wait)
        except (OSError, ValueError) as error:
            raise ClusterError(f"No scheduler answers at {options.scheduler} ({_reason(error)}).") from None

    def _wait_for_first_worker(self) -> None:
        while not self.threads:
            self.wait([])
            if self._workers and not any(worker.fit or worker.check for worker in self._workers.values()):
                raise ClusterError(f"No worker at {self.address} can grade; the reason of each is above.")
        if self._local is None:
            fit = sum(worker.fit for worker in self._workers.values())
            show_message(f"Grading at {self.address}; workers: {fit}, threads: {self.threads}.")
        # Dask draws its dashboard with bokeh; another scheduler may have it where we do not.
        drawn = self._local is None or importlib.util.find_spec("bokeh")
        if drawn and "dashboard" in self._client.scheduler_info(n_workers=0)["services"]:
            show_message(f"Dashboard: {self._client.dashboard_link}")

    def _wait_for_scheduler(self) -> None:
        wait = self._options.wait
        show_message(f"The scheduler at {self.address} is gone; waiting up to {wait} seconds for it.")
        self._workers.clear()
        while self._client.status == "connecting":
            time.sleep(LOOK_SECONDS / 5)
        if self._client.status != "running":
            raise self._scheduler_away()
        show_message("The scheduler is back; what was running is started again.")

    def _look(self) -> None:
        """Take note of workers that came, went, withdrew or were checked."""
        for (address, _), worker in self._workers.items():
            self._read_check(address, worker)
        if self.threads and time.monotonic() < self._looked + LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        try:
            info = self._client.scheduler_info()["workers"]
        except (OSError, RuntimeError, ClosedClientError):  # it has just gone away: the next `wait` says so
            return
        there = {(address, worker["local_directory"]): worker for address, worker in info.items()}
        self._workers = {key: worker for key, worker in self._workers.items() if key in there}
        for key, found in there.items():
            worker = self._workers.get(key)
            withdrew = worker and worker.fit and not found["resources"].get(self.required.resource)
            if worker is None or withdrew:
                self._workers[key] = _Worker(str(found["name"]), found["nthreads"], self._check(key[0]))
        self._report_absence()

    def _check(self, address: str) -> Future:
        return self._submit(check_worker, self.required, workers=[address], priority=100)

    def _submit(self, *task: Any, **how: Any) -> Future:
        try:
            return self._client.submit(*task, **how, pure=False)
        except ClosedClientError:  # Dask gave up connecting again
            raise self._scheduler_away() from None

    def _scheduler_away(self) -> ClusterError:
        return ClusterError(f"The scheduler was away for {self._options.wait} seconds.")

    def _read_check(self, address: str, worker: _Worker) -> None:
        if worker.check is None or worker.check.status == "pending":
            return
        if worker.check.cancelled():
            worker.check = self._check(address)
            return
        if worker.check.status == "finished":
            problem = worker.check.result(timeout=CONNECT_SECONDS)
        else:
            problem = f"it has another version of the course ({_reason(worker.check.exception())})"
        worker.check, worker.fit = None, problem is None
        if problem:
            name = worker.name if worker.name == address else f"{worker.name} ({address})"
            show_message(f"The worker {name} gets no submissions: {problem.rstrip('.')}.")

    def _report_absence(self) -> None:
        """Say that nobody can grade, and that somebody can again; give up where it takes too long."""
        if self.threads or any(worker.check for worker in self._workers.values()):
            if self.threads and self._absence_reported:
                show_message("A worker is there; the grading goes on.")
                self._absence_reported = False
            self._absent_since = None
            return
        now, limit = time.monotonic(), self._options.wait
        self._absent_since = self._absent_since or now
        if now > self._absent_since + limit:
            raise ClusterError(f"No worker that can grade was at {self.address} for {limit} seconds.")
        if now > self._absent_since + LOOK_SECONDS and not self._absence_reported:
            show_message(
                f"No worker that can grade is at {self.address}; waiting up to {limit} seconds for one."
            )
            self._absence_reported = True


def grade_all(
    tasks: list[Task], read: Callable[[Task], Job], cluster: Cluster, save: Callable[[Result, str], None]
) -> Outcome:
    """Grade all tasks; `read` reads one when its turn comes, `save` gets each result and executed notebook.

    Only as many submissions are read and sent as keep the workers busy, so memory does not grow with their
    number. Ctrl-C and SIGTERM stop the running sandboxes, wherever they are; what was saved stays saved.
    """
    outcome, progress = Outcome(), Progress(len(tasks))
    waiting, running = deque(tasks), dict[Future, Task]()
    try:
        with _interrupted_by_sigterm():
            while waiting or running:
                while waiting and len(running) < AHEAD * cluster.threads:
                    task = waiting[0]  # still there if it cannot be sent
                    try:
                        running[cluster.submit(read(task))] = task
                    except Refused as error:
                        outcome.refused[task.student] = str(error)
                        progress.advance(task.student)
                    waiting.popleft()
                for future in cluster.wait(running):
                    if future.cancelled():  # together with the scheduler
                        waiting.appendleft(running.pop(future))
                        continue
                    with suppress(
                        TimeoutError
                    ):  # where the worker went away with the result, it is made again
                        _settle(running[future].student, _answer(future), outcome, save)
                        progress.advance(running.pop(future).student)
    except KeyboardInterrupt:
        outcome.interrupted = True
    except ClusterError as error:
        for task in [*running.values(), *waiting]:
            outcome.failed[task.student] = str(error).rstrip(".")
    finally:
        cluster.cancel(running)
        progress.close()
    return outcome


def _answer(future: Future) -> Any:
    """What a task gave, or the error that ended its last try."""
    if future.status == "error":
        return future.exception(timeout=FETCH_SECONDS)
    return future.result(timeout=FETCH_SECONDS)


def _settle(student: str, answer: Any, outcome: Outcome, save: Callable[[Result, str], None]) -> None:
    if isinstance(answer, Refused):
        outcome.refused[student] = str(answer)
    elif isinstance(answer, KilledWorker):
        outcome.failed[student] = "every worker that ran it ended"
    elif isinstance(answer, BaseException):
        outcome.failed[student] = f"{RETRIES + 1} tries failed, the last one so: {_reason(answer)}"
    else:
        try:
            save(*answer)
        except OSError:
            raise
        except Exception as error:  # a notebook that cannot be shown must not cost the others
            outcome.failed[student] = f"{type(error).__name__}: {str(error)[:200]}"


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """SIGTERM has the effect of Ctrl-C."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _reason(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
