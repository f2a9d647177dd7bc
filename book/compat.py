"""Everything in which the book depends on the inside of another package: what, why, and of which version.

Each change saves time that a build would spend on nothing; without them pages are the same. `WRITTEN_FOR`
has the version that each was read in; ``tests/pages/test_compat.py`` fails when another is installed, or
when what is changed here is no longer there. Then read the new version, and take the change out or set the
version here.
"""

import functools
import gc

from sphinx.application import Sphinx
from sphinx.config import Config

WRITTEN_FOR = {"pybtex": "0.26.1", "sphinx-multitoc-numbering": "0.1.3"}


def find_entry_points_once() -> None:
    """pybtex reads the metadata of every installed package again for each citation."""
    from pybtex import plugin

    plugin.entry_points = functools.cache(plugin.entry_points)


def allow_parallel_reading(app: Sphinx, config: Config) -> None:
    """sphinx-multitoc-numbering, which Jupyter Book adds, only numbers when all pages are read."""
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app: Sphinx) -> dict:
    """Make all changes before other extensions load."""
    # Documents are made of very many small objects that live as long as the build does: looking
    # through them for garbage finds none.
    gc.set_threshold(100_000, 50, 50)
    find_entry_points_once()
    app.connect("config-inited", allow_parallel_reading)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
