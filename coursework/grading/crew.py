"""The workers of a run: those of a scheduler that is already there, or this machine's own cores.

Every worker is asked whether it is fit before it gets work; one that is not is refused by name, and the others
go on.
"""

from __future__ import annotations

import importlib.util
import logging
import time
from dataclasses import dataclass

from distributed import Client, Future, LocalCluster

from coursework.grading import course, task
from coursework.grading.progress import say

LOOK = 1.0  # seconds between two looks at who is there
HERE = "127.0.0.1:0"
CONNECT = 5  # seconds that one attempt to reach the scheduler may take


class NoCrew(Exception):
    """Nobody can grade, or not any more; the message says why."""


@dataclass(frozen=True)
class Place:
    """Where to grade: at a scheduler's address, or in so many threads of this machine.

    `wait` is how many seconds a scheduler, a database or the last worker may be away.
    """

    scheduler: str | None = None
    threads: int = 1
    wait: int = 300


@dataclass
class _Worker:
    """A worker as this run knows it; while `asked` is set, whether it is fit is not known yet."""

    name: str
    folder: str
    threads: int
    asked: Future | None
    refused: bool = False

    @property
    def fit(self) -> bool:
        return self.asked is None and not self.refused


class Crew:
    """The workers that may grade; a context, so that nothing is left running."""

    def __init__(self, place: Place, unsafe: bool) -> None:
        self.course = course.version()
        self._place, self._unsafe = place, unsafe
        self._workers: dict[str, _Worker] = {}
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None
        self._looked = self._alone_since = 0.0
        self._told_alone = False

    def __enter__(self) -> Crew:
        # What a reader needs to know is said by `say`; the client's log has a level of its own.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._start()
            self._gather()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for part in (self._client, self._cluster):
            if part is not None:
                part.close()

    def _start(self) -> None:
        place = self._place
        if place.scheduler is None:
            # The submissions are processes of their own, so threads are enough; they need no care for memory.
            self._cluster = LocalCluster(
                n_workers=1,
                threads_per_worker=place.threads,
                processes=False,
                # With the defaults, both would answer to the whole network.
                dashboard_address=HERE,
                worker_dashboard_address=HERE,
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
        try:
            self._connect()
        except (OSError, ValueError) as error:
            raise NoCrew(f"No scheduler answers at {place.scheduler} ({_reason(error)}).") from None

    def _connect(self) -> None:
        self._client = Client(self._cluster or self._place.scheduler, timeout=CONNECT, set_as_default=False)

    def _gather(self) -> None:
        """Wait until somebody is fit."""
        while not self.fit():
            if self.lost():
                raise NoCrew(f"The scheduler at {self._at} went away.")
            self.look()
            if self._workers and all(worker.refused for worker in self._workers.values()):
                raise NoCrew(f"No worker at {self._at} can grade; the reason of each is above.")
            time.sleep(0.05)
        if self._cluster is None:
            say(f"Grading at {self._at}; workers: {len(self.fit())}, threads: {self.threads}.")
        # Dask draws its dashboard with bokeh; another scheduler may have it where we do not.
        drawn = self._cluster is None or importlib.util.find_spec("bokeh")
        if drawn and "dashboard" in self._client.scheduler_info(n_workers=0)["services"]:
            say(f"Dashboard: {self._client.dashboard_link}")

    @property
    def _at(self) -> str:
        return self._place.scheduler or "this machine"

    def fit(self) -> set[str]:
        """Addresses of the workers that may grade."""
        return {address for address, worker in self._workers.items() if worker.fit}

    def present(self) -> set[str]:
        """Addresses of all workers that are connected and not refused."""
        return {address for address, worker in self._workers.items() if not worker.refused}

    @property
    def threads(self) -> int:
        """How many submissions can run at the same time."""
        return sum(worker.threads for worker in self._workers.values() if worker.fit)

    def submit(self, job: task.Job, workers: set[str]) -> Future:
        """Hand one submission to any of these workers."""
        return self._client.submit(
            task.run, job, workers=sorted(workers), allow_other_workers=False, pure=False, retries=0
        )

    def cancel(self, futures: list[Future]) -> None:
        """End tasks, running ones too."""
        if futures and not self.lost():
            self._client.cancel(futures, force=True)

    def lost(self) -> bool:
        """Whether the scheduler has gone away."""
        return self._client.status != "running"

    def doubt(self, address: str) -> None:
        """Ask a worker again whether it is fit, as it has just failed."""
        worker = self._workers.get(address)
        if worker and worker.fit:
            worker.asked = self._ask(address)

    def look(self) -> None:
        """Take note of workers that came, went or answered.

        Raises
        ------
        NoCrew
            If nobody was fit for longer than the run waits.
        """
        if self.fit() and time.monotonic() < self._looked + LOOK:
            return
        self._looked = time.monotonic()
        try:
            there = self._client.scheduler_info()["workers"]
        except (OSError, RuntimeError):  # it has just gone away: the next `lost` says so
            return
        for address, worker in list(self._workers.items()):
            if there.get(address, {}).get("local_directory") != worker.folder:
                del self._workers[address]
        for address, told in there.items():
            if address not in self._workers:
                self._workers[address] = _Worker(
                    str(told["name"]), told["local_directory"], told["nthreads"], self._ask(address)
                )
        for address, worker in self._workers.items():
            self._take_answer(address, worker)
        self._mind_being_alone()

    def _ask(self, address: str) -> Future:
        return self._client.submit(
            task.unfit,
            self.course,
            self._unsafe,
            workers=[address],
            allow_other_workers=False,
            pure=False,
            priority=100,
        )

    def _take_answer(self, address: str, worker: _Worker) -> None:
        if worker.asked is None or worker.asked.status == "pending":
            return
        if worker.asked.status == "finished":
            reason = worker.asked.result(timeout=CONNECT)
        elif worker.asked.status == "error":
            reason = f"it has another version of the course ({_reason(worker.asked.exception())})"
        else:
            worker.asked = self._ask(address)
            return
        worker.asked, worker.refused = None, reason is not None
        if reason:
            named = worker.name if worker.name == address else f"{worker.name} ({address})"
            say(f"The worker {named} gets no submissions: {reason.rstrip('.')}.")

    def _mind_being_alone(self) -> None:
        if self.fit() or any(worker.asked for worker in self._workers.values()):
            if self._told_alone and self.fit():
                say("A worker is there; the grading goes on.")
            self._alone_since, self._told_alone = 0.0, self._told_alone and not self.fit()
            return
        now = time.monotonic()
        self._alone_since = self._alone_since or now
        wait = self._place.wait
        if now > self._alone_since + wait:
            raise NoCrew(f"No worker that can grade was at {self._at} for {wait} seconds.")
        if now > self._alone_since + LOOK and not self._told_alone:
            say(f"No worker that can grade is at {self._at}; waiting up to {wait} seconds for one.")
            self._told_alone = True

    def come_back(self) -> None:
        """Wait for a scheduler at the same address, and connect to it.

        Raises
        ------
        NoCrew
            If there was none for longer than the run waits.
        """
        place = self._place
        say(f"The scheduler at {place.scheduler} is gone; waiting up to {place.wait} seconds for it.")
        self._workers.clear()
        self._client.close()
        end = time.monotonic() + place.wait
        while True:
            try:
                self._connect()
                break
            except OSError:
                if time.monotonic() > end:
                    raise NoCrew(f"The scheduler was away for {place.wait} seconds.") from None
                time.sleep(0.5)
        say("The scheduler is back; what was running is started again.")


def _reason(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
