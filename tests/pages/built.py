"""The built book as files: its pages, what its table of contents lists, what its notebooks store.

Read when first asked for, so that collecting the tests reads nothing.
"""

import functools
import re
from urllib.parse import unquote, urlsplit

import yaml

from tests import browser
from tests.chapters import contract

ROOT = contract.CHAPTERS.parent


@functools.cache
def settings(file: str = "_config.yml") -> dict:
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def config() -> dict:
    """What `_config.yml` tells Sphinx."""
    return settings()["sphinx"]["config"]


@functools.cache
def listed() -> list[str]:
    """Pages of the table of contents in reading order, as files without their suffix."""

    def files(entry: dict) -> list[str]:
        below = [part for key in ("parts", "chapters", "sections") for part in entry.get(key, [])]
        own = [entry[key] for key in ("root", "file") if key in entry]
        return own + [name for part in below for name in files(part)]

    return files(settings("_toc.yml"))


@functools.cache
def names() -> list[str]:
    """Every page that was built, old addresses not among them."""
    return browser.list_pages()


@functools.cache
def html(name: str) -> str:
    return (browser.HTML / name).read_text(encoding="utf-8")


@functools.cache
def charts(name: str) -> list[dict]:
    """The charts that the notebook behind a page stores."""
    notebook = ROOT / name.replace(".html", ".ipynb")
    if not notebook.exists():
        return []
    return [spec for _, spec in contract.stored(contract.read(notebook), contract.CHART_MIME)]


def host(context, home: str) -> None:
    """Answer a browser under `home`, which no network has, as a static host that shows 404.html does."""

    def give(route) -> None:
        path = browser.HTML / unquote(urlsplit(route.request.url.removeprefix(home)).path)
        there = path.is_file()
        route.fulfill(path=path if there else browser.HTML / "404.html", status=200 if there else 404)

    context.route(f"{home}**", give)


def plain(text: str) -> str:
    """Text without the difference between straight and curly quotation marks, and with single spaces."""
    return " ".join(re.sub("[‘’]", "'", re.sub("[“”]", '"', text)).split())
