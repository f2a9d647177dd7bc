"""A seccomp filter of system calls that a sandbox does not offer, for bubblewrap (``--seccomp``).

These calls create memory or queues that no limit counts, reach into other processes, change the
processor, or create name spaces. Each fails with "not implemented", so that libraries fall back to
other calls. Limits (rlimits) cannot express this, and control groups need rights that a grader may
not have.
"""

import os
import platform
import struct
from pathlib import Path

from notebook_grader.tables import read_table

# From <linux/filter.h>, <linux/seccomp.h> and <linux/audit.h>.
_LOAD, _EQUAL, _AT_LEAST, _ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _NOT_IMPLEMENTED = 0x7FFF0000, 0x80000000, 0x00050000 | 38
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Flags of clone that create name spaces, and socket families that stay inside the sandbox.
_NAME_SPACES, _FAMILIES = 0x7E020000, (1, 2, 10, 16)
# On x86-64, numbers from here on belong to another calling convention.
_X32 = 0x40000000
_CALLS = Path(__file__).with_name("syscalls.csv")
"""Calls by name, with their number on each processor; arguments of the first two are filtered."""


def make_program() -> bytes:
    """Make the filter for this machine's processor."""
    machine = platform.machine()
    clone, socket, *refused = (
        int(call[machine]) for call in read_table(_CALLS)[1] if call[machine]
    )
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    # Behind the list: "allow", "refuse", then the checks of the first argument of clone and socket.
    after = [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOT_IMPLEMENTED)]
    after += [(_LOAD, 0, 0, _FIRST), (_ANY, 0, 1, _NAME_SPACES), *after[1:], after[0]]
    after += [(_LOAD, 0, 0, _FIRST)]
    after += [(_EQUAL, len(_FAMILIES) - index, 0, family) for index, family in enumerate(_FAMILIES)]
    after += [after[1], after[0]]
    whole = len(refused) + 2
    steps.append((_AT_LEAST, whole + 1, 0, _X32))
    steps += [(_EQUAL, whole - index, 0, number) for index, number in enumerate(sorted(refused))]
    steps += [(_EQUAL, 3, 0, clone), (_EQUAL, 6, 0, socket), *after]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def open_program() -> int:
    """Open a descriptor from which bubblewrap reads the filter; the caller closes it."""
    # A pipe, not a file, works on a full disk as well.
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as stream:
        stream.write(make_program())
    return reading
