"""One sum of lines for the whole project and a mark for each room, both in ``pyproject.toml``.

A mark has two per cent of head room, so that a few lines do not stop the work in one room; the sum has none.
Raising either is a commit of its own that says what came and what left. `python -m tests.test_budgets` prints
the present counts.
"""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
COURSE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]
BUDGETS = COURSE["budgets"]
SUFFIXES = {".py": "python", ".js": "javascript"}
SKIPPED = {"__pycache__", "node_modules"}


def count_lines() -> dict[str, dict[str, int]]:
    """Count the lines of each room by kind. A package is a room; its tests are a kind of their own."""
    rooms: dict[str, dict[str, int]] = {}
    for path in sorted(ROOT.glob("*")):
        if path.is_dir() and path.name.startswith(("_", ".")) and path.name != ".ci":
            continue
        for file in [path] if path.is_file() else path.rglob("*"):
            parts = file.relative_to(ROOT).parts
            if file.suffix in SUFFIXES and not SKIPPED & {*parts}:
                room = "/".join(parts[: 1 + (parts[0] == "packages")]) if len(parts) > 1 else "."
                kind = "tests" if "tests" in parts else SUFFIXES[file.suffix]
                lines = len(file.read_text(encoding="utf-8").splitlines())
                rooms.setdefault(room, {})[kind] = rooms.get(room, {}).get(kind, 0) + lines
    return rooms


def test_the_sum_and_every_room_keep_their_marks():
    counted = count_lines()
    total = sum(sum(kinds.values()) for kinds in counted.values())
    assert total <= COURSE["lines"], f"{total:,} lines, {total - COURSE['lines']:,} over the sum"
    over = [
        f"{room}: {lines:,} lines of {kind}, {lines - most:,} over its mark of {most:,}"
        for room, kinds in counted.items()
        for kind, lines in kinds.items()
        if lines > (most := BUDGETS.get(room, {}).get(kind, 0))
    ]
    assert over == []
    assert [room for room in BUDGETS if room not in counted] == []


if __name__ == "__main__":
    counted = count_lines()
    print(f"lines = {sum(sum(kinds.values()) for kinds in counted.values())}\n\n[tool.course.budgets]")
    for room, kinds in counted.items():
        marks = ", ".join(f"{kind} = {lines * 102 // 100}" for kind, lines in kinds.items())
        print(f'"{room}" = {{{marks}}}')
