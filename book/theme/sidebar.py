"""The sidebar's table of contents, made by the theme once a build: a page gets its own links and place in it.

The theme makes it anew for every page, which was a sixth of the time of a build.
"""

import copy
import posixpath
from collections.abc import Callable
from functools import cache

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

# What marks the way to the page that is shown.
_ON_THE_WAY = ("current", "active")


def _list_links(tree: BeautifulSoup) -> list[Tag]:
    return tree.find_all("a", class_="internal")


class Sidebar:
    """The theme's tree with the page that each of its links leads to, and no page marked."""

    def __init__(self, tree: BeautifulSoup, page: str, suffix: str) -> None:
        self._tree, self._pages = tree, []
        for link in _list_links(tree):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(page), link["href"]))
            self._pages.append(page if link["href"] == "#" else there.removesuffix(suffix))
        # A toggle in the sidebar has no text, so a screen reader would only say "button".
        for toggle in tree.find_all("summary"):
            toggle["aria-label"] = f"Pages under {toggle.find_parent('li').find('a').get_text(strip=True)}"
        for tag in tree.find_all(["a", "ul", "li"], class_=_ON_THE_WAY):
            tag["class"] = [name for name in tag["class"] if name not in _ON_THE_WAY]
            if not tag["class"]:
                del tag["class"]
        for box in tree.find_all("details"):
            del box["open"]

    def __call__(self, page: str, address: Callable[[str], str]) -> str:
        """The HTML for one page; `address` gives the link to another."""
        tree = copy.copy(self._tree)
        for link, target in zip(_list_links(tree), self._pages):
            if target != page:
                link["href"] = address(target)
                continue
            link["href"] = "#"
            for tag in (link, *link.find_parents(["ul", "li"])):
                names = tag.get("class", [])
                tag["class"] = ["current", *names]
                if tag.name == "li":
                    tag["class"] = [*names[:1], "current", "active", *names[1:]]
                    if box := tag.find("details", recursive=False):
                        box["open"] = "open"
        return str(tree)


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


def setup(app: Sphinx) -> None:
    """Offer the contents to every page."""
    # Before the theme, which looks in this event whether a part of the page is empty.
    app.connect("html-page-context", _offer, priority=400)
