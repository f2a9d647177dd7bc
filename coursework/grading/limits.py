"""What one submission may use."""

from __future__ import annotations

from dataclasses import dataclass

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; sizes in MB, times in seconds."""

    cell_seconds: int = 30
    seconds: int = 300
    memory: int = 2048
    processes: int = 64
    file_size: int = 50
    files: int = 5000
    open_files: int = 256
    output: int = 5
    notebook: int = 20


HELP = {
    "cell_seconds": "seconds that one cell may run",
    "seconds": "seconds that one submission may run",
    "memory": "MB of memory of all its processes",
    "processes": "processes and threads at one time",
    "file_size": "MB of one file that it writes, and of its folder",
    "files": "files and folders that it may make",
    "open_files": "files that one process may have open",
    "output": "MB of output that are kept; the rest is cut",
    "notebook": "MB of a notebook that is accepted",
}
