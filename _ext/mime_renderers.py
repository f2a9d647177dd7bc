"""Give myst-nb renderers of ours for stored output types, without an installed entry point."""

from __future__ import annotations

from myst_nb.core import render

_renderers: list[type] = []


def register(renderer: type) -> None:
    """Let `renderer` (a myst-nb MimeRenderPlugin) handle its output type in this build."""
    if renderer not in _renderers:
        _renderers.append(renderer)
    # myst-nb looks renderers up through this function, which otherwise reads the entry points of
    # installed distributions; the book's own machinery is a folder, not a distribution.
    render.load_mime_renders = lambda: _renderers
