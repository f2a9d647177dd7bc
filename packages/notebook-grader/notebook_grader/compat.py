"""What other packages need done for them beyond their documented ways; each with version, reason and test."""

import os
import sys
from pathlib import Path


def put_programs_on_path() -> None:
    """Let nbgrader find `alembic` beside this Python.

    nbgrader 0.9.6 starts it by its name when it makes a gradebook (`nbgrader.dbutil`), which fails where this
    environment is not activated. Test: test_gradebook.py, which runs without it on the path.
    """
    programs, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if programs not in path.split(os.pathsep):
        os.environ["PATH"] = f"{path}{os.pathsep}{programs}" if path else programs
