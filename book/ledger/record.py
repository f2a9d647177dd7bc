"""What stands behind the verdicts, as tables of the ledger's page: two codings, corrections, what is open.

Directives: `verdict-worked` shows how one claim was decided, step by step; `verdict-agreement` says how far
two coders agree, and shows the claims on which they and the settled label differ; `verdict-corrections` lists
every label that changed; `verdict-open` says who holds what is missing, and what would decide.
"""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.elements import paragraph
from book.ledger import judged
from book.ledger.labels import make_badge
from book.ledger.verdicts import link_claim


def _make_box(kind: str, head: tuple[str, ...], rows: list) -> nodes.container:
    return nodes.container("", elements.table(f"record {kind}", head, rows), classes=["record-box"])


class Worked(SphinxDirective):
    """One claim from its readings to its label, with what would have counted against each."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The claim, its strip, its readings and what follows."""
        name = self.arguments[0]
        claim = facts.take(self.env.app, "claims").get(name, {})
        if not claim.get("readings"):
            raise self.error(f"{name!r} must be a claim that has readings")
        worked = (
            paragraph(link_claim(self.env, name), " ", claim["statement"]),
            *judged.draw_strip(claim),
            judged.list_readings(claim, against=True),
            paragraph("So the label is ", make_badge(claim["verdict"]), "."),
        )
        return [nodes.container("", *worked, classes=["worked"])]


class Agreement(SphinxDirective):
    """How far two coders agree, and where they and the settled label are not one."""

    def run(self) -> list[nodes.Node]:
        """A sentence and a table."""
        found = facts.take(self.env.app, "agreement")
        said = paragraph(
            f"The two coders derive the same label for {found['agreed']} of {found['of']} claims. "
            f"Cohen's kappa, which takes off what chance would bring, is {found['kappa']:.2f}. "
            f"For {len(found['unlike'])} claims the two and the settled label are not all the same:"
        )
        head = ("Claim", "First coder", "Second coder", "Settled", "Why")
        rows = [
            [
                link_claim(self.env, row["claim_id"]),
                row["1"],
                row["2"],
                make_badge(row["settled"]),
                row["why"],
            ]
            for row in found["unlike"]
        ]
        return [said, _make_box("codings", head, rows)]


class Corrections(SphinxDirective):
    """Every label that changed."""

    def run(self) -> list[nodes.Node]:
        """A table, the latest correction first."""
        path = Path(self.env.srcdir, settings.CORRECTIONS)
        self.env.note_dependency(str(path))
        changed = sorted(settings.read_table(path), key=lambda row: row["date"], reverse=True)
        head = ("Date", "Claim", "From", "To", "Why")
        rows = [
            [row["date"], link_claim(self.env, row["claim_id"]), row["from"], row["to"], row["why"]]
            for row in changed
        ]
        return [_make_box("corrections", head, rows)]


class Open(SphinxDirective):
    """Readings that nothing at hand decides: who holds the evidence, and what would decide."""

    def run(self) -> list[nodes.Node]:
        """A table in the order of the article."""
        rows = [
            [link_claim(self.env, name), reading["says"], reading["held_by"], reading["decides"]]
            for name, claim in facts.take(self.env.app, "claims").items()
            for reading in claim["readings"]
            if reading["held_by"]
        ]
        return [_make_box("open", ("Claim", "What is open", "Who holds it", "What would decide"), rows)]


def setup(app: Sphinx) -> None:
    """Register the tables of the record."""
    facts.register("agreement", judged.measure_agreement)
    app.add_directive("verdict-worked", Worked)
    app.add_directive("verdict-agreement", Agreement)
    app.add_directive("verdict-corrections", Corrections)
    app.add_directive("verdict-open", Open)
