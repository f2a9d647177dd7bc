"""Import every module of the course and its packages in an environment without the tests' dependencies.

`.ci/run` and the workflow call it after `make setup`, so that a module that needs a test dependency fails.
"""

import importlib.util
import pkgutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ["jingjinji", "book", "coursework"]
ROOMS += [path.parent.name for path in sorted(ROOT.glob("packages/*/*/__init__.py"))]
# Programs for another process, a sandbox or a reader's page, which are read as text and not imported.
PROGRAMS = {"notebook_grader.inside", "live_cells.runner"}

if importlib.util.find_spec("pytest"):
    sys.exit("This environment has pytest: run it where only 'make setup' ran.")
faults, count = [], 0
for room in ROOMS:
    folder = Path(importlib.util.find_spec(room).origin).parent
    for module in pkgutil.walk_packages([str(folder)], f"{room}."):
        if module.name not in PROGRAMS:
            count += 1
            try:
                importlib.import_module(module.name)
            except Exception as error:
                faults.append(f"{module.name}: {type(error).__name__}: {error}")
print(f"{count} modules imported, {len(faults)} failed", *faults, sep="\n", file=sys.stderr)
sys.exit(bool(faults))
