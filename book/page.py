"""A page between Sphinx and its file, and notes on written pages for the end of the build."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book.settings import INDEX_PAGE


@dataclass(frozen=True)
class Page:
    """A page about to be written; `document` is None if the page has no source."""

    app: Sphinx
    name: str
    document: nodes.document | None
    context: dict[str, Any]

    def keep(self, notes: dict[str, Any]) -> None:
        """Store notes on the page: another process, or an earlier build, may have written it."""
        path = _locate_notes(self.app, self.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notes, ensure_ascii=False), encoding="utf-8")


def read_notes(app: Sphinx, name: str) -> dict[str, Any]:
    """Read the note of this name for each page of the book."""
    pages = sorted([*app.env.all_docs, *app.config.html_additional_pages, INDEX_PAGE])
    return {
        page: json.loads(_locate_notes(app, page).read_text(encoding="utf-8"))[name]
        for page in pages
    }


def _locate_notes(app: Sphinx, page: str) -> Path:
    return Path(app.doctreedir) / "written" / f"{page}.json"
