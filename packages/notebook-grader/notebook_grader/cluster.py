"""Spread submissions over the workers of a Dask cluster, and take each result as soon as it is there.

The cluster is a scheduler's, or this machine's own cores. Dask itself restarts what ran on a worker that
ended, tries again what a machine failed on, connects again to a scheduler that went away, and knows which
workers may grade: those that offer a resource. Every worker is asked before it offers that; one that may not
grade is named with the reason.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, wait
from distributed.client import ClosedClientError, FuturesCancelledError

from notebook_grader import course
from notebook_grader.intake import File, Refused
from notebook_grader.interrupt import raise_if_interrupted
from notebook_grader.progress import Progress, show_message
from notebook_grader.worker import Graded, Job, Requirements, check_worker, grade_submission

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


class Cluster:
    """The workers that may grade; a context, so that nothing is left running."""

    def __init__(self, options: Options, unsafe: bool) -> None:
        self.required = Requirements(course.read_version(), unsafe)
        self.threads = 0  # how many submissions can run at the same time
        self._options = options
        self._address = options.scheduler or "this machine"
        # Why each worker may not grade, by address and folder: "" if it may, None until it has answered.
        self._problems: dict[tuple[str, str], str | None] = {}
        self._local: LocalCluster | None = None
        self._client: Client | None = None
        self._looked = self._able = time.monotonic()
        self._absence_reported = False

    def __enter__(self) -> Self:
        # What a person needs to know is said here; the client's log has a level of its own.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        # Dask keeps its last messages for its developers: thousands of submissions and assignments.
        dask.config.set({"distributed.admin.low-level-log-length": 0})
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

    def submit(self, job: Job) -> Future:
        """Send one submission to whichever worker may grade it."""
        return self._submit(grade_submission, job, resources={self.required.resource: 1}, retries=RETRIES)

    def wait(self, futures: Iterable[Future] = ()) -> list[Future]:
        """Those of the futures that have ended, after a second at most.

        Where the scheduler went away, this waits until it is back; what ran is then cancelled.

        Raises
        ------
        ClusterError
            If the scheduler, or the last worker, was away for longer than the run waits.
        """
        raise_if_interrupted()
        if futures := list(futures):
            with suppress(TimeoutError, FuturesCancelledError, ClosedClientError):
                wait(futures, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
        else:
            time.sleep(LOOK_SECONDS / 5)
        if self._client.status != "running":
            self._wait_for_scheduler()
        if not self.threads or time.monotonic() > self._looked + LOOK_SECONDS:
            self._look()
        return [future for future in futures if future.status != "pending"]

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
            if self._local is None:
                # The client below waits long for a scheduler, also for one that never was.
                Client(place, timeout=CONNECT_SECONDS, set_as_default=False).close()
            self._client = Client(place, timeout=options.wait)
        except (OSError, ValueError) as error:
            raise ClusterError(f"No scheduler answers at {options.scheduler} ({_explain(error)}).") from None

    def _wait_for_first_worker(self) -> None:
        while not self.threads:
            self.wait()
            if self._problems and all(self._problems.values()):
                raise ClusterError(f"No worker at {self._address} can grade; the reason of each is above.")
        if self._local is None:
            fit = list(self._problems.values()).count("")
            show_message(f"Grading at {self._address}; workers: {fit}, threads: {self.threads}.")

    def _wait_for_scheduler(self) -> None:
        wait = self._options.wait
        show_message(f"The scheduler at {self._address} is gone; waiting up to {wait} seconds for it.")
        self._problems.clear()
        self.threads = 0
        while self._client.status == "connecting":
            time.sleep(LOOK_SECONDS / 5)
        if self._client.status != "running":
            raise self._make_absence_error()
        show_message("The scheduler is back; what was running is started again.")
        self._able = time.monotonic()

    def _look(self) -> None:
        """Ask every worker that came, or withdrew, whether it may grade; see that there is one."""
        self._looked = time.monotonic()
        try:
            info = self._client.scheduler_info()["workers"]
        except (OSError, RuntimeError, ClosedClientError):  # it has just gone away: the next `wait` says so
            return
        workers = {(address, worker["local_directory"]): worker for address, worker in info.items()}
        offers = {key: worker["resources"].get(self.required.resource, 0) for key, worker in workers.items()}
        self.threads = int(sum(offers.values()))
        self._problems = {key: problem for key, problem in self._problems.items() if key in workers}
        for key, worker in workers.items():
            if key not in self._problems or (self._problems[key] == "" and not offers[key]):
                self._problems[key] = None
                check = self._submit(check_worker, self.required, workers=[key[0]], priority=100)
                check.add_done_callback(partial(self._note_check, key, str(worker["name"])))
        self._report_absence()

    def _note_check(self, key: tuple[str, str], name: str, check: Future) -> None:
        if check.cancelled():  # together with the scheduler
            return
        if check.status == "finished":
            try:
                problem = check.result(timeout=CONNECT_SECONDS) or ""
            except TimeoutError:  # it is asked again
                self._problems.pop(key, None)
                return
        else:
            problem = f"it has another version of the course ({_explain(check.exception())})"
        self._problems[key] = problem
        if problem:
            name = name if name == key[0] else f"{name} ({key[0]})"
            show_message(f"The worker {name} gets no submissions: {problem.rstrip('.')}.")

    def _report_absence(self) -> None:
        """Say that nobody can grade, and that somebody can again; give up where it takes too long."""
        now, limit = time.monotonic(), self._options.wait
        if self.threads or None in self._problems.values():
            if self.threads and self._absence_reported:
                show_message("A worker is there; the grading goes on.")
                self._absence_reported = False
            self._able = now
        elif now > self._able + limit:
            raise ClusterError(f"No worker that can grade was at {self._address} for {limit} seconds.")
        elif now > self._able + LOOK_SECONDS and not self._absence_reported:
            self._absence_reported = True
            waiting = f"waiting up to {limit} seconds for one"
            show_message(f"No worker that can grade is at {self._address}; {waiting}.")

    def _submit(self, *task: Any, **how: Any) -> Future:
        try:
            return self._client.submit(*task, **how, pure=False)
        except ClosedClientError:  # Dask gave up connecting again
            raise self._make_absence_error() from None

    def _make_absence_error(self) -> ClusterError:
        return ClusterError(f"The scheduler was away for {self._options.wait} seconds.")


def grade_all(
    tasks: list[Task],
    read: Callable[[Task], Job],
    cluster: Cluster,
    save: Callable[[list[tuple[Graded, bytes]]], dict[str, str]],
) -> Outcome:
    """Grade all tasks; `read` reads one when its turn comes, `save` gets what ended since, and its bytes.

    `save` returns why it could not keep some, by student.

    Only as many submissions are read and sent as keep the workers busy, so memory does not grow with their
    number. After Ctrl-C or SIGTERM what was saved stays saved; sandboxes that still run end with the cluster.
    """
    outcome, progress = Outcome(), Progress(len(tasks))
    waiting, running = deque(tasks), dict[Future, tuple[Task, bytes]]()
    try:
        while waiting or running:
            while waiting and len(running) < AHEAD * cluster.threads:
                task = waiting[0]  # still there if it cannot be sent
                try:
                    job = read(task)
                    running[cluster.submit(job)] = task, job.data
                except Refused as error:
                    outcome.refused[task.student] = str(error)
                    progress.advance(task.student)
                waiting.popleft()
            graded = []
            for future in cluster.wait(running):
                task, data = running[future]
                if future.cancelled():  # together with the scheduler
                    waiting.appendleft(task)
                    del running[future]
                    continue
                # Where the worker went away with the result, it is made again.
                with suppress(TimeoutError):
                    if answer := _settle(task.student, future, outcome):
                        graded.append((answer, data))
                    progress.advance(task.student)
                    del running[future]
            if graded:
                outcome.failed |= save(graded)
    except KeyboardInterrupt:
        outcome.interrupted = True
    except ClusterError as error:
        for task in [*(task for task, _ in running.values()), *waiting]:
            outcome.failed[task.student] = str(error).rstrip(".")
    finally:
        progress.close()
    return outcome


def _settle(student: str, future: Future, outcome: Outcome) -> Graded | None:
    """What a task gave; if it gave nothing, why goes into the outcome."""
    if future.status == "error":
        error = future.exception(timeout=FETCH_SECONDS)
        killed = isinstance(error, KilledWorker)
        tried = f"{RETRIES + 1} tries failed, the last one so: {_explain(error)}"
        outcome.failed[student] = "every worker that ran it ended" if killed else tried
        return None
    answer = future.result(timeout=FETCH_SECONDS)
    if isinstance(answer, Refused):
        outcome.refused[student] = str(answer)
        return None
    return answer


def _explain(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
