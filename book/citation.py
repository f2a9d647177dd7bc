"""The citation in CITATION.cff, shown in the footer of each page."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config

FILE = "CITATION.cff"
# What each licence covers, its name, and its text.
LICENCES = {
    "CC-BY-4.0": (
        "Text, figures and exercises",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "BSD-3-Clause": ("Code", "BSD 3-Clause", "https://opensource.org/license/bsd-3-clause"),
}


@dataclass(frozen=True)
class Citation:
    """The fields of the file; optional fields that it does not have are empty."""

    title: str
    abstract: str
    authors: str
    version: str
    terms: list[tuple[str, str, str]]  # of each licence as in LICENCES, and in that order
    released: datetime.date | None = None
    source: str = ""
    doi: str = ""

    @property
    def licence(self) -> str:
        """All licences, a sentence each."""
        return " ".join(f"{scope}: {name}." for scope, name, _ in self.terms)

    @property
    def date(self) -> str:
        """The day of the release: "28 November 2026"."""
        return f"{self.released.day} {self.released:%B %Y}" if self.released else ""


def read_citation(root: str | Path) -> Citation:
    """Read the citation of the book whose files lie under `root`."""
    fields = yaml.safe_load(Path(root, FILE).read_text(encoding="utf-8"))
    if unknown := sorted({*fields["license"]} - LICENCES.keys()):
        raise ValueError(
            f"{FILE} names {', '.join(unknown)}: describe it in LICENCES of book/citation.py"
        )
    authors = (
        author.get("name") or f"{author['given-names']} {author['family-names']}"
        for author in fields["authors"]
    )
    return Citation(
        title=fields["title"],
        abstract=fields["abstract"].strip(),
        authors=", ".join(authors),
        version=str(fields["version"]),
        terms=[terms for name, terms in LICENCES.items() if name in fields["license"]],
        released=fields.get("date-released"),
        source=fields.get("repository-code", ""),
        doi=fields.get("doi", ""),
    )


def _add_to_templates(app: Sphinx, config: Config) -> None:
    citation = read_citation(app.srcdir)
    config.html_context = config.html_context | {"citation": citation}
    config.still_charts_licence = citation.terms[0][1:]


def setup(app: Sphinx) -> None:
    """Give templates the citation as `citation`, and charts their licence."""
    app.connect("config-inited", _add_to_templates)
