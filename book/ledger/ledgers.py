"""Ledgers of claims as pages show them, read from the JSON that `sealed_readings.records` wrote."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from book import facts

Claim = dict[str, Any]


@cache
def read_ledgers(app: Sphinx) -> dict[str, dict[str, Any]]:
    """All ledgers by the page that shows each. The first is the main ledger."""
    files = app.config.sealed_readings_ledgers
    return {
        page: json.loads(Path(app.srcdir, file).read_text("utf-8")) for page, file in files.items()
    }


def collect_claim(app: Sphinx, page: str, claim_id: str) -> Claim | None:
    """The claim with this id. If several ledgers have it, the one on which the page files a
    verdict."""
    every = (claim for ledger in read_ledgers(app).values() for claim in ledger["claims"])
    claims = [claim for claim in every if claim["claim_id"] == claim_id]
    return max(claims, key=lambda claim: page in claim["pages"], default=None)


def get_claim(env: BuildEnvironment, claim_id: str) -> Claim | None:
    """The claim with this id for the current page, or None."""
    return facts.take(env.app, "claim", env.docname, claim_id)


def group_by_subject(subjects: dict[str, list[str]], claims: list[Claim]) -> dict[str, list[Claim]]:
    """Claims of each subject in the order of the article. Without subjects, each theme is one."""
    subjects = subjects or {claim["theme"]: [claim["theme"]] for claim in claims}
    return {
        name: [one for one in claims if one["theme"] in themes] for name, themes in subjects.items()
    }


class LedgerDirective(SphinxDirective):
    """Shows part of a ledger: the page's own, or the main ledger on other pages.

    `pages.setup` makes a directive of each function that takes one and returns its nodes.
    """

    has_content = True
    optional_arguments = 1

    @property
    def page(self) -> str:
        """Page of the ledger that is shown."""
        pages = list(self.config.sealed_readings_ledgers)
        return self.env.docname if self.env.docname in pages else pages[0]

    def take(self, part: str) -> Any:
        """Part of that ledger, such as its claims or its corrections."""
        return facts.take(self.env.app, "ledger", self.page, part)
