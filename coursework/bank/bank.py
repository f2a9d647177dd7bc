"""Write the question bank: one file for Moodle, with several sets of numbers."""

from pathlib import Path

import yaml

from coursework import products
from coursework.bank import moodle
from coursework.bank.questions import list_questions
from coursework.build.record import write_file
from coursework.common import MasterError
from coursework.masters import bounds, variant
from coursework.masters.master import read
from coursework.teach import chapter

FOLDER = "_build/bank"
MOST = bounds.FEWEST + 1
"""Sets of numbers: every exercise that varies has as many."""
SEED = "bank"  # unlike any cohort's, so that no cohort draws in the order of the bank


def make(root: Path, sets: int) -> str:
    """Write the bank. Returns a sentence about it.

    The first set has the book's own numbers. Raises `MasterError` if there are not so many sets, or a master
    is unfit.
    """
    if not 1 <= sets <= MOST:
        raise MasterError(f"there are from 1 to {MOST} sets of numbers, not {sets}")
    sources = products.list_masters(root)
    executed = [{source: source.with_suffix(".ipynb") for source in sources}]
    for index in range(sets - 1):
        folder = root / FOLDER / "sets" / str(index + 2)
        executed.append(variant.run(root, sources, folder, SEED, index))
    chapters = {
        f"{int(source.stem[:2])}. {chapter.read_title(root, source.stem)}": list_questions(
            read(notebooks[source]) for notebooks in executed
        )
        for source in sources
    }
    about = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    write_file(root / FOLDER / "moodle.xml", moodle.format_bank(about["title"], chapters))
    numbers = [question.number for questions in chapters.values() for question in questions]
    return (
        f"{len({*numbers})} exercises, {len(numbers)} questions with their sets of numbers, are in {FOLDER}"
    )
