"""First program inside the sandbox: sets the limits and an unprivileged user, then becomes the
kernel.

Sent as text (``python -c``), so that the sandbox needs nothing of this package. Its arguments are
the limits as JSON, then those of the kernel.
"""

import json
import os
import resource
import signal
import sys
import threading

MB = 2**20


def _limit(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, value))


settings = json.loads(sys.argv[1])
if settings["uid"] is not None:
    # Root is exempt from the limit on processes, so a grader that runs as root changes to an unused
    # user id.
    os.setgroups([])
    os.setgid(settings["uid"])
    os.setuid(settings["uid"])
# Set inside, where only processes of the sandbox's own user namespace are counted.
_limit(resource.RLIMIT_NPROC, settings["processes"])
_limit(resource.RLIMIT_AS, settings["memory"] * MB)
_limit(resource.RLIMIT_FSIZE, settings["file_size"] * MB)
_limit(resource.RLIMIT_CPU, settings["seconds"])
_limit(resource.RLIMIT_CORE, 0)
_limit(resource.RLIMIT_NOFILE, settings["open_files"])
os.umask(0o077)
if settings["trial"]:
    # Check that memory files are refused.
    try:
        os.memfd_create("trial")
        print("unfiltered")
        sys.exit()
    except OSError:
        pass
    # Check that processes above the limit are refused. If not, a fork bomb could not be stopped.
    for _ in range(2 * settings["processes"]):
        try:
            if os.fork() == 0:
                signal.pause()
        except BlockingIOError:
            print("limited")
            break
    sys.exit()
# The grader holds the other end of this pipe. bubblewrap also ends with its parent, but not while
# it starts.
lifeline = os.dup(0)


def _end_with_grader() -> None:
    os.read(lifeline, 1)
    os._exit(1)


threading.Thread(target=_end_with_grader, daemon=True).start()
sys.argv = ["kernel", *sys.argv[2:]]
# Without the current folder: a student's file must not shadow a library.
sys.path[:] = [place for place in sys.path if place]

from ipykernel import kernelapp  # noqa: E402  (under the limits)

kernelapp.launch_new_instance()
