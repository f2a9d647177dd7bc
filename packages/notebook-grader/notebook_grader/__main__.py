"""Grade what students handed in, mark their texts at the desk, explain and return marks."""

import sys
from importlib import import_module

from notebook_grader.course import PLAIN, Course

# Each module is imported when its task is run: none needs what another needs.
TASKS = {"grade": "grading", "mark": "desk.command", "explain": "explain", "return": "returns"}


def main(arguments: list[str] | None = None, course: Course = PLAIN, prog: str = "notebook-grader") -> int:
    """Run one task for a course; returns its exit code."""
    task, *given = (sys.argv[1:] if arguments is None else arguments) or [""]
    if task in TASKS:
        return import_module(f"notebook_grader.{TASKS[task]}").main(given, course, f"{prog} {task}")
    print(f"Name a task: {prog} {'|'.join(TASKS)} --help", file=sys.stderr)
    return 0 if task in ("-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main())
