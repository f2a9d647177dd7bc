"""Make everything that comes from the masters, for all or for one cohort: ``python -m exercises.making``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from exercises.making import everything
from exercises.making.master import MasterError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m exercises.making", description=__doc__)
    parser.add_argument("--edition", choices=("student", "instructor"), default="student")
    parser.add_argument("--cohort", default=os.environ.get("COHORT", ""), help="such as 2027-spring")
    given = parser.parse_args()
    try:
        root, instructor = Path(__file__).parents[2], given.edition == "instructor"
        made = everything.make(root, instructor=instructor, cohort=given.cohort)
    except MasterError as error:
        sys.exit(f"The exercises cannot be made:\n{error}")
    print(f"{made} masters had changed; the assignments are in {everything.ASSIGNMENTS}")


if __name__ == "__main__":
    main()
