"""The first program inside the sandbox: takes on the limits and a powerless user, then becomes the kernel.

Sent as text (``python -c``), so the sandbox needs nothing of this package. It is started with the limits as
JSON, then the kernel's own arguments.
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


given = json.loads(sys.argv[1])
if given["uid"] is not None:
    # Root is exempt from the limit on processes, so a grader that runs as root hands over to nobody's number.
    os.setgroups([])
    os.setgid(given["uid"])
    os.setuid(given["uid"])
# Here and not outside: within the sandbox's own user namespace only its own processes are counted.
_limit(resource.RLIMIT_NPROC, given["processes"])
_limit(resource.RLIMIT_AS, given["memory"] * MB)
_limit(resource.RLIMIT_FSIZE, given["file_size"] * MB)
_limit(resource.RLIMIT_CPU, given["seconds"])
_limit(resource.RLIMIT_CORE, 0)
_limit(resource.RLIMIT_NOFILE, given["open_files"])
os.umask(0o077)
if given["trial"]:
    # Does it really refuse memory files?
    try:
        os.memfd_create("trial")
        print("unfiltered")
        sys.exit()
    except OSError:
        pass
    # Does this machine really refuse processes above the limit? If not, a fork bomb could not be stopped.
    for _ in range(2 * given["processes"]):
        try:
            if os.fork() == 0:
                signal.pause()
        except BlockingIOError:
            print("limited")
            break
    sys.exit()
# The grader holds the other end. bubblewrap ends with its parent too, but not if that dies while it starts.
lifeline = os.dup(0)


def _end_with_grader() -> None:
    os.read(lifeline, 1)
    os._exit(1)


threading.Thread(target=_end_with_grader, daemon=True).start()
sys.argv = ["kernel", *sys.argv[2:]]
# What `python -m` would have put there is not wanted: a student's file must not shadow a library.
sys.path[:] = [place for place in sys.path if place]

from ipykernel import kernelapp  # noqa: E402  (only now, under the limits)

kernelapp.launch_new_instance()
