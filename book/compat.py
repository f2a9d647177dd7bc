"""Changes to the inside of other packages: what each does, why, and for which version it was written.

Each saves time that a build spends on nothing; the pages are the same without them. `WRITTEN_FOR` has the
versions; ``tests/pages/test_compat.py`` fails when another one is installed. Then read the new version, and
remove the change or set the version here.
"""

import functools
import gc
import re
import sys
from collections.abc import Iterable
from types import ModuleType, SimpleNamespace

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxSmartQuotes

WRITTEN_FOR = {
    "docutils": "0.21.2",
    "myst-nb": "1.4.0",
    "pybtex": "0.26.1",
    "sphinx": "7.4.7",
    "sphinx-multitoc-numbering": "0.1.3",
}
# What SphinxSmartQuotes changes in a text: quotes, dashes, ellipses and escaped signs.
TYPED_SIGNS = re.compile(r"""['"\\]|--|\.\.\.""")


def cache_entry_points() -> None:
    """Keep pybtex from reading the metadata of every installed package for each citation."""
    from pybtex import plugin

    plugin.entry_points = functools.cache(plugin.entry_points)


def skip_notebook_cache() -> None:
    """Keep myst-nb from importing jupyter-cache, and with it SQLAlchemy: no notebook is executed here."""
    name = "myst_nb.core.execute.cache"
    unused = ModuleType(name)
    unused.NotebookClientCache = None  # type: ignore[attr-defined]
    sys.modules.setdefault(name, unused)


def skip_notebook_copies() -> None:
    """Keep myst-nb from formatting a copy of every notebook for downloads that no page offers."""
    from myst_nb import sphinx_

    sphinx_.nbformat = SimpleNamespace(writes=lambda notebook: "")


def skip_plain_texts() -> None:
    """Keep SphinxSmartQuotes from replacing texts in which it changes nothing, nine of ten."""
    get_tokens = SphinxSmartQuotes.get_tokens

    def get_changing_tokens(self: SphinxSmartQuotes, texts: list[nodes.Text]) -> Iterable[tuple[str, str]]:
        # The transform stops at the end of the tokens: without any, all texts of the paragraph stay.
        return get_tokens(self, texts) if any(map(TYPED_SIGNS.search, texts)) else ()

    SphinxSmartQuotes.get_tokens = get_changing_tokens  # type: ignore[method-assign,assignment]


def allow_parallel_reading(app: Sphinx, config: Config) -> None:
    """Mark sphinx-multitoc-numbering as safe: it only works after all pages are read."""
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app: Sphinx) -> dict:
    """Make all changes before other extensions load."""
    # Documents are made of very many small objects that live as long as the build does: looking
    # through them for garbage finds none.
    gc.set_threshold(100_000, 50, 50)
    cache_entry_points()
    skip_notebook_cache()
    skip_notebook_copies()
    skip_plain_texts()
    app.connect("config-inited", allow_parallel_reading)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
