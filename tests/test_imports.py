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
    """Also what is no package; the bench alone reads pages as the tests do."""
    rooms = ("bench", "book", "coursework", "jingjinji", "tests")
    amiss = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.match(r"\s*sys\.path\.(?:insert|append)", line)
        or (room not in ("bench", "tests") and re.match(r"\s*(?:from|import) tests\b", line))
    ]
    assert amiss == []
