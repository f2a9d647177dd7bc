"""Grade what students handed in, mark their texts at the desk, and return marks: grade, mark, return."""

import sys

from notebook_grader.course import PLAIN, Course

TASKS = ("grade", "mark", "return")


def main(arguments: list[str] | None = None, course: Course = PLAIN, prog: str = "notebook-grader") -> int:
    """Run one task of a course's; returns its exit code."""
    task, *given = (sys.argv[1:] if arguments is None else arguments) or [""]
    name = f"{prog} {task}"
    # Each imported when its task is run: none needs what another needs.
    if task == "grade":
        from notebook_grader import grading

        return grading.main(given, course, name)
    if task == "mark":
        from notebook_grader.desk import command

        return command.main(given, course, name)
    if task == "return":
        from notebook_grader import returns

        return returns.main(given, course, name)
    print(f"Name a task: {prog} {'|'.join(TASKS)} --help", file=sys.stderr)
    return 0 if task in ("-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main())
