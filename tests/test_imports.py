"""Import rules between the rooms of the project; the contracts are in pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_import_contracts_are_kept():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", "pyproject.toml", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_sandbox_needs_linux_to_be_imported():
    """Pages and assignments are built on other systems too; the script inside the sandbox is for Linux."""
    linux = re.compile(
        r"^(?:import|from) (fcntl|grp|pwd|resource|termios)\b|^[A-Z_]+ = .*sched_getaffinity", re.M
    )
    rooms = ("book", "coursework", "jingjinji", "packages/*/*")
    paths = {path for room in rooms for path in ROOT.glob(f"{room}/**/*.py")}
    product = {path for path in paths if "tests" not in path.relative_to(ROOT).parts}
    assert {path.name for path in product if linux.search(path.read_text(encoding="utf-8"))} == {"inside.py"}
