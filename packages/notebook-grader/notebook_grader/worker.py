"""What a worker does: find out whether it may grade; run and judge one submission, and make its feedback.

A worker that may grade offers a resource of Dask's, by which the scheduler finds it; one that may not offers
none. A submission is one task, graded from its bytes alone, so it may run twice and anywhere.
"""

import multiprocessing
import pickle
import tempfile
from dataclasses import dataclass
from functools import lru_cache, partial

from dask.base import tokenize
from distributed import Reschedule, Status, Worker, get_worker
from distributed.utils import sync

from notebook_grader import course, rendering, sandbox
from notebook_grader.assignment import Assignment
from notebook_grader.grade import grade
from notebook_grader.intake import Refused
from notebook_grader.limits import MB, Limits
from notebook_grader.marks import Manual, combine_marks
from notebook_grader.run import SandboxError
from notebook_grader.store import Result


@dataclass(frozen=True)
class Requirements:
    """What a worker must have: the coordinator's version of the course, and a sandbox unless `unsafe`."""

    version: dict[str, str]
    unsafe: bool

    @property
    def resource(self) -> str:
        """The name of the resource that workers with all this offer."""
        return f"grading-{tokenize(self)}"

    def find_problem(self) -> str | None:
        """Why this machine may not grade; None if it may."""
        changed = course.describe_difference(self.version, course.read_version())
        unsafe = None if self.unsafe else sandbox.find_problem()
        return changed or unsafe or _process_problem() or _find_disk_problem()


@dataclass(frozen=True)
class Job:
    """All that a worker needs to grade one submission.

    `assignment` is pickled: it is the same for all, so it is packed once, and unpacked once on each worker.
    """

    student: str
    file: str
    data: bytes
    manual: Manual
    assignment: bytes
    limits: Limits
    required: Requirements


@dataclass(frozen=True)
class Graded:
    """All that becomes of one submission: its result, and the texts of executed notebook and feedback."""

    result: Result
    notebook: str
    page: str


def check_worker(required: Requirements) -> str | None:
    """Offer this worker for grading, or say why it cannot grade."""
    worker, problem = get_worker(), required.find_problem()
    sync(worker.loop, _offer, worker, required.resource, 0 if problem else worker.state.nthreads)
    return problem


def grade_submission(job: Job) -> Graded | Refused:
    """One submission graded, or why no worker can grade it.

    An error means that the machine failed, and Dask tries again. A worker that may not grade any more hands
    its submission on. A cancelled task ends its sandbox.
    """
    worker = get_worker()
    if course.describe_difference(job.required.version, course.read_version()):
        _withdraw(worker, job.required)
    assignment = _unpack(job.assignment)
    try:
        given = job.student, job.file, job.data, assignment, job.limits, job.required.unsafe
        result, notebook = grade(*given, partial(_is_cancelled, worker, worker.get_current_task()))
        marks = combine_marks(result, job.manual)
        return Graded(result, notebook, rendering.make_page(notebook, result, marks, assignment.name))
    except Refused as error:
        return error
    except (SandboxError, OSError):
        if job.required.find_problem():
            _withdraw(worker, job.required)
        raise


@lru_cache(maxsize=2)
def _unpack(assignment: bytes) -> Assignment:
    return pickle.loads(assignment)


async def _offer(worker: Worker, resource: str, count: int) -> None:
    await worker.set_resources(**{resource: count})
    if count and worker.status == Status.running:
        # The scheduler looks for waiting tasks only when a worker starts or goes on after a pause.
        worker.status = Status.paused
        worker.status = Status.running


def _withdraw(worker: Worker, required: Requirements) -> None:
    """Get no more submissions, and hand this one on."""
    # The scheduler alone is told: the worker itself must still begin, and hand on, what was sent already.
    resources = {required.resource: 0}
    sync(worker.loop, worker.scheduler.set_resources, resources=resources, worker=worker.contact_address)
    raise Reschedule


def _process_problem() -> str | None:
    """Why feedback could not be made here, which takes a process of its own."""
    if multiprocessing.current_process().daemon:
        return "it may start no process: start it with DASK_DISTRIBUTED__WORKER__DAEMON=False"
    return None


def _find_disk_problem() -> str | None:
    """Why a sandbox's sockets could not be made here."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(MB))
            file.flush()
    except OSError as error:
        return f"its temporary folder cannot be written ({error.strerror})"
    return None


def _is_cancelled(worker: Worker, key: str) -> bool:
    """Whether nobody waits for a task any more."""
    task = worker.state.tasks.get(key)
    ending = worker.status in (Status.closing, Status.closed)
    return ending or task is None or task.state == "cancelled"
