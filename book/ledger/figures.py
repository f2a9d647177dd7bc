"""The cited figures on one page, so that a card can lead to each: who printed it, where, and how it was read.

`cited-figures` makes a section for each theme of the table of cited figures.
A figure names the claims that rest on it, or the reason why none does.
"""

from collections import defaultdict
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.elements import Part, paragraph
from book.ledger import judged
from book.ledger.verdicts import link_claim


class CitedFigures(SphinxDirective):
    """Every cited figure, by theme."""

    def run(self) -> list[nodes.Node]:
        """A section for each theme, in the order of the table."""
        path = Path(self.env.srcdir, settings.FIGURES)
        self.env.note_dependency(str(path))
        self.uses: dict[str, list[str]] = defaultdict(list)
        for name, claim in facts.take(self.env.app, "claims").items():
            for source in {source["id"] for r in claim["readings"] for source in r["sources"]}:
                self.uses[source].append(name)
        themes: dict[str, list[dict]] = defaultdict(list)
        for figure in settings.read_table(path):
            themes[figure["theme"]].append(figure)
        return [self._make_section(theme, figures) for theme, figures in themes.items()]

    def _make_section(self, theme: str, figures: list[dict]) -> nodes.section:
        head = ("Figure", "What was printed", "Where", "Claims that rest on it")
        table = elements.table("figures", head, map(self._make_row, figures))
        box = nodes.container("", table, classes=["figures-box"])
        title = nodes.title("", theme[0].upper() + theme[1:])
        return nodes.section("", title, box, ids=[nodes.make_id(theme)])

    def _make_row(self, figure: dict) -> nodes.row:
        label = judged.label_figure(figure["figure_id"])
        elements.anchor(self.env, label)
        unit = "" if figure["unit"] == "date" else f" {figure['unit']}"
        said = f"{figure['indicator']}, {figure['place']}, {figure['period']}: {figure['printed']}{unit}"
        printed = [paragraph(said)]
        if figure["note"]:
            printed.append(paragraph(figure["note"], classes=["figure-note"]))
        return elements.row(
            [figure["figure_id"], printed, self._make_source(figure), self._link_claims(figure)], ids=[label]
        )

    def _make_source(self, figure: dict) -> nodes.paragraph:
        title: Part = figure["title"]
        if figure["url"]:
            title = nodes.reference("", figure["title"], refuri=figure["url"], internal=False)
        date = f", {figure['date_published']}" if figure["date_published"] else ", no date"
        read = judged.READ_AS.get(figure["read_as"], "")
        return paragraph(f"{figure['publisher']}: ", title, date, f" ({read})" if read else "")

    def _link_claims(self, figure: dict) -> nodes.paragraph:
        links = [link_claim(self.env, claim) for claim in self.uses[figure["figure_id"]]]
        return paragraph(*elements.join(links) or [figure["set_aside"]])


def setup(app: Sphinx) -> None:
    """Register the page's directive."""
    app.add_directive("cited-figures", CitedFigures)
