"""Everything in which the book depends on the inside of another package: what, why, and of which version.

Each change saves time that a build would spend on nothing; without them pages are the same. `WRITTEN_FOR`
has the version that each was read in; ``tests/pages/test_compat.py`` fails when another is installed, or
when what is changed here is no longer there. Then read the new version, and take the change out or set the
version here.
"""

import functools
import gc
import json
import sys
import types

from sphinx.application import Sphinx

WRITTEN_FOR = {
    "myst-nb": "1.4.0",
    "jupyter-cache": "1.0.1",
    "pybtex": "0.26.1",
    "sphinx-multitoc-numbering": "0.1.3",
}
# What myst-nb imports of the cache of executed notebooks.
EXECUTION_CACHE = (
    "jupyter_cache",
    "jupyter_cache.base",
    "jupyter_cache.cache",
    "jupyter_cache.cache.db",
    "jupyter_cache.executors",
    "jupyter_cache.executors.utils",
)


def leave_out_execution_cache() -> None:
    """myst-nb imports jupyter-cache, and that a database library; a build of this book runs no notebook."""
    for name in EXECUTION_CACHE:
        module = types.ModuleType(name)
        module.__path__ = []
        module.__getattr__ = lambda wanted: type(wanted, (), {})
        sys.modules.setdefault(name, module)


def write_notebooks_plainly() -> None:
    """myst-nb writes each notebook once more, which nobody reads: plain JSON takes a tenth of the time."""
    from myst_nb import sphinx_

    sphinx_.nbformat = types.SimpleNamespace(writes=json.dumps, NotebookNode=sphinx_.nbformat.NotebookNode)


def find_entry_points_once() -> None:
    """pybtex reads the metadata of every installed package again for each citation."""
    from pybtex import plugin

    plugin.entry_points = functools.cache(plugin.entry_points)


def allow_parallel_reading(app: Sphinx, config) -> None:
    """sphinx-multitoc-numbering, which Jupyter Book adds, only numbers when all pages are read."""
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app: Sphinx) -> dict:
    """Make all changes before other extensions load."""
    # Documents are made of very many small objects that live as long as the build does: looking
    # through them for garbage finds none.
    gc.set_threshold(100_000, 50, 50)
    leave_out_execution_cache()
    write_notebooks_plainly()
    find_entry_points_once()
    app.connect("config-inited", allow_parallel_reading)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
