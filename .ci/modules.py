"""Start every module of the course and its packages, in an environment that has requirements.txt alone.

`.ci/run` and the workflow run it where nothing else is installed, so that what only tests bring is missing.
"""

import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = (
    "jingjinji",
    "book",
    "coursework",
    *(p.parent.name for p in sorted(ROOT.glob("packages/*/*/__init__.py"))),
)
# No modules, but texts of programs for another process: a sandbox, a reader's page.
PROGRAMS = {"notebook_grader.inside", "live_cells.runner"}


def find_modules(room: str) -> set[str]:
    """Every module of a room."""
    folder = Path(importlib.util.find_spec(room).origin).parent
    found = pkgutil.walk_packages([str(folder)], f"{room}.")
    return {room, *(module.name for module in found)} - PROGRAMS


def main() -> int:
    """Import all of them and tell of each that cannot be; 0 if none."""
    if importlib.util.find_spec("pytest"):
        print(
            "This environment has what only tests bring, so it cannot tell what is missing.", file=sys.stderr
        )
        return 1
    faults, modules = [], [name for room in ROOMS for name in sorted(find_modules(room))]
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception as error:
            faults.append(f"{name}: {type(error).__name__}: {error}")
    print(f"{len(modules)} modules started, {len(faults)} could not", *faults, sep="\n", file=sys.stderr)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
