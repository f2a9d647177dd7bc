"""Old addresses that lead to the new ones: ``moved_pages`` in ``_config.yml``, old page to new."""

from __future__ import annotations

from collections.abc import Iterator

from sphinx.application import Sphinx


def _pages(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    for old, new in app.config.moved_pages.items():
        yield old, {"moved_to": app.builder.get_relative_uri(old, new)}, "moved.html"


def setup(app: Sphinx) -> dict:
    app.add_config_value("moved_pages", {}, "html")
    app.connect("html-collect-pages", _pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
