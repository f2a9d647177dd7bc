"""The table of contents in the sidebar, from titles and numbers in Sphinx's environment.

A chapter's number is its place in ``_toc.yml``; pages of exercises have none.
The theme renders it from documents and parses the result, for every page. Here it is plain data, which
``templates/sbt-sidebar-nav.html`` renders to the same HTML.
"""

from dataclasses import dataclass

from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from book.page import Page
from book.settings import INDEX_PAGE


@dataclass(frozen=True)
class Entry:
    """A page in the contents: its name, its title with its number, and the pages below it."""

    page: str
    title: str
    below: list["Entry"]

    def holds(self, page: str) -> bool:
        """Whether the entry is this page or contains it."""
        return self.page == page or any(entry.holds(page) for entry in self.below)


def _make_entry(env: BuildEnvironment, page: str) -> Entry:
    title = env.titles[page].astext()
    if number := env.toc_secnumbers.get(page, {}).get(""):
        title = f"{'.'.join(map(str, number))}. {title}"
    return Entry(page, title, [_make_entry(env, name) for name in env.toctree_includes.get(page, [])])


def list_parts(env: BuildEnvironment) -> list[tuple[str, list[Entry]]]:
    """List the parts of the book: the caption of each, and its pages."""
    parts = env.tocs[env.config.root_doc].findall(toctree)
    return [(part["caption"], [_make_entry(env, page) for _, page in part["entries"]]) for part in parts]


def list_for(page: Page) -> None:
    """Give a template the parts of the book. The index, which has no source, is the last entry."""
    page.context["parts"] = parts = list_parts(page.app.env)
    parts[-1][1].append(Entry(INDEX_PAGE, "Index", []))


def _remove_numbers(app: Sphinx, env: BuildEnvironment) -> None:
    """Remove the numbers of exercise pages, once they have numbered figures."""
    for name in [name for name in env.toc_secnumbers if name.startswith("exercises/")]:
        env.toc_secnumbers[name] = {}
        for numbered in (env.titles[name], *env.tocs[name].findall(nodes.reference)):
            numbered.attributes.pop("secnumber", None)


def setup(app: Sphinx) -> None:
    """Remove numbers after they are assigned."""
    app.connect("env-check-consistency", _remove_numbers)
