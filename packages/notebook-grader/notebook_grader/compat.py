"""Everything in which the grader depends on the inside of another package: what, why, and of which version.

`WRITTEN_FOR` has the version that each was read in; ``tests/test_compat.py`` fails when another is installed,
or when what is relied on here is no longer there. Then read the new version, and take the change out or set
the version here.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.session import Session

WRITTEN_FOR = {"jupyter-client": "8.10.0", "nbgrader": "0.9.6"}


def read_messages(session: Session, read: Callable[[bytes, Callable[[bytes], Any]], Any]) -> None:
    """jupyter_client takes each message apart, however large, and lists of nothing grow hundredfold by that.

    `read` reads a part of a message in its place; it is given how jupyter_client would.
    """
    before = session.unpack
    session.unpack = lambda part: read(part, before)


def find_alembic() -> None:
    """nbgrader starts `alembic` by its name, and where no environment is activated none is on the path."""
    programs = dict.fromkeys([*os.get_exec_path(), str(Path(sys.executable).parent)])
    os.environ["PATH"] = os.pathsep.join(programs)
