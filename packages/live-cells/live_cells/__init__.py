"""Runs the cells of a Sphinx book in the reader's own browser, from files that lie beside the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Set up the extension, as ``extensions = ["myst_nb", "live_cells"]`` asks for it."""
    from live_cells import assets, pages

    assets.setup(app)
    pages.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
