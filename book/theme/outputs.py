"""Tables that notebooks store, as pages show them: heads that are heard, and Chinese marked as Chinese."""

from docutils import nodes
from live_cells.frames import tidy
from lxml import html
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.theme.languages import mark_element


def mend_table(stored: str) -> str:
    """The HTML of an output, as the page's own Python shows it, with its Chinese marked as Chinese."""
    box = html.fragment_fromstring(tidy(stored), create_parent="div")
    mark_element(box)
    return (box.text or "") + "".join(html.tostring(part, encoding="unicode") for part in box)


class ShowTables(SphinxPostTransform):
    """Makes of tables what a page shows."""

    # When of several forms of an output one is chosen.
    default_priority = 890
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for raw in self.document.findall(nodes.raw):
            if "text_html" in raw["classes"]:
                raw.replace(raw[0], nodes.Text(mend_table(raw.astext())))


def setup(app: Sphinx) -> None:
    """Show tables so."""
    app.add_post_transform(ShowTables)
