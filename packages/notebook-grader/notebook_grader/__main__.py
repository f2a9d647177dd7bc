"""Grade submissions, mark texts at the desk, explain and return marks."""

import sys
from argparse import ArgumentParser
from importlib import import_module

from notebook_grader.course import PLAIN, Course
from notebook_grader.private import private_files

# Modules are imported when their task runs, as each needs other libraries.
TASKS = {
    "grade": "grading.command",
    "mark": "marks.desk.command",
    "explain": "marks.explain",
    "return": "marks.returns",
    "forget": "marks.forget",
}


def main(
    arguments: list[str] | None = None, course: Course = PLAIN, prog: str = "notebook-grader"
) -> int:
    """Run one task for a course; returns its exit code."""
    task, *options = (sys.argv[1:] if arguments is None else arguments) or [""]
    if task not in TASKS:
        print(f"Name a task: {prog} {'|'.join(TASKS)} --help", file=sys.stderr)
        return 0 if task in ("-h", "--help") else 2
    module = import_module(f"notebook_grader.{TASKS[task]}")
    parser = ArgumentParser(prog=f"{prog} {task}", description=module.__doc__)
    module.add_options(parser, course)
    try:
        with private_files():
            return module.run(parser.parse_args(options), course)
    except ValueError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(
            f"Something could not be read or written: {error.strerror or error}{where}.",
            file=sys.stderr,
        )
    return 2


if __name__ == "__main__":
    sys.exit(main())
