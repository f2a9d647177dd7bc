"""What `cards.js` shows of a link where it stands: the cards of a kind are one script, fetched on demand."""

import json
from pathlib import Path

from sphinx.application import Sphinx


def write_cards(app: Sphinx, kind: str, cards: dict[str, dict[str, str]]) -> None:
    """Write the cards of a kind, each by the id that its links lead to.

    A card has a `name` and a `text`; a term `chinese` and `pinyin` too, a claim a `label`, its class and the
    `page` that decides it.
    It is a script and not data, because browsers fetch no data for a book that is opened from a folder.
    """
    table = json.dumps(cards, ensure_ascii=False)
    script = f"globalThis.bookCards = {{ ...globalThis.bookCards, ...{table} }};\n"
    Path(app.outdir, "_static", f"{kind}-data.js").write_text(script, encoding="utf-8")
