"""The system calls that a sandbox does not offer, as a filter that bubblewrap loads (``--seccomp``).

They make memory or queues that no limit on memory counts, reach into other processes, leave the core that the
sandbox has, or make name spaces with folders of their own. Each answers "not implemented", which libraries
take as a sign to do without. Limits (rlimits) cannot say this, and a control
group needs rights that a grader need not have.
"""

import os
import platform
import struct

# As <linux/filter.h>, <linux/seccomp.h> and <linux/audit.h> have them.
_LOAD, _EQUAL, _AT_LEAST, _ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _NOT_IMPLEMENTED = 0x7FFF0000, 0x80000000, 0x00050000 | 38
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
# Flags of clone that make name spaces, and the families of sockets that stay in the sandbox.
_NAME_SPACES, _FAMILIES = 0x7E020000, (1, 2, 10, 16)
# On x86-64 numbers from here on are those of another calling convention.
_X32 = 0x40000000
_NEW = {
    "clone3": 435,
    "memfd_secret": 447,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
}
_CALLS = {
    "x86_64": (
        0xC000003E,
        _NEW
        | {"memfd_create": 319, "userfaultfd": 323, "bpf": 321, "perf_event_open": 298, "ptrace": 101}
        | {"shmget": 29, "shmat": 30, "shmctl": 31, "shmdt": 67, "semget": 64, "semop": 65, "semctl": 66}
        | {"msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "semtimedop": 220, "mq_open": 240}
        | {
            "add_key": 248,
            "request_key": 249,
            "keyctl": 250,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
        }
        | {"unshare": 272, "setns": 308, "sched_setaffinity": 203},
        {"clone": 56, "socket": 41},
    ),
    "aarch64": (
        0xC00000B7,
        _NEW
        | {"memfd_create": 279, "userfaultfd": 282, "bpf": 280, "perf_event_open": 241, "ptrace": 117}
        | {"shmget": 194, "shmctl": 195, "shmat": 196, "shmdt": 197, "semget": 190, "semctl": 191}
        | {"semtimedop": 192, "semop": 193, "msgget": 186, "msgctl": 187, "msgrcv": 188, "msgsnd": 189}
        | {"mq_open": 180, "add_key": 217, "request_key": 218, "keyctl": 219}
        | {"process_vm_readv": 270, "process_vm_writev": 271}
        | {"unshare": 97, "setns": 268, "sched_setaffinity": 122},
        {"clone": 220, "socket": 198},
    ),
}


def is_supported() -> bool:
    """Whether the numbers of this machine's system calls are known here."""
    return platform.machine() in _CALLS


def make_program() -> bytes:
    """The filter for this machine's processor."""
    architecture, calls, asked = _CALLS[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    refused, sets = sorted(calls.values()), len(_FAMILIES)
    # What follows the list: "allow", "refuse", then what clone and socket are asked by their first argument.
    after = [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOT_IMPLEMENTED)]
    after += [(_LOAD, 0, 0, _FIRST), (_ANY, 0, 1, _NAME_SPACES), *after[1:], after[0]]
    after += [(_LOAD, 0, 0, _FIRST)]
    after += [(_EQUAL, sets - place, 0, family) for place, family in enumerate(_FAMILIES)]
    after += [after[1], after[0]]
    whole = len(refused) + 2
    steps.append((_AT_LEAST, whole + 1, 0, _X32))
    steps += [(_EQUAL, whole - place, 0, number) for place, number in enumerate(refused)]
    steps += [(_EQUAL, 3, 0, asked["clone"]), (_EQUAL, 6, 0, asked["socket"]), *after]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def open_program() -> int:
    """A descriptor from which bubblewrap can read the filter; the caller closes it."""
    # A pipe, not a file: it holds these few hundred bytes also where the disk is full.
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as stream:
        stream.write(make_program())
    return reading
