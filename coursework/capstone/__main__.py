"""Check the automatic part of a capstone: cards, keys, units, the brief, and a second run of the notebook.

The notebook runs again in the sandbox of the exercises' grader, without network. The brief is NAME_brief.md
beside NAME.ipynb. A person marks the rest by the rubric.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path

import nbformat

from coursework.capstone import brief, cards, keys, rerun, units
from coursework.grading import intake, sandbox
from coursework.grading.run import SandboxError
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME

PARTS = {
    "runs": "The notebook runs again and shows the same",
    "cards": "Five verdict cards, complete, on claims of three chapters",
    "keys": "A published result of each chapter is reproduced",
    "units": "Axes and numbers have units",
    "brief": "The brief has its sections and lengths, and the notebook's numbers",
}


def check(notebook: Path, *, example: bool = False, unsafe: bool = False) -> dict[str, list[str]]:
    """What is wrong with a submission, a list of sentences for each of `PARTS`.

    Raises
    ------
    coursework.grading.intake.Refused
        If the file is no notebook.
    coursework.grading.run.SandboxError
        If this machine could not run it.
    """
    if not notebook.is_file():
        raise intake.Refused(f"there is no file {notebook}")
    text = notebook.read_bytes()
    clean = intake.parse(text)
    stored = nbformat.reads(text.decode("utf-8-sig"), as_version=4)
    fresh, remarks = rerun.run_again(clean, unsafe)
    filed = [card for shown in rerun.find_outputs(fresh, VERDICT_MIME).values() for card in shown]
    charts = {cell: shown[0] for cell, shown in rerun.find_outputs(fresh, CHART_MIME).items()}
    sound = [card for card in filed if not cards.find_card_problems(card)]
    chosen = list(dict.fromkeys(card["claim"] for card in sound))
    return {
        "runs": remarks or rerun.find_problems(stored, fresh),
        "cards": cards.find_problems(filed, example=example),
        "keys": keys.find_problems(rerun.collect_printed(fresh), chosen),
        "units": units.find_problems(charts, sound),
        "brief": _brief(notebook, chosen, fresh),
    }


def _brief(notebook: Path, chosen: list[str], fresh: nbformat.NotebookNode) -> list[str]:
    beside = notebook.with_name(f"{notebook.stem}_brief.md")
    if not beside.is_file():
        return [f"There is no brief: put {beside.name} beside the notebook."]
    shown = json.dumps([cell.get("outputs", []) for cell in fresh.cells], ensure_ascii=False)
    return brief.find_problems(beside.read_text(encoding="utf-8"), chosen, shown)


def report(found: dict[str, list[str]]) -> str:
    """The findings as a page of text: each part passed, or what to mend."""
    lines = []
    for part, sentences in found.items():
        lines.append(f"{'mend' if sentences else 'ok':<5}{PARTS[part]}")
        lines += [f"     - {sentence}" for sentence in sentences]
    passed = sum(not sentences for sentences in found.values())
    lines.append(f"{passed} of {len(found)} parts passed. Cells are counted from the top, text included.")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0 if all passed, 1 if something is to be mended, 2 if nothing could be
    checked."""
    parser = argparse.ArgumentParser(prog="coursework capstone", description=__doc__)
    parser.add_argument("notebook", type=Path, help="NAME.ipynb, with NAME_brief.md beside it")
    parser.add_argument(
        "--example", action="store_true", help="the book's own example, on the claims kept for it"
    )
    parser.add_argument("--unsafe", action="store_true", help="run without a sandbox: " + sandbox.UNSAFE)
    given = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # of nbformat, about notebooks from other Jupyters
    if not given.unsafe and (reason := sandbox.find_problem()):
        return _refuse(reason)
    try:
        found = check(given.notebook, example=given.example, unsafe=given.unsafe)
    except (intake.Refused, SandboxError) as error:
        return _refuse(f"{given.notebook.name} cannot be checked: {error}.")
    print(report(found))
    return 1 if any(found.values()) else 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
