"""Stored tables as pages show them: with heads that screen readers announce, and Chinese marked as such."""

from docutils import nodes
from live_cells.frames import tidy
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.theme.languages import mark_html


class ShowTables(SphinxPostTransform):
    """Tidy the tables that notebooks store."""

    # After one of several forms of an output is chosen.
    default_priority = 890
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for raw in self.document.findall(nodes.raw):
            if "text_html" in raw["classes"]:
                raw.replace(raw[0], nodes.Text(mark_html(tidy(raw.astext()))))


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(ShowTables)
