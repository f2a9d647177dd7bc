"""Do faults change the marks? The same submissions graded twice: one after the other, and with every fault.

`make bench ONLY=faults` takes 400 submissions, about an hour; `python bench/faults.py 24` takes that many. Both
gradebooks are compared row for row.
"""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from pathlib import Path

from common import ROOT, Part, say
from mixture import LIMITS, hand_in

from tests.coursework import hostile
from tests.coursework import postgres
from coursework.grading import gradebook
from tests.coursework.lab import Lab, Run, results
from tests.waiting import until

MANY = 400
# In a small trial, honest submissions take so many seconds longer: time enough that faults find one running.
SMALL, SECONDS = 100, 3


def _rows(database: str) -> dict[tuple, tuple]:
    """Every grade and comment of a gradebook, by what it belongs to."""
    found = {}
    with gradebook.reading(gradebook.address(database)) as connection:
        for rows in (gradebook.grade_rows, gradebook.comment_rows):
            for row in rows(connection, hostile.NAME):
                student, cell, *values = row.values()
                found[rows.__name__, student, cell] = tuple(values)
    return found


def _serial(submissions: Path, built: Path, out: Path) -> dict[tuple, tuple]:
    Run(submissions, built, out, "--workers", "1", *LIMITS).end()
    return _rows(f"sqlite:///{out}/gradebook.db")


class _Faulty:
    """One collection graded by a lab in which everything goes wrong, one fault after the other."""

    def __init__(
        self, submissions: Path, built: Path, folder: Path, lab: Lab, server: postgres.Server
    ) -> None:
        self._count = len(list(submissions.iterdir()))
        self._submissions, self._built, self._folder = submissions, built, folder
        self._lab, self._server, self._out = lab, server, folder / "faulty"
        self.database = server.database()
        self._given = [
            submissions,
            built,
            self._out,
            "--scheduler",
            lab.address,
            "--db",
            self.database,
            *LIMITS,
        ]
        self.told: list[str] = []

    def run(self) -> None:
        self._start_unfit_workers()
        self._start_workers()
        self._run = Run(*self._given)
        faults = [
            self.worker_killed,
            self.disk_full,
            self.queued_twice,
            self.database_stopped,
            self.scheduler_killed,
            self.interrupted,
            self.coordinator_killed,
        ]
        for place, fault in enumerate(faults, start=1):
            due = self._count * place // (len(faults) + 1)
            until(lambda due=due: len(results(self._out)) >= due, f"{due} results are there", 7200)
            done, what = len(results(self._out)), fault.__name__.replace("_", " ")
            say(f"faults: {done} of {self._count} results; {what}")
            fault()
        self._end()

    def _end(self) -> None:
        self.told += [self._run.end(), self._second.end()]

    def _start_workers(self) -> None:
        for name in ("one", "two"):
            self._lab.start_worker(name)
        self._lab.start_worker_with_small_disk("full")

    def _start_unfit_workers(self) -> None:
        other = self._folder / "other"
        if not other.exists():
            for part in ("jingjinji", "data", "exercises/grading"):
                shutil.copytree(ROOT / part, other / part)
            shutil.copy(ROOT / "requirements.txt", other)
            (other / "data" / "of another version.csv").touch()
        self._lab.start_worker("old", root=other)
        self._lab.start_worker("bare", PATH=str(self._folder))

    def worker_killed(self) -> None:
        until(lambda: self._lab.sandboxes("one"), "a submission runs on it")
        self._lab.kill_worker("one")
        self._lab.start_worker("one")

    def disk_full(self) -> None:
        self._lab.fill_disk("full")

    def queued_twice(self) -> None:
        """Some submissions in a second run with the same database, and the same command a second time."""
        twice = self._folder / "twice"
        for folder in sorted(self._submissions.iterdir())[: max(self._count // 10, 1)]:
            shutil.copytree(folder, twice / folder.name)
        second = [
            twice,
            self._built,
            self._folder / "second",
            "--workers",
            "1",
            "--db",
            self.database,
            *LIMITS,
        ]
        self._second, self._same = Run(*second), Run(*self._given)

    def database_stopped(self) -> None:
        self._server.stop()
        until(lambda: "does not answer" in self._run.said(), "the run says that it waits")
        self._server.start()

    def scheduler_killed(self) -> None:
        self._lab.kill_scheduler()
        until(lambda: "is gone; waiting" in self._run.said(), "the run says that it waits")
        for name in list(self._lab.workers):
            self._lab.kill_worker(name)
        self._lab.start_scheduler()
        self._start_workers()
        self._start_unfit_workers()

    def interrupted(self) -> None:
        self.told.append(self._same.end(2))
        self._run.process.send_signal(signal.SIGINT)
        self.told.append(self._run.end(130))
        self._run = Run(*self._given)

    def coordinator_killed(self) -> None:
        self._run.process.kill()
        self.told.append(self._run.end(-signal.SIGKILL))
        self._run = Run(*self._given)


# What must have been said for each fault: otherwise it did not happen.
SIGNS = [
    "The worker full (",
    "The worker old (",
    "The worker bare (",
    "Another grading run is writing to",
    "does not answer",
    "The gradebook is back.",
    "The scheduler is back",
    "Interrupted;",
]


def measure(count: int = MANY) -> Part:
    """How many rows differ between a serial run and one with every fault."""
    with tempfile.TemporaryDirectory() as place, postgres.running() as server, Lab() as lab:
        folder = Path(place)
        built = hostile.build(folder / "built")
        submissions = hand_in(folder / "in", count, SECONDS if count < SMALL else 0)
        say(f"faults: {count} submissions, one after the other, without faults")
        serial = _serial(submissions, built, folder / "serial")
        say(f"faults: {count} submissions, with every fault")
        faulty = _Faulty(submissions, built, folder, lab, server)
        faulty.run()
        found = _rows(faulty.database)
    told = "".join(faulty.told)
    if missing := [sign for sign in SIGNS if sign not in told]:
        sys.exit(f"these faults did not show: {missing}\n{told}")
    different = sorted(key for key in {*serial, *found} if serial.get(key) != found.get(key))
    for key in different[:20]:
        say(f"faults: {key} is {found.get(key)}, and {serial.get(key)} without faults")
    figures = {"submissions": count, "rows of the gradebook": len(serial), "rows that differ": len(different)}
    return Part(figures, {"rows that differ": 0})


if __name__ == "__main__":
    part = measure(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
    print(part.found)
    sys.exit(1 if part.found["rows that differ"] else 0)
