"""The sidebar's table of contents, made by the theme once a build: a page gets its own links and place in it.

The theme makes it anew for every page, which was a sixth of the time of a build.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import cache

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

# What marks the way to the page that is shown.
_ON_THE_WAY = {"current", "active"}


class Sidebar:
    """The theme's tree with the page that each of its links leads to, and no page marked."""

    def __init__(self, tree: BeautifulSoup, page: str, suffix: str) -> None:
        self._tree, self._links = tree, []
        for link in tree.find_all("a", class_="internal"):
            address = link["href"]
            there = posixpath.normpath(posixpath.join(posixpath.dirname(page), address)).removesuffix(suffix)
            self._links.append((link, page if address == "#" else there))
        # A toggle in the sidebar has no text, so a screen reader would only say "button".
        for toggle in tree.find_all("summary"):
            toggle["aria-label"] = f"Pages under {toggle.find_parent('li').find('a').get_text(strip=True)}"
        for tag in tree.find_all(["a", "ul", "li"]):
            self._classify(tag, [name for name in tag.get("class", []) if name not in _ON_THE_WAY])
        for box in tree.find_all("details"):
            del box["open"]

    def __call__(self, page: str, address: Callable[[str], str]) -> str:
        """The HTML for one page; `address` gives the link to another."""
        marked = []
        for link, target in self._links:
            link["href"] = "#" if target == page else address(target)
            if target == page:
                around = [tag for tag in link.parents if tag.name in ("ul", "li")]
                boxes = [tag.find("details", recursive=False) for tag in around if tag.name == "li"]
                marked += [link, *around, *filter(None, boxes)]
        for tag in marked:
            self._mark(tag)
        html = str(self._tree)
        for tag in marked:
            self._unmark(tag)
        return html

    @staticmethod
    def _classify(tag, names: list[str]) -> None:
        tag["class"] = names
        if not names:
            del tag["class"]

    def _mark(self, tag) -> None:
        names = tag.get("class", [])
        if tag.name == "details":
            tag["open"] = "open"
        elif tag.name == "li":
            self._classify(tag, [*names[:1], "current", "active", *names[1:]])
        else:
            self._classify(tag, ["current", *names])

    def _unmark(self, tag) -> None:
        if tag.name == "details":
            del tag["open"]
        else:
            self._classify(tag, [name for name in tag.get("class", []) if name not in _ON_THE_WAY])


def _offer(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    @cache
    def contents(**options) -> str:
        # A process that writes pages beside this one keeps its own.
        kept = app.builder.globalcontext
        if "sidebar" not in kept:
            tree = context["generate_toctree_html"](kind="sidebar", **options)
            kept["sidebar"] = Sidebar(tree, page, app.builder.link_suffix)
        return kept["sidebar"](page, context["pathto"])

    context["sidebar_contents"] = contents


def setup(app: Sphinx) -> dict:
    """Offer the contents to every page."""
    # Before the theme, which looks in this event whether a part of the page is empty.
    app.connect("html-page-context", _offer, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
