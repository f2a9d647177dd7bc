"""Every chart of a Sphinx book as a drawing with its table and its words, alive where scripts run."""

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Set up the extension, as ``extensions = ["myst_nb", "still_charts"]`` asks for it."""
    from still_charts import assets, pages

    assets.setup(app)
    pages.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
