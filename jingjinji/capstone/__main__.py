"""Check the automatic part of your own capstone, on any machine that runs notebooks.

The notebook runs again as you, in an empty folder. The brief is NAME_brief.md beside NAME.ipynb; another
article's claims are NAME_claims.csv. Whoever marks runs the same checks in a sandbox.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import warnings
from pathlib import Path

try:
    import nbformat

    from jingjinji.capstone import checks, keys, rerun
except ModuleNotFoundError as error:
    sys.exit(f"The check runs your notebook again and needs {error.name}: pip install nbclient ipykernel.")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0 if all passed, 1 if something is to be mended, 2 if nothing could be
    checked."""
    parser = argparse.ArgumentParser(prog="python -m jingjinji.capstone", description=__doc__)
    parser.add_argument("notebook", type=Path, nargs="?", help="NAME.ipynb, with NAME_brief.md beside it")
    parser.add_argument("--keys", action="store_true", help="list the published results")
    parser.add_argument("--example", action="store_true", help="the book's own, on the claims kept for it")
    given = parser.parse_args(arguments)
    if given.keys:
        print("\n".join(f"{name:5}{key.method}" for name, key in keys.read_published().items()))
        return 0
    if not given.notebook or not given.notebook.is_file():
        print(f"There is no file {given.notebook}: name your notebook.", file=sys.stderr)
        return 2
    warnings.simplefilter("ignore")  # of nbformat, about notebooks from other Jupyters
    if sys.platform == "win32":  # a kernel's sockets need this loop there
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    try:
        stored = rerun.read(given.notebook)
    except (ValueError, nbformat.reader.NotJSONError) as error:
        print(f"{given.notebook.name} is no notebook: {str(error)[:100]}.", file=sys.stderr)
        return 2
    found = checks.check(
        given.notebook, stored, lambda book, files: (rerun.run_here(book, files), []), example=given.example
    )
    print(checks.report(found))
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
