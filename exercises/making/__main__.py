"""Make everything that comes from the masters: ``python -m exercises.making [--edition instructor]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from exercises.making import everything
from exercises.making.master import MasterError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m exercises.making", description=__doc__)
    parser.add_argument("--edition", choices=("student", "instructor"), default="student")
    edition = parser.parse_args().edition
    try:
        made = everything.make(Path(__file__).parents[2], instructor=edition == "instructor")
    except MasterError as error:
        sys.exit(f"The exercises cannot be made:\n{error}")
    print(f"{made} masters had changed; the assignments are in {everything.ASSIGNMENTS}")


if __name__ == "__main__":
    main()
