"""What a worker does: say whether it is fit to grade, and grade one submission.

A submission is one task. It is graded from its bytes alone, so it may run twice and anywhere.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass

from distributed import Status, Worker, get_worker

from coursework.grading import course, sandbox
from coursework.grading.assignment import Assignment
from coursework.grading.grade import grade
from coursework.grading.intake import Refused
from coursework.grading.limits import MB, Limits
from coursework.grading.run import SandboxError, Stopped
from coursework.grading.store import Result


@dataclass(frozen=True)
class Job:
    """All that a worker needs to grade one submission; `course` is the coordinator's `course.version()`."""

    student: str
    file: str
    data: bytes
    assignment: Assignment
    limits: Limits
    unsafe: bool
    course: dict[str, str]


@dataclass(frozen=True)
class Graded:
    """A result and the executed notebook."""

    result: Result
    notebook: str


@dataclass(frozen=True)
class Unusable:
    """The student's file cannot be graded, on any machine."""

    reason: str


@dataclass(frozen=True)
class Fault:
    """The grader or its machine failed; `worker` is the machine's address if another may do better."""

    reason: str
    worker: str | None


Answer = Graded | Unusable | Fault


def unfit(ours: dict[str, str], unsafe: bool) -> str | None:
    """Why this machine may not grade for a coordinator with that version of the course; None if it may."""
    return course.difference(ours, course.version()) or (None if unsafe else sandbox.problem()) or _full()


def run(job: Job) -> Answer:
    """Grade one submission; a cancelled task ends its sandbox and raises `Stopped`."""
    worker = get_worker()
    if changed := course.difference(job.course, course.version()):
        return Fault(changed, worker.address)
    try:
        stop = _Cancelled(worker)
        return Graded(*grade(job.student, job.file, job.data, job.assignment, job.limits, job.unsafe, stop))
    except Refused as error:
        return Unusable(str(error))
    except (SandboxError, OSError) as error:
        return Fault(str(error), worker.address)
    except Stopped:
        raise
    except Exception as error:  # one submission that breaks the grader must not cost the others
        return Fault(f"{type(error).__name__}: {str(error)[:200]}", None)


def _full() -> str | None:
    """Why a sandbox's sockets could not be made here."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(MB))
            file.flush()
    except OSError as error:
        return f"its temporary folder cannot be written ({error.strerror})"
    return None


class _Cancelled:
    """Set, like an event, once nobody waits for the task of this thread any more."""

    def __init__(self, worker: Worker) -> None:
        self._worker, self._key = worker, worker.get_current_task()

    def is_set(self) -> bool:
        task = self._worker.state.tasks.get(self._key)
        ending = self._worker.status in (Status.closing, Status.closed)
        return ending or task is None or task.state == "cancelled"
