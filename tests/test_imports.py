"""The rooms of the house: which may import which. The rules stand in pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_no_import_runs_upward_or_in_a_circle():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", "pyproject.toml", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_imports_the_tests_or_looks_for_modules_itself():
    """Also what is no package; the bench alone reads pages as tests do, and no test is another's helper."""
    rooms = ("bench", "book", "coursework", "jingjinji", "tests")
    amiss = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.match(r"\s*sys\.path\.(?:insert|append)|from tests\b.*\btest_", line)
        or (room not in ("bench", "tests") and re.match(r"\s*(?:from|import) tests\b", line))
    ]
    assert amiss == []


def test_no_module_needs_linux_to_be_imported():
    """Elsewhere, pages and assignments are made, too; only the text that the sandbox starts is for Linux."""
    only = re.compile(
        r"^(?:import|from) (fcntl|grp|pwd|resource|termios)\b|^[A-Z_]+ = .*sched_getaffinity", re.M
    )
    rooms = ("book", "coursework", "jingjinji", "packages/*/*")
    paths = (path.relative_to(ROOT) for room in rooms for path in ROOT.glob(f"{room}/**/*.py"))
    files = {ROOT / path for path in paths if "tests" not in path.parts}
    found = {path.name for path in files if only.search(path.read_text(encoding="utf-8"))}
    assert len(files) > 150 and found == {"inside.py"}
