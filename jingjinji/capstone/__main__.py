"""The five commands of a capstone: begin its folder, write the sheet, seal it, check all, and pack
it.

The notebook runs again as you, in an empty folder. An instructor runs the same checks in a sandbox.
"""

import argparse
import asyncio
import signal
import sys
import warnings
from pathlib import Path

try:
    from sealed_readings.folder import FolderError, reading

    from jingjinji.capstone import begin, checks, rerun, sheet
except ModuleNotFoundError as error:
    sys.exit(
        f"The check runs your notebook again and needs {error.name}: pip install nbclient ipykernel"
        " pyyaml."
    )

COMMANDS = {
    "new": "begin a folder, with ids of the course's claims, or without for another article",
    "sheet": "write the blank sheet, or list what is missing in it",
    "seal": "close the sheet, print the hash that you hand in, and make readings.csv of it",
    "check": (
        "take the numbers of the saved notebook, run it again, and list what must be corrected"
    ),
    "pack": "write FOLDER.zip, which you hand in",
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns 0 if all passed, 1 if something must be corrected, 2 if nothing
    ran."""
    options = _make_parser().parse_args(arguments)
    try:
        return _run(options)
    except FolderError as error:
        print(f"{error}.", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror or error}.", file=sys.stderr)
    return 2


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jingjinji.capstone", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        command.add_argument("folder", type=Path)
        if name == "new":
            command.add_argument(
                "claims", nargs="*", metavar="C10", help="ids of the course's claims"
            )
        if name == "seal":
            seen = (
                "what you had read when you wrote the sheet, such as 'lessons 4 and 15, tables.csv'"
            )
            command.add_argument("--seen", required=True, help=seen)
        if name == "check":
            handed_in = (
                "the hash that you handed in (default: that of the sealed sheet in the folder)"
            )
            command.add_argument("--hash", default="", help=handed_in)
            example = "check the book's own example, which cannot be handed in"
            command.add_argument("--example", action="store_true", help=example)
    return parser


def _run(options: argparse.Namespace) -> int:
    folder = options.folder
    if options.command == "new":
        print(begin.begin(folder, options.claims))
    elif options.command == "sheet":
        problems = sheet.find_problems(folder)
        print("\n".join(problems) or f"{sheet.find(folder)} has no problems; now seal it.")
        return 1 if problems else 0
    elif options.command == "seal":
        print(sheet.seal(folder, options.seen))
    elif options.command == "pack":
        print(f"Hand in {begin.pack(folder)}.")
    else:
        return _check(folder, options.hash, options.example)
    return 0


def _check(folder: Path, handed_in: str, example: bool) -> int:
    warnings.simplefilter("ignore")  # nbformat's warnings about notebooks of other Jupyter versions
    if sys.platform == "win32":  # a kernel's sockets need this event loop
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    notebook = checks.find_notebook(folder, example)
    if not example:
        sheet.collect(folder)
    stored = rerun.read(notebook)
    files = rerun.collect_files(folder, notebook)
    with reading(f"the second run of {notebook.name}", "correct the cell that stops or blocks it"):
        fresh = rerun.run_here(stored, files)
    own = sheet.find_hash(folder)
    result = checks.judge(folder, fresh, [], handed_in=handed_in or own, example=example)
    print(checks.report(result))
    if own and not handed_in:
        print(f"You must have handed in the hash {own}.")
    return 1 if any(result.problems.values()) else 0


if __name__ == "__main__":
    signal.signal(
        getattr(signal, "SIGPIPE", signal.SIGTERM), signal.SIG_DFL
    )  # ends quietly before `head`
    sys.exit(main())
