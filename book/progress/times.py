"""How long a chapter takes: `times` is a sentence with the minutes that `make` has computed."""

from __future__ import annotations

import json

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, settings


class Times(SphinxDirective):
    """The minutes of reading and of practice of the chapter in whose text it stands."""

    def run(self) -> list[nodes.Node]:
        page = settings.exercise_page(self.env.srcdir, self.env.docname)
        self.env.note_dependency(str(page))
        try:
            facts = json.loads(page.read_text(encoding="utf-8"))["metadata"]["chapter"]
        except FileNotFoundError:
            raise self.error(f"{self.env.docname} has no page of exercises to take its time from") from None
        return [elements.paragraph(nodes.strong("", "Time."), f" {facts['times']}")]


def setup(app: Sphinx) -> dict:
    """Register the sentence."""
    app.add_directive("times", Times)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
