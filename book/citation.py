"""What CITATION.cff says of the book: at the foot of each page, and on the cover of the PDF."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config

FILE = "CITATION.cff"
# What each licence is for, its name, and its text.
LICENCES = {
    "CC-BY-4.0": ("Text, figures and exercises", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "BSD-3-Clause": ("Code", "BSD 3-Clause", "https://opensource.org/license/bsd-3-clause"),
}


@dataclass(frozen=True)
class Citation:
    """The book as it is cited; what the file does not say is empty."""

    title: str
    abstract: str
    authors: str
    version: str
    licences: tuple[str, ...]
    released: datetime.date | None = None
    source: str = ""
    doi: str = ""

    @cached_property
    def terms(self) -> list[tuple[str, str, str]]:
        """Each licence with what it is for and its address, those of texts first."""
        return [terms for name, terms in LICENCES.items() if name in self.licences]

    @cached_property
    def licence(self) -> str:
        """All licences in a sentence each."""
        return " ".join(f"{what}: {name}." for what, name, _ in self.terms)

    @cached_property
    def date(self) -> str:
        """The day of the release: "28 November 2026"."""
        return f"{self.released.day} {self.released:%B %Y}" if self.released else ""

    @cached_property
    def year(self) -> str:
        """The year of the release in brackets, as a list of references has it."""
        return f" ({self.released.year})" if self.released else ""


def read_citation(root: str | Path) -> Citation:
    """The citation of the book whose files lie under `root`.

    Raises
    ------
    ValueError
        Where the file names a licence of which the foot cannot say what it is for.
    """
    fields = yaml.safe_load(Path(root, FILE).read_text(encoding="utf-8"))
    if unknown := sorted({*fields["license"]} - LICENCES.keys()):
        raise ValueError(f"{FILE} names {', '.join(unknown)}; say in book/citation.py what that is for")
    people = (one.get("name") or f"{one['given-names']} {one['family-names']}" for one in fields["authors"])
    return Citation(
        title=fields["title"],
        abstract=fields["abstract"].strip(),
        authors=", ".join(people),
        version=str(fields["version"]),
        licences=tuple(fields["license"]),
        released=fields.get("date-released"),
        source=fields.get("repository-code", ""),
        doi=fields.get("doi", ""),
    )


def _tell_templates(app: Sphinx, config: Config) -> None:
    config.html_context = config.html_context | {"citation": read_citation(app.srcdir)}


def setup(app: Sphinx) -> None:
    """Templates have the citation as `citation`."""
    app.connect("config-inited", _tell_templates)
