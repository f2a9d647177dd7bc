"""Key terms at hand: what `words.js` shows of a term where it stands, in one file fetched on demand.

A script and not data, because browsers fetch no data for a book that is opened from a folder.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from book.glossary.key_terms import Term

NAME = "words-data.js"


def words(terms: dict[str, Term]) -> str:
    """The script that holds every term by its place in the glossary: names in both languages, and meaning."""
    table = {
        nodes.make_id(f"term-{term.english}"): [term.english, term.chinese, term.pinyin, term.definition]
        for term in terms.values()
    }
    return f"globalThis.bookWords = {json.dumps(table, ensure_ascii=False)};\n"


def _write(app: Sphinx, error: Exception | None) -> None:
    if not error and app.builder.format == "html":
        Path(app.outdir, "_static", NAME).write_text(words(app.env.key_terms), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Write the file that the script asks for."""
    app.connect("build-finished", _write)
