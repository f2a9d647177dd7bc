"""Write the bank: one file for Moodle, and for Canvas a package for each set of numbers."""

from pathlib import Path

import yaml

from coursework.bank import canvas, moodle
from coursework.bank.questions import Question, list_questions
from coursework.making import bounds, chapter, products, variant
from coursework.making.files import MasterError, write_file
from coursework.making.master import read

FOLDER = "_build/bank"
MOST = bounds.FEWEST + 1
"""Sets of numbers: every exercise that varies has as many."""
SEED = "bank"  # so that no cohort's order of draws is the bank's


def make(root: Path, sets: int) -> str:
    """Write the files of the bank; returns a sentence about them.

    The first set has the book's own numbers. Raises `MasterError` where there are not so many sets, or a
    master is unfit.
    """
    if not 1 <= sets <= MOST:
        raise MasterError(f"there are from 1 to {MOST} sets of numbers, not {sets}")
    sources = products.list_masters(root)
    executed = [{source: source.with_suffix(".ipynb") for source in sources}]
    for index in range(sets - 1):
        folder = root / FOLDER / "sets" / str(index + 2)
        executed.append(variant.run(root, sources, folder, SEED, index))
    chapters = {one.stem: list_questions(read(made[one]) for made in executed) for one in sources}
    titles = {stem: f"{int(stem[:2])}. {chapter.read_title(root, stem)}" for stem in chapters}
    about = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    listed = [(titles[stem], questions) for stem, questions in chapters.items()]
    write_file(root / FOLDER / "moodle.xml", moodle.format_bank(about["title"], listed))
    for number in range(1, MOST + 1):
        package = root / FOLDER / f"canvas-{number}.zip"
        if number > sets:
            package.unlink(missing_ok=True)
        else:
            chosen = [(stem, titles[stem], choose(made, number)) for stem, made in chapters.items()]
            write_file(package, canvas.pack_bank(chosen))
    every = [question.number for made in chapters.values() for question in made]
    return f"{len({*every})} exercises, {len(every)} questions with their sets of numbers, are in {FOLDER}"


def choose(questions: list[Question], number: int) -> list[Question]:
    """Of each exercise the question with a set of numbers; with the last where it has fewer."""
    return list({one.number: one for one in questions if one.set <= number}.values())
