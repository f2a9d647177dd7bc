"""Watches one sandbox from outside and ends it when it takes too much."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import psutil

from exercises.grading.limits import MB, Limits

PAUSE = 0.25  # seconds between two looks


class Watchdog(threading.Thread):
    """Kills the process `pid` and all below it once time, memory, processes or files pass a limit,
    or once `stop` is set for all.

    `reason` then says why, as the end of a sentence about the student's code; it is None otherwise.
    """

    def __init__(self, pid: int, sockets: Path, limits: Limits, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.reason: str | None = None
        self._pid, self._sockets, self._limits = pid, sockets, limits
        self._stop_all, self._over = stop, threading.Event()

    def __enter__(self) -> Watchdog:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        end = time.monotonic() + self._limits.seconds
        while not self._over.wait(PAUSE):
            self.reason = self._excess(end)
            if self.reason:
                self.kill()
                return

    def kill(self) -> None:
        """End the sandbox with everything in it."""
        try:
            os.killpg(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def _excess(self, end: float) -> str | None:
        if self._stop_all.is_set():
            return "was interrupted"
        if time.monotonic() > end:
            return f"ran longer than {self._limits.seconds} seconds in all"
        memory = count = 0
        try:
            for process in psutil.Process(self._pid).children(recursive=True):
                try:
                    memory += process.memory_info().rss
                    count += process.num_threads()
                except psutil.NoSuchProcess:
                    continue
        except psutil.NoSuchProcess:
            return None
        if memory > self._limits.memory * MB:
            return f"used more than {self._limits.memory} MB of memory"
        if count > self._limits.processes + 8:  # the sandbox's own, and those that are just ending
            return f"started more than {self._limits.processes} processes"
        if _size(self._sockets) > self._limits.file_size * MB:
            return f"wrote more than {self._limits.file_size} MB"
        return None


def _size(folder: Path) -> int:
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
            except FileNotFoundError:
                continue
    return total
