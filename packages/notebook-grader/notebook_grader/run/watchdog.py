"""Watch one sandbox from outside and kill it when it exceeds a limit."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import psutil

from notebook_grader.limits import MB, Limits

PAUSE = 0.25  # seconds between two checks
# The system refuses processes above the limit; a fork bomb would go on trying, so stop it this much
# below.
ROOM = 4
# Open files of all processes together, as a multiple of one process's limit: each may hold memory.
SHARE = 12
HIDDEN = 10**9
SOCKETS = 256  # of all processes together; each may hold memory that no limit counts
STARVED = (
    0.5  # share of the time: waiting for a processor for more, and working for less, is starvation
)


class Watchdog(threading.Thread):
    """Kills the process `pid` and its children once time, memory, processes or files exceed a
    limit.

    `reason` is then the end of a sentence about the student's code, and None otherwise. `starved`
    says whether the sandbox mostly waited for a processor, so that a timeout is not its fault;
    `is_too_long`, whether the limit of time was exceeded.
    """

    def __init__(self, pid: int, sockets: Path, limits: Limits, patience: int = 1) -> None:
        super().__init__(daemon=True)
        self.reason: str | None = None
        self.starved = False
        self.is_too_long = False
        self._pid = pid
        self._sockets = sockets
        self._limits = limits
        self._enough = limits.cell_seconds / patience  # processor seconds
        self._over = threading.Event()
        self._seen: dict[psutil.Process, float] = {}  # processor seconds at the last check
        self._worked = 0.0  # processor seconds of all, those that have ended included

    def __enter__(self) -> Self:
        self._began = self._looked = time.monotonic()
        self._before = _measure_waiting(os.getpid())
        self._count_work(self._list_inside())
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Watch until the context is left, or a limit is exceeded."""
        end = time.monotonic() + self._limits.seconds
        while not self._over.wait(PAUSE):
            self.starved = self._is_starved()
            self.is_too_long = time.monotonic() > end
            self.reason = self._find_excess()
            if self.reason:
                with suppress(ProcessLookupError):
                    os.killpg(self._pid, signal.SIGKILL)
                return

    def _is_starved(self) -> bool:
        share = min(self._enough, STARVED * (time.monotonic() - self._began))
        inside = self._list_inside()
        self._count_work(inside)
        # A parent's times include those of children that it waited for.
        worked = max(self._worked, sum(_measure(process, "cpu_times", sum) for process in inside))
        # This process, which reads the messages, may be starved as well.
        waited = [_measure_waiting(process.pid) for process in inside]
        waited.append(_measure_waiting(os.getpid()) - self._before)
        return worked < share < max(waited)

    def _count_work(self, inside: list[psutil.Process]) -> None:
        """Add the processor time since the last check.

        The times of children that nobody waits for are lost. So a new process that is running
        stands for all that were started and ended like it since the last check.
        """
        since = time.monotonic() - self._looked
        self._looked = time.monotonic()
        before = self._seen
        self._seen = {}
        for process in inside:
            now = _measure(process, "cpu_times", lambda times: times.user + times.system)
            self._seen[process] = now
            if process in before:
                self._worked += max(now - before[process], 0)
            elif _measure(process, "status", lambda status: status == psutil.STATUS_RUNNING):
                ran, waited = _read_schedule(process.pid)
                self._worked += since * ran / (ran + waited) if ran else 0

    def _find_excess(self) -> str | None:
        if self.is_too_long:
            return f"ran longer than {self._limits.seconds} seconds in all"
        inside = self._list_inside()
        if (
            sum(_measure(process, "num_threads", int) for process in inside)
            >= self._limits.processes - ROOM
        ):
            return f"started {self._limits.processes} processes or threads"
        most = self._limits.memory * MB
        # Shared memory counts once (PSS), which is slower to measure, so it is measured second.
        if (
            sum(_measure(process, "memory_info", lambda info: info.rss) for process in inside)
            > most
            and sum(
                _measure(process, "memory_full_info", lambda info: info.pss) for process in inside
            )
            > most
        ):
            return f"used more than {self._limits.memory} MB of memory"
        if (
            sum(_measure(process, "num_fds", int) for process in inside)
            > SHARE * self._limits.open_files
        ):
            return f"had more than {SHARE * self._limits.open_files} files open"
        if max((_count_files(process.pid) for process in inside), default=0) > self._limits.files:
            return f"made more than {self._limits.files} files"
        if max((_count_sockets(process.pid) for process in inside), default=0) > SOCKETS:
            return f"opened more than {SOCKETS} sockets"
        size, count = _measure_size(self._sockets)
        if size > self._limits.file_size * MB:
            return f"wrote more than {self._limits.file_size} MB"
        return f"made more than {self._limits.files} files" if count > self._limits.files else None

    def _list_inside(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self._pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []


def _measure(process: psutil.Process, what: str, number: Callable[[Any], int]) -> int:
    """Measure a process; 0 if it has just ended."""
    try:
        return number(getattr(process, what)())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _count_files(pid: int) -> int:
    """Count files and folders in the private folders of a sandbox, through one of its processes."""
    total = 0
    for place in ("tmp", "dev/shm"):
        with suppress(OSError):  # the process has just ended
            usage = os.statvfs(f"/proc/{pid}/root/{place}")
            total += usage.f_files - usage.f_ffree
    return total


def _read(pid: int, what: str) -> str:
    """Read a file of a process in /proc; empty if it has just ended."""
    try:
        return Path(f"/proc/{pid}/{what}").read_text()
    except OSError:
        return ""


def _count_sockets(pid: int) -> int:
    """Count sockets of any kind in a sandbox's own name space, closed ones that still hold data
    included."""
    return sum(map(int, re.findall(r"\b(?:used|orphan) (\d+)", _read(pid, "net/sockstat"))))


def _measure_waiting(pid: int) -> float:
    """Seconds that a process waited for a processor."""
    return _read_schedule(pid)[1] / 1e9


def _read_schedule(pid: int) -> tuple[int, int]:
    """Nanoseconds that a process ran, and that it waited for a processor."""
    ran, waited, *_ = map(int, _read(pid, "schedstat").split() or (0, 0))
    return ran, waited


def _measure_size(folder: Path) -> tuple[int, int]:
    """Bytes on disk below a folder, and the number of files and folders."""
    total = count = 0

    def hide(error: OSError) -> None:
        nonlocal count
        # A folder that is closed or too deep may hold any number of files.
        count += 0 if isinstance(error, FileNotFoundError) else HIDDEN

    for place, folders, files in os.walk(folder, onerror=hide):
        count += len(folders) + len(files)
        for name in (*folders, *files):
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
            except OSError as error:
                hide(error)
    return total, count
