"""All that is checked of a capstone, once its notebook has been run again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from claims_ledger.cards import find_card_problems
from nbformat import NotebookNode

from jingjinji import claims
from jingjinji.capstone import brief, cards, evidence, keys, own, rerun, units
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME

PARTS = {
    "runs": "The notebook runs again and shows the same",
    "cards": "Five verdict cards, complete, on claims of three chapters or of an article of one's own",
    "keys": "Three published results are reproduced, computed and not typed",
    "evidence": "Claims are answered twice and compared, with numbers from tables",
    "units": "Axes and numbers have units",
    "brief": "The brief has its sections and lengths, and the notebook's numbers",
}
# Takes a notebook and the files beside it, and gives what came out, with remarks.
Runner = Callable[[NotebookNode, dict[str, str]], tuple[NotebookNode, list[str]]]


def check(notebook: Path, clean: NotebookNode, run: Runner, *, example: bool = False) -> dict[str, list[str]]:
    """What is wrong with a submission, a list of sentences for each of `PARTS`.

    `clean` is the notebook as it may be run. Beside NAME.ipynb lie NAME_brief.md and, for another article,
    NAME_claims.csv and, where it has keys of its own, NAME_keys.csv.
    """
    stored = rerun.read(notebook)
    beside = {kind: notebook.with_name(f"{notebook.stem}_{kind}") for kind in ("claims.csv", "keys.csv")}
    there = {kind: path for kind, path in beside.items() if path.is_file()}
    fresh, remarks = run(clean, {path.name: path.read_text(encoding="utf-8-sig") for path in there.values()})
    try:
        article = own.read(there["claims.csv"]) if "claims.csv" in there else None
    except ValueError as error:
        return {"cards": [f"{error}."]}
    filed = [card for shown in rerun.find_outputs(fresh, VERDICT_MIME).values() for card in shown]
    charts = {cell: shown[0] for cell, shown in rerun.find_outputs(fresh, CHART_MIME).items()}
    sound = [card for card in filed if not find_card_problems(card, cards.list_statements(article))]
    printed, code, known = (
        rerun.collect_printed(fresh),
        evidence.Code(clean),
        keys.read_published(there.get("keys.csv")),
    )
    ledger = claims.ledger() if article is None else article
    return {
        "runs": remarks or rerun.find_problems(stored, fresh),
        "cards": cards.find_problems(filed, example=example, own=article),
        "keys": keys.find_problems(printed, known)
        + evidence.find_key_problems(code, keys.list_printed(printed, known), known),
        "evidence": evidence.find_problems(code, printed, sound, charts),
        "units": units.find_problems(charts, sound),
        "brief": _brief(notebook, sound, fresh, ledger["printed"].fillna("").astype(str).to_dict()),
    }


def _brief(notebook: Path, sound: list[dict], fresh: NotebookNode, printed: dict[str, str]) -> list[str]:
    beside = notebook.with_name(f"{notebook.stem}_brief.md")
    if not beside.is_file():
        return [f"There is no brief: put {beside.name} beside the notebook."]
    shown = json.dumps([cell.get("outputs", []) for cell in fresh.cells], ensure_ascii=False)
    chosen = list(dict.fromkeys(card["claim"] for card in sound))
    return brief.find_problems(beside.read_text(encoding="utf-8-sig"), chosen, shown, printed)


def report(found: dict[str, list[str]]) -> str:
    """The findings as a page of text: each part passed, or what to mend."""
    lines = []
    for part, sentences in found.items():
        lines.append(f"{'mend' if sentences else 'ok':<5}{PARTS[part]}")
        lines += [f"     - {sentence}" for sentence in sentences]
    passed = sum(not sentences for sentences in found.values())
    lines.append(f"{passed} of {len(found)} parts passed. Cells are counted from the top, text included.")
    return "\n".join(lines)
