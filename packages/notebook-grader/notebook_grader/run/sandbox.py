"""A kernel inside bubblewrap: no network, read-only libraries, a private /tmp, limits on resources.

Only the kernel, where students' code runs, is inside. The grader talks to it through sockets in a
folder that is made for one submission; tests are sent through them as text and are never a file in
the sandbox.
"""

import functools
import itertools
import json
import os
import platform
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import plain_answers
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from notebook_grader.course import Course
from notebook_grader.limits import MB, Limits
from notebook_grader.run import seccomp

LAUNCHER = (Path(__file__).parent / "inside.py").read_text(encoding="utf-8")
ANSWERS = Path(plain_answers.__file__).parent  # imported by notebooks, also if it is not installed
WORK = "/tmp/work"
FOLDERS, DAY = "grading-", 24 * 3600  # prefix of a run's folder; seconds
# Reproducible on every machine: one thread, a fixed hash seed, a UTF-8 locale.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": WORK,
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "NBGRADER_EXECUTION": "autograde",
}
NOT_LINUX = (
    "Students' code runs only inside bubblewrap, which only Linux has: grade on a Linux machine, in"
    " a container or, on Windows, in WSL."
)
MISSING = (
    "Students' code runs only inside bubblewrap, and 'bwrap' is not installed: "
    "run 'sudo apt-get install bubblewrap', then try again."
)
NO_LIMIT = (
    "This machine does not limit processes in a sandbox, so a fork bomb could not be stopped."
)
UNFILTERED = (
    "This machine's system calls cannot be filtered ({reason}), so students' code could hold memory"
    " that no limit counts: grade on another machine."
)
UNSAFE = (
    "--unsafe runs every submission as you: it can read and delete your files, the other"
    " submissions and the tests, and use your network. It is for notebooks that you trust."
)


def list_readable(course: Course) -> list[str]:
    """List what the sandbox may read: the system's libraries, this Python, and the course's
    folders."""
    system = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime"]
    python = [sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parents[1])]
    libraries = [str(ANSWERS), *map(str, course.readable.values())]
    # Without "..": the sandbox lacks the folders on such a path.
    places = map(os.path.abspath, [*system, *map(os.path.realpath, python), *python, *libraries])
    return [place for place in dict.fromkeys(places) if os.path.exists(place)]


def find_exposed(course: Course, *private: Path) -> Path | None:
    """Find the first of these places that the sandbox could read, or None."""
    readable = [Path(place).resolve() for place in list_readable(course)]
    return next(
        (p for p in private if any(p.resolve().is_relative_to(place) for place in readable)), None
    )


@functools.cache
def _may_name_host() -> bool:
    """Whether a sandbox may have a host name of its own; in a container it often may not."""
    user = [] if os.geteuid() == 0 else ["--unshare-user"]
    trial = ["bwrap", *user, "--unshare-uts", "--hostname", "sandbox"]
    trial += ["--ro-bind", "/", "/", "true"]
    return subprocess.run(trial, stderr=subprocess.DEVNULL).returncode == 0


def _make_command(
    course: Course, limits: Limits, uid: int | None, filter_: int, sockets: Path | None = None
) -> list[str]:
    """Make the command of a sandbox and its first program.

    The arguments of a kernel follow; without `sockets` it is a trial.
    """
    settings = json.dumps({"uid": uid, "trial": not sockets, **asdict(limits)})
    return [
        "bwrap",
        *_list_rights(),
        *_list_variables(course),
        *_list_own_folders(limits),
        *_list_bound(list_readable(course), sockets),
        *("--remount-ro", "/", "--chdir", WORK, "--seccomp", str(filter_)),
        *(os.path.abspath(sys.executable), "-c", LAUNCHER, settings),
    ]


