"""Begin a capstone, check it as an instructor will, and pack it.

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

    from jingjinji.capstone import begin, checks, keys, rerun
except ModuleNotFoundError as error:
    sys.exit(
        f"The check runs your notebook again and needs {error.name}: pip install nbclient ipykernel pyyaml."
    )

COMMANDS = {
    "new": "begin a folder, with ids of the course's claims, or without for another article",
    "check": "list what must be corrected",
    "pack": "write FOLDER.zip, which you hand in",
    "keys": "list the published results that a notebook may reproduce",
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns 0 if all passed, 1 if something must be corrected, 2 if nothing ran."""
    parser = argparse.ArgumentParser(prog="python -m jingjinji.capstone", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name != "keys":
            command.add_argument("folder", type=Path)
        if name == "new":
            command.add_argument("claims", nargs="*", metavar="C10", help="ids of the course's claims")
        if name == "check":
            command.add_argument("--hash", default="", help="the hash that you handed in")
            example = "check the book's own example, which cannot be handed in"
            command.add_argument("--example", action="store_true", help=example)
    options = parser.parse_args(arguments)
    try:
        if options.command == "keys":
            print("\n".join(f"{name:5}{key.method}" for name, key in keys.read_published().items()))
        elif options.command == "new":
            print(begin.begin(options.folder, options.claims))
        elif options.command == "pack":
            print(f"Hand in {begin.pack(options.folder)}.")
        else:
            return _check(options.folder, options.hash, options.example)
    except FolderError as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror or error}.", file=sys.stderr)
        return 2
    return 0


def _check(folder: Path, handed_in: str, example: bool) -> int:
    warnings.simplefilter("ignore")  # nbformat's warnings about notebooks of other Jupyter versions
    if sys.platform == "win32":  # a kernel's sockets need this event loop
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    notebook = checks.find_notebook(folder, example)
    stored, files = rerun.read(notebook), rerun.collect_files(folder, notebook)
    with reading(f"the second run of {notebook.name}", "correct the cell that stops or blocks it"):
        fresh = rerun.run_here(stored, files)
    result = checks.judge(folder, fresh, [], handed_in=handed_in, example=example)
    print(checks.report(result))
    return 1 if any(result.problems.values()) else 0


if __name__ == "__main__":
    signal.signal(getattr(signal, "SIGPIPE", signal.SIGTERM), signal.SIG_DFL)  # ends quietly before `head`
    sys.exit(main())
