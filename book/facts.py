"""What a page takes from notebooks: it is read again when that changes, not whenever a notebook does.

A sentence changed in one chapter changes its file, but no verdict, key term or use of a table; so the pages
that collect these stay as they are.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_FACTS: dict[str, Callable[..., object]] = {}
_KEY = "facts"  # of a page's metadata, which Sphinx keeps from build to build
Kind = tuple[str, ...]


def register(name: str, collect: Callable[..., object]) -> None:
    """Say how facts of one kind are collected: as plain values whose text is the same where they are.

    `collect` is called with the application and with what `take` was given beside the name.
    """
    _FACTS[name] = collect


def take(app: Sphinx, *kind: str) -> Any:
    """What the page that is being read shows of a kind: its name, and what `collect` needs besides."""
    app.env.metadata[app.env.docname].setdefault(_KEY, {})[kind] = _digest(app, kind)
    return _collect(app, kind)


@cache
def _collect(app: Sphinx, kind: Kind) -> Any:
    name, *given = kind
    return _FACTS[name](app, *given)


@cache
def _digest(app: Sphinx, kind: Kind) -> str:
    try:
        return hashlib.sha256(repr(_collect(app, kind)).encode()).hexdigest()
    except FileNotFoundError:  # the page that is read again says what is missing
        return ""


def _find_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The pages whose facts are not those that they were read with."""
    held = {page: about[_KEY] for page, about in env.metadata.items() if _KEY in about}
    now = {kind: _digest(app, kind) for kind in {kind for kinds in held.values() for kind in kinds}}
    return [page for page, kinds in held.items() if any(now[kind] != seen for kind, seen in kinds.items())]


def setup(app: Sphinx) -> None:
    """Look for changed facts before each build, once the key terms have been read."""
    app.connect("env-get-outdated", _find_outdated)