def _list_rights() -> list[str]:
    """Options that take away everything but a process of a user without rights."""
    options = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    options += ["--unshare-cgroup-try"]
    if os.geteuid() == 0:
        options += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        options += ["--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"]
    if _may_name_host():
        options += ["--hostname", "sandbox"]
    return [*options, "--die-with-parent", "--new-session", "--clearenv"]


def _list_variables(course: Course) -> list[str]:
    """Options that set the environment's variables."""
    # plain_answers may lie outside Python's own packages.
    answers = [] if ANSWERS.is_relative_to(sys.prefix) else [ANSWERS.parent]
    path = os.pathsep.join(map(str, [*course.path, *answers]))
    options = []
    for name, value in {**ENVIRONMENT, "PYTHONPATH": path}.items():
        options += ["--setenv", name, value]
    return options


def _list_own_folders(limits: Limits) -> list[str]:
    """Options that make the folders in which a sandbox may write."""
    size = str(limits.file_size * MB)
    options = ["--proc", "/proc", "--dev", "/dev"]
    options += ["--perms", "1777", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    options += ["--perms", "1777", "--size", size, "--tmpfs", "/tmp"]
    return [*options, "--perms", "0777", "--dir", WORK]


def _list_bound(readable: list[str], sockets: Path | None) -> list[str]:
    """Options that show the places that may be read, and the folder of sockets."""
    options = []
    # Parent folders that bubblewrap creates are closed to other users unless named.
    places = [*readable, *([str(sockets)] if sockets else [])]
    above = {str(folder) for place in places for folder in Path(place).parents} - {"/", "/tmp"}
    for folder in sorted(above - set(places)):
        options += ["--perms", "0755", "--dir", folder]
    for place in readable:
        if os.path.islink(place):
            options += ["--symlink", os.readlink(place), place]
        else:
            options += ["--ro-bind", place, place]
    if sockets:
        options += ["--bind", str(sockets), str(sockets)]
    return options


def find_problem(course: Course) -> str | None:
    """Say in one sentence why this machine cannot make a sandbox; None if it can."""
    if sys.platform != "linux":
        return NOT_LINUX
    if not shutil.which("bwrap"):
        return MISSING
    if platform.machine() not in seccomp.ARCHITECTURES:
        return UNFILTERED.format(reason="its processor is of another kind")
    user = _claim_user()
    filter_ = seccomp.open_program()
    command = _make_command(course, Limits(processes=8), user.number, filter_)
    trial = subprocess.run(command, capture_output=True, text=True, pass_fds=[filter_])
    os.close(filter_)
    user.release()
    if trial.stdout.strip() == "limited":
        return None
    if trial.stdout.strip() == "unfiltered":
        return UNFILTERED.format(reason="its kernel has no seccomp")
    if trial.returncode == 0:
        return NO_LIMIT
    reason = (trial.stderr.strip().splitlines() or ["no reason given"])[-1]
    return (
        f"bubblewrap cannot make a sandbox on this machine ({reason}): unprivileged user namespaces"
        " are probably switched off; ask the administrator to allow them, or grade on another"
        " machine. A container has to be started with the options for grading that the README"
        " gives."
    )


class _Claim:
    """Claim the first of some numbers that no other grader on this machine has, until `release`; or
    None."""

    def __init__(self, kind: str, numbers: Iterable[int]) -> None:
        self.number: int | None = None
        self._held = socket.socket(socket.AF_UNIX)
        for number in numbers:
            try:
                self._held.bind(f"\0notebook-grader {kind} {number}")
            except OSError:
                continue
            self.number = number
            return

    def release(self) -> None:
        self._held.close()


_count = itertools.count()


def _claim_user() -> _Claim:
    """Claim the user id of a sandbox if the grader is root; None otherwise.

    Root is exempt from limits on processes, which count by user: every sandbox needs a user of its
    own, as an earlier one may still be ending.
    """
    first = os.getpid() * 97 + next(_count)
    numbers = (20_000 + (first + more) % 40_000 for more in range(40_000))
    return _Claim("user", numbers if os.geteuid() == 0 else ())


def remove(folder: Path) -> None:
    """Remove a folder in which a student's code could write, also if it was made hard to remove."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # too deep, or without permissions
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*command, folder], stderr=subprocess.DEVNULL)


def remove_leftovers() -> None:
    """Remove the folders of killed runs; a folder in use is never a day old."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        with suppress(OSError):  # removed meanwhile
            status = folder.lstat()
            if stat.S_ISDIR(status.st_mode) and time.time() - status.st_mtime > DAY:
                remove(folder)


class _Provisioner(LocalProvisioner):
    """Starts a sandbox's first program, as owner of the folder of sockets and with its own
    streams."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        assert isinstance(self.parent, SandboxKernelManager)
        return await super().pre_launch(**kwargs) | self.parent.prepare()


class SandboxKernelManager(AsyncKernelManager):
    """Starts one kernel that listens in the folder `sockets`, inside bubblewrap unless `unsafe`."""

    def __init__(self, course: Course, sockets: Path, limits: Limits, unsafe: bool = False) -> None:
        self.course = course
        self._sockets = sockets
        self._errors = sockets / "errors"
        self._uid = self._core = None
        self._claims: list[_Claim] = []
        self._filter: list[int] = []
        command = [sys.executable, "-m", "ipykernel_launcher"]
        if not unsafe:
            # A processor for this sandbox alone, if one is free; child processes inherit the
            # affinity.
            self._cores = os.sched_getaffinity(0)
            self._claims = [_claim_user(), _Claim("core", self._cores)]
            self._filter = [seccomp.open_program()]
            self._uid, self._core = (claim.number for claim in self._claims)
            command = _make_command(course, limits, self._uid, self._filter[0], sockets)
        self._lifeline = list(self._filter)
        command += ["-f", "{connection_file}"]
        self._spec = KernelSpec(argv=command, language="python", interrupt_mode="message")
        file = str(sockets / "kernel.json")
        super().__init__(
            transport="ipc", ip=str(sockets / "k"), connection_file=file, kernel_name="sandbox"
        )
        self.provisioner = _Provisioner(parent=self, kernel_id="", kernel_spec=self.kernel_spec)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command of the sandbox, in place of an installed kernel."""
        return self._spec

    def prepare(self) -> dict[str, object]:
        """Hand over the folder of sockets; returns the streams of the sandbox's first program."""
        if self._uid is not None:
            os.chown(self._sockets, self._uid, self._uid)
            os.chown(self.connection_file, self._uid, self._uid)
        if self._core is not None:
            os.sched_setaffinity(0, {self._core})
        reading, writing = os.pipe()
        with self._errors.open("w") as errors:
            stderr = os.dup(errors.fileno())
        self._lifeline += [reading, writing, stderr]
        return {
            "stdin": reading,
            "stdout": subprocess.DEVNULL,
            "stderr": stderr,
            "pass_fds": self._filter,
        }

    def last_error(self) -> str:
        """Last line of the sandbox's error stream."""
        lines = (
            self._errors.read_text(errors="replace").strip().splitlines()
            if self._errors.exists()
            else []
        )
        return lines[-1][:200] if lines else ""

    def release(self) -> None:
        """Close everything that was held open while the kernel ran."""
        while self._lifeline:
            os.close(self._lifeline.pop())
        self._leave_core()
        for claim in self._claims:
            claim.release()

    def _leave_core(self) -> None:
        if self._core is not None:
            os.sched_setaffinity(0, self._cores)

    def close_folder(self) -> None:
        """Take the folder of sockets back once the kernel listens, as it need not write there any
        more."""
        self._leave_core()
        if self._uid is not None:
            os.chown(self._sockets, 0, 0)

    @property
    def pid(self) -> int:
        """Process id of the sandbox; killing it kills everything inside."""
        assert isinstance(self.provisioner, _Provisioner) and self.provisioner.pid is not None
        return self.provisioner.pid
