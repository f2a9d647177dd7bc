"""Data of the cards that `cards.js` shows on links: one script for each kind, fetched on demand."""

import json
from pathlib import Path

from sphinx.application import Sphinx


def write_cards(app: Sphinx, kind: str, cards: dict[str, dict[str, str]]) -> None:
    """Write the cards of a kind by the id that their links lead to.

    A card has a `name` and a `text`; a term also `chinese` and `pinyin`; a claim also a `label`, its class
    and the `page` that decides it. The file is a script because browsers load no JSON in a book opened from
    a folder.
    """
    table = json.dumps(cards, ensure_ascii=False)
    script = f"globalThis.bookCards = {{ ...globalThis.bookCards, ...{table} }};\n"
    Path(app.outdir, "_static", f"{kind}-data.js").write_text(script, encoding="utf-8")
