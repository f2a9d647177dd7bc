"""The built book as files: its pages, its table of contents, and what its notebooks store.

Read on first use, so that collecting tests reads nothing.
"""

import functools
from urllib.parse import unquote, urlsplit

import yaml
from sealed_readings.records import list_claims
from sphinx_external_toc.parsing import parse_toc_yaml

from jingjinji import claims
from tests import browser
from tests.chapters import contract

ROOT = contract.CHAPTERS.parent


@functools.cache
def settings(file: str = "_config.yml") -> dict:
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def config() -> dict:
    """Sphinx's settings in `_config.yml`."""
    return settings()["sphinx"]["config"]


@functools.cache
def listed() -> list[str]:
    """List the pages of the table of contents in reading order, without suffix."""
    return list(parse_toc_yaml(ROOT / "_toc.yml"))


@functools.cache
def names() -> list[str]:
    """List the built pages, without old addresses."""
    return browser.list_pages()


@functools.cache
def html(name: str) -> str:
    return (browser.HTML / name).read_text(encoding="utf-8")


@functools.cache
def charts(name: str) -> list[dict]:
    """List the charts that a page's notebook stores."""
    notebook = ROOT / name.replace(".html", ".ipynb")
    if not notebook.exists():
        return []
    return [spec for _, spec in contract.stored(contract.read(notebook), contract.CHART_MIME)]


@functools.cache
def filed() -> dict[str, dict]:
    """Map each claim's id to the claim with its label and sentence."""
    return {claim["claim_id"]: claim for claim in list_claims(claims.folder())}


def host(context, home: str) -> None:
    """Serve the book under the made-up address `home`, with 404.html for missing pages."""

    def answer(route) -> None:
        path = browser.HTML / unquote(urlsplit(route.request.url.removeprefix(home)).path)
        there = path.is_file()
        route.fulfill(
            path=path if there else browser.HTML / "404.html", status=200 if there else 404
        )

    context.route(f"{home}**", answer)


def plain(text: str) -> str:
    """Normalise quotation marks, minus signs, dots and spaces of a text."""
    marks = str.maketrans("‘’“”−", "''\"\"-")
    return " ".join(text.translate(marks).replace("...", "…").split())
