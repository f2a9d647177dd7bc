"""Shared parts of the grader's pages: self-contained files without scripts."""

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from notebook_grader.tables import format_number

FOLDER = Path(__file__).parent
# Student code displayed on a page must not run or load anything in the reader's browser.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri"
    " 'none'"
)


def render(template: str, made_from: str, **facts: object) -> str:
    """Render a page from its template, which escapes all values; `made_from` is a digest of
    these."""
    style = Markup((FOLDER / "feedback.css").read_text(encoding="utf-8"))
    return load_template(template).render(policy=POLICY, style=style, made_from=made_from, **facts)


@cache
def load_template(name: str) -> Template:
    """Load a template, of a page or of the desk."""
    loader = FileSystemLoader([FOLDER, FOLDER / "desk"])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["points"] = format_number
    return environment.get_template(f"{name}.html.j2")


def make_digest(*facts: object) -> str:
    """Digest of the values that a page shows."""
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()


def is_made_from(path: Path, made_from: str) -> bool:
    """Whether a page exists and contains this digest."""
    return path.exists() and made_from.encode() in path.read_bytes()[:1000]
