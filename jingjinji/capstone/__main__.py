"""Begin a capstone, check it as whoever marks it will, and pack it.

The notebook runs again as you, in an empty folder. Whoever marks runs the same checks in a sandbox.
"""

from __future__ import annotations

import argparse
import asyncio
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


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0 where all passed, 1 where something is to be mended, 2 where none could."""
    parser = argparse.ArgumentParser(prog="python -m jingjinji.capstone", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    told = {
        "new": "begin a folder, with ids of the course's claims, or without for another article",
        "check": "say what is to be mended",
        "pack": "write FOLDER.zip, which you hand in",
        "keys": "list the published results that a notebook may reproduce",
    }
    for name, said in told.items():
        one = commands.add_parser(name, help=said, description=said)
        if name != "keys":
            one.add_argument("folder", type=Path)
        if name == "new":
            one.add_argument("claims", nargs="*", metavar="C10", help="ids of the course's claims")
        if name == "check":
            one.add_argument(
                "--example", action="store_true", help="the book's own, which nobody may hand in"
            )
    given = parser.parse_args(arguments)
    try:
        if given.command == "keys":
            print("\n".join(f"{name:5}{key.method}" for name, key in keys.read_published().items()))
        elif given.command == "new":
            print(begin.begin(given.folder, given.claims))
        elif given.command == "pack":
            print(f"{begin.pack(given.folder)} is what you hand in.")
        else:
            return _check(given.folder, given.example)
    except FolderError as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    return 0


def _check(folder: Path, example: bool) -> int:
    warnings.simplefilter("ignore")  # of nbformat, about notebooks from other Jupyters
    if sys.platform == "win32":  # a kernel's sockets need this loop there
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    notebook = checks.find_notebook(folder, example)
    stored, files = rerun.read(notebook), rerun.collect_files(folder, notebook)
    with reading(f"what {notebook.name} does when it runs again", "mend the cell that ends or holds it"):
        fresh = rerun.run_here(stored, files)
    found = checks.judge(folder, fresh, [], example=example)
    print(checks.report(found))
    return 1 if any(found.problems.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
