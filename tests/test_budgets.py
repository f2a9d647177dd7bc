"""Each room keeps its budget of lines, which stands in ``pyproject.toml``: what comes makes something leave.

To raise one is a commit of its own that says what came and what left. `python -m tests.test_budgets` prints
the table.
"""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUDGETS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]["budgets"]
SUFFIXES = {"python": ".py", "javascript": ".js", "tests": ".py"}


def list_rooms() -> list[str]:
    """The folders that hold programs: at the top, and each package."""
    folders = [path for path in ROOT.glob("*") if not path.name.startswith(("_", ".")) and path.is_dir()]
    packages = [path for path in (ROOT / "packages").glob("*") if path.is_dir()]
    rooms = [path for path in [*folders, *packages] if path.name != "packages" and any(path.rglob("*.py"))]
    return sorted(path.relative_to(ROOT).as_posix() for path in rooms)


def count_lines(room: str, kind: str) -> int:
    """The lines of a room's programs of one kind; a package's tests are a kind of their own."""
    found = 0
    for path in (ROOT / room).rglob(f"*{SUFFIXES[kind]}"):
        inside = path.relative_to(ROOT / room).parts
        is_test = room == "tests" or "tests" in inside
        if is_test == (kind == "tests") and not {"__pycache__", "node_modules", "build"} & {*inside}:
            found += len(path.read_text(encoding="utf-8").splitlines())
    return found


def test_every_room_has_a_budget_and_keeps_it():
    over = [
        f"{room}: {lines:,} lines of {kind}, {lines - most:,} over its budget of {most:,}"
        for room in list_rooms()
        for kind in SUFFIXES
        if (lines := count_lines(room, kind)) > (most := BUDGETS.get(room, {}).get(kind, 0))
    ]
    assert over == []
    assert [room for room in BUDGETS if room not in list_rooms()] == []


def test_no_packages_tests_are_longer_than_it():
    rooms = [room for room in list_rooms() if room.startswith("packages/")]
    longer = [
        f"{room}: {tests:,} lines of tests for {own:,} of its own"
        for room in rooms
        if (tests := count_lines(room, "tests"))
        > (own := count_lines(room, "python") + count_lines(room, "javascript"))
    ]
    assert longer == []


if __name__ == "__main__":
    for room in list_rooms():
        counted = {kind: count_lines(room, kind) for kind in SUFFIXES}
        print(f'"{room}" = {{{", ".join(f"{kind} = {lines}" for kind, lines in counted.items() if lines)}}}')
