"""Facts that a page takes from other sources. A page is read again when one of its facts changes.

A changed sentence in a chapter changes its notebook, but no verdict, key term or use of a table, so
pages that collect those stay up to date.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_COLLECTORS: dict[str, Callable[..., object]] = {}
_KEY = "facts"  # in a page's metadata, which Sphinx keeps between builds
Kind = tuple[str, ...]


def register(name: str, collect: Callable[..., object]) -> None:
    """Register the function that collects facts of a kind, as plain values with a stable `repr`.

    `collect` is called with the application and the remaining arguments of `take`.
    """
    _COLLECTORS[name] = collect


def take(app: Sphinx, *kind: str) -> Any:
    """Collect a fact for the page that is being read; `kind` is its name and the collector's
    arguments."""
    app.env.metadata[app.env.docname].setdefault(_KEY, {})[kind] = _digest(app, kind)
    return _collect(app, kind)


@cache
def _collect(app: Sphinx, kind: Kind) -> Any:
    name, *arguments = kind
    return _COLLECTORS[name](app, *arguments)


@cache
def _digest(app: Sphinx, kind: Kind) -> str:
    try:
        return hashlib.sha256(repr(_collect(app, kind)).encode()).hexdigest()
    except (FileNotFoundError, KeyError):  # reported when the page is read
        return ""


def _find_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Pages whose facts have changed since they were read."""
    facts = {page: metadata.get(_KEY, {}) for page, metadata in env.metadata.items()}
    return [
        page
        for page, kinds in facts.items()
        if any(_digest(app, k) != old for k, old in kinds.items())
    ]


def setup(app: Sphinx) -> None:
    """Compare facts before each build, once key terms have been read."""
    app.connect("env-get-outdated", _find_outdated)
