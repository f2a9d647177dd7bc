"""Three things that a build of this book would otherwise do for nothing, and wait for.

Measured with `make bench` on the book of two chapters: together they take a quarter off a cold build.
"""

from __future__ import annotations

import functools
import gc
import sys
import types

from sphinx.application import Sphinx


def _no_execution_cache() -> None:
    """myst-nb imports a database library for the cache of executed notebooks; this book executes none."""
    for name in (
        "jupyter_cache",
        "jupyter_cache.base",
        "jupyter_cache.cache",
        "jupyter_cache.cache.db",
        "jupyter_cache.executors",
        "jupyter_cache.executors.utils",
    ):
        module = types.ModuleType(name)
        module.__path__ = []
        module.__getattr__ = lambda wanted: type(wanted, (), {})
        sys.modules.setdefault(name, module)


def _entry_points_once() -> None:
    """pybtex reads the metadata of every installed package again for each citation."""
    from pybtex import plugin

    plugin.entry_points = functools.cache(plugin.entry_points)


def _parallel_reading(app: Sphinx, config) -> None:
    """sphinx-multitoc-numbering 0.1.3 does not say that it may be read beside others: it numbers when all is read."""
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", _parallel_reading)
    # Documents are made of very many small objects that live as long as the build does: looking
    # through them for garbage finds none.
    gc.set_threshold(100_000, 50, 50)
    _no_execution_cache()
    _entry_points_once()
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
