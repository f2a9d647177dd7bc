"""Grade submissions in threads of this machine, or on the workers of a Dask scheduler.

Both are executors as in `concurrent.futures`, so one loop serves them. Workers offer a resource
whose name contains the version of everything that decides about marks (`grade --offer` prints it),
so that workers of another version get no work.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from notebook_grader import gate
from notebook_grader.course import Course
from notebook_grader.grading.grade import Graded, Job, grade_one
from notebook_grader.hand_in.plain import Refused
from notebook_grader.progress import show_message, show_progress
from notebook_grader.run.notebook import Starved

LOOK_SECONDS = 1.0  # between two checks of finished jobs and available workers
AHEAD = 2  # jobs submitted for each thread: one runs, one waits
PATIENCE = 4  # factor on time limits when a starved job runs again, alone
RETRIES = 2  # of one job on other workers, if a machine is at fault

Pool = tuple[Executor, Callable[[], int]]  # runs `grade_one`; the number of its threads now
Read = Callable[[Any], Job]
Save = Callable[[Graded, bytes], str]


@dataclass
class Outcome:
    """Outcome of a run: by student, why a submission was refused, or why the grader failed on it.

    `others` has the assignment that a refused notebook states, if it states another.
    """

    refused: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False

    def refuse(self, student: str, error: Refused) -> None:
        """Keep why a student's submission was refused."""
        self.refused[student] = str(error)
        if error.assignment:
            self.others[student] = error.assignment


@contextmanager
def open_threads(count: int) -> Iterator[Pool]:
    """Open so many threads of this machine; jobs that still run at the end are stopped."""
    executor = ThreadPoolExecutor(count)
    try:
        yield executor, lambda: count
    finally:
        # Cancel waiting jobs first: a thread whose job is stopped would begin the next one.
        executor.shutdown(wait=False, cancel_futures=True)
        with gate.stopped():
            executor.shutdown()


def name_resource(course: Course) -> str:
    """Name of the resource that workers with the same course and versions offer."""
    return (
        "grading-" + hashlib.sha256(repr(sorted(course.version.items())).encode()).hexdigest()[:12]
    )


@contextmanager
def open_cluster(scheduler: str, course: Course, patience: int) -> Iterator[Pool]:
    """Open the workers of a scheduler; raises `OSError` if there is none for `patience` seconds,
    and
    `ValueError` if Dask is not installed."""
    try:
        from distributed import Client  # an extra
    except ImportError:
        raise ValueError("--scheduler needs Dask: pip install distributed.") from None
    resource = name_resource(course)
    show = cache(show_message)
    deadline = time.monotonic() + patience

    def count_threads() -> int:
        nonlocal deadline
        workers = client.scheduler_info()["workers"].values()
        for worker in workers:
            if resource not in worker["resources"]:
                show(
                    f"The worker {worker['name']} does not offer {resource}, and gets no"
                    " submissions."
                )
        count = int(sum(worker["resources"].get(resource, 0) for worker in workers))
        if count:
            deadline = time.monotonic() + patience
        elif time.monotonic() < deadline:
            show(f"No worker at {scheduler} can grade; waiting up to {patience} seconds for one.")
            time.sleep(LOOK_SECONDS)
        else:
            raise OSError(f"no worker that can grade was there for {patience} seconds")
        return count

    with Client(scheduler, timeout=min(10, patience), set_as_default=False) as client:
        with client.get_executor(resources={resource: 1}, retries=RETRIES, pure=False) as executor:
            yield executor, count_threads


def grade_all(tasks: Sequence[Any], read: Read, terms: bytes, pool: Pool, save: Save) -> Outcome:
    """Grade all tasks, each of a `student`. `read` makes a task's job when its turn comes; `save`
    keeps what came of the job's bytes, and returns an error message if it could not.

    Jobs are read only as threads become free, so memory does not grow with the number of
    submissions. After Ctrl-C or SIGTERM everything that was saved is kept.
    """
    outcome = Outcome()
    waiting = list(tasks[::-1])
    executor, count_threads = pool
    running = dict[Future, Job]()
    starved = list[Job]()  # each of them runs again, alone
    try:
        with show_progress(len(tasks)) as advance:
            while waiting or running or starved:
                most = AHEAD * count_threads()
                if not waiting and not running and most:
                    job = replace(starved.pop(), patience=PATIENCE)
                    running[executor.submit(grade_one, job, terms)] = job
                while waiting and len(running) < most:
                    task = waiting.pop()
                    try:
                        job = read(task)
                        running[executor.submit(grade_one, job, terms)] = job
                    except Refused as error:
                        outcome.refuse(task.student, error)
                        advance(task.student)
                for future in wait(running, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED).done:
                    job = running.pop(future)
                    if job.patience == 1 and isinstance(_get_error(future), Starved):
                        starved.append(job)
                    else:
                        _settle(job, future, outcome, save)
                        advance(job.student)
    except KeyboardInterrupt:
        outcome.interrupted = True
    except OSError as error:
        left = [job.student for job in (*running.values(), *starved)] + [
            task.student for task in waiting
        ]
        outcome.failed |= dict.fromkeys(left, str(error))
    return outcome


def _get_error(future: Future) -> BaseException | None:
    return OSError("the scheduler went away") if future.cancelled() else future.exception()


def _settle(job: Job, future: Future, outcome: Outcome, save: Save) -> None:
    # A machine may fail in many ways; each is reported, and costs the others nothing.
    if (error := _get_error(future)) is not None:
        # An error that is not the machine's is a fault of the grader: its type is shown to
        # maintainers.
        kind = [] if isinstance(error, OSError) else [type(error).__name__]
        message = ": ".join([*kind, *str(error).splitlines()[:1]])[:200]
        outcome.failed[job.student] = message or type(error).__name__
    elif isinstance(answer := future.result(), Refused):
        outcome.refuse(job.student, answer)
    elif fault := save(answer, job.data):
        outcome.failed[job.student] = fault
