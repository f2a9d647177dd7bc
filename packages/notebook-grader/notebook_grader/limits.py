"""Limits on the resources of one submission."""

from dataclasses import dataclass, field

MB = 2**20


def _limit(default: int, says: str) -> int:
    return field(default=default, metadata={"help": says})


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; sizes in MB, times in seconds."""

    cell_seconds: int = _limit(30, "seconds that one cell may run")
    seconds: int = _limit(300, "seconds that one submission may run")
    memory: int = _limit(2048, "MB of memory of all its processes")
    processes: int = _limit(64, "processes and threads at one time")
    file_size: int = _limit(50, "MB of one file that it writes, and of its folder")
    files: int = _limit(5000, "files and folders that it may make")
    open_files: int = _limit(256, "files that one process may have open")
    output: int = _limit(5, "MB of output that are kept; the rest is cut")
    notebook: int = _limit(20, "MB of a notebook that is accepted")
