"""A page on its way from Sphinx to its file, and what is kept of it for the whole of the book."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book.settings import INDEX_PAGE


@dataclass(frozen=True)
class Page:
    """A page that is about to be written; `document` is None where no source has been read for it."""

    app: Sphinx
    name: str
    document: nodes.document | None
    context: dict[str, Any]

    def keep(self, notes: dict[str, Any]) -> None:
        """Keep something of the page for later: another process may write it, or a build that is past."""
        path = _find_notes(self.app, self.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notes, ensure_ascii=False), encoding="utf-8")


def read_notes(app: Sphinx, name: str) -> dict[str, Any]:
    """What was kept of each page that is in the book, by the name of the note: page to note."""
    pages = sorted([*app.env.all_docs, *app.config.html_additional_pages, INDEX_PAGE])
    kept = {page: json.loads(_find_notes(app, page).read_text(encoding="utf-8")) for page in pages}
    return {page: notes[name] for page, notes in kept.items()}


def _find_notes(app: Sphinx, name: str) -> Path:
    return Path(app.doctreedir) / "written" / f"{name}.json"
