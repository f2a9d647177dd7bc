"""Changes to the inside of other packages: what each does, why, and for which version it was
written.

Each saves time that a build spends on nothing; the pages are the same without them. `WRITTEN_FOR`
has the versions; ``tests/test_versions.py`` fails when another one is installed. Then read the new
version, and remove the change or set the version here.
"""

import functools
import gc

from sphinx.application import Sphinx
from sphinx.config import Config

WRITTEN_FOR = {
    "pybtex": "0.26.1",
    "sphinx-multitoc-numbering": "0.1.3",
}


def cache_entry_points() -> None:
    """Keep pybtex from reading the metadata of every installed package for each citation."""
    from pybtex import plugin

    plugin.entry_points = functools.cache(plugin.entry_points)


def allow_parallel_reading(app: Sphinx, config: Config) -> None:
    """Mark sphinx-multitoc-numbering as safe: it only works after all pages are read."""
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app: Sphinx) -> dict:
    """Make all changes before other extensions load."""
    # Documents are made of very many small objects that live as long as the build does: looking
    # through them for garbage finds none.
    gc.set_threshold(100_000, 50, 50)
    cache_entry_points()
    app.connect("config-inited", allow_parallel_reading)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
