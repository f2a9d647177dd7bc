"""Import every module of the course and its packages in an environment without the tests' dependencies.

`.ci/run` and the workflow call it after `make setup`, so that a module that needs a test dependency fails.
"""

import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ["jingjinji", "book", "coursework"]
ROOMS += [path.parent.name for path in sorted(ROOT.glob("packages/*/*/__init__.py"))]
# Programs for another process, a sandbox or a reader's page, which are read as text and not imported.
PROGRAMS = {"notebook_grader.inside", "live_cells.runner"}


def find_modules(room: str) -> set[str]:
    """Every module of a room."""
    folder = Path(importlib.util.find_spec(room).origin).parent
    modules = pkgutil.walk_packages([str(folder)], f"{room}.")
    return {room, *(module.name for module in modules)} - PROGRAMS


def main() -> int:
    """Import all modules and report those that fail; returns 0 if none does."""
    if importlib.util.find_spec("pytest"):
        print("This environment has pytest: run it where only 'make setup' ran.", file=sys.stderr)
        return 1
    faults, modules = [], [name for room in ROOMS for name in sorted(find_modules(room))]
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception as error:
            faults.append(f"{name}: {type(error).__name__}: {error}")
    print(f"{len(modules)} modules imported, {len(faults)} failed", *faults, sep="\n", file=sys.stderr)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
