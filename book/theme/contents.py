"""The table of contents in the sidebar, from titles and numbers in Sphinx's environment.

A lesson's number is that of its file. It stands in the contents and before the number of each
figure, also on the pages of its checks and exercises; no heading carries a number. The theme
renders it from documents and parses the result, for every page. Here it is plain data, which
``templates/sbt-sidebar-nav.html`` renders to the same HTML.
"""

from dataclasses import dataclass
from typing import Any

from sphinx.addnodes import toctree
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx_external_toc.collectors import TocTreeCollectorWithStyles

from book import settings
from book.page import Page


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
    lesson = settings.find_chapter(env.srcdir, page)
    if lesson and lesson.page == page:
        title = f"{lesson.number}. {title}"
    return Entry(
        page, title, [_make_entry(env, name) for name in env.toctree_includes.get(page, [])]
    )


def list_parts(env: BuildEnvironment) -> list[tuple[str, list[Entry]]]:
    """List the parts of the book: the caption of each, and its pages."""
    parts = env.tocs[env.config.root_doc].findall(toctree)
    return [
        (part["caption"], [_make_entry(env, page) for _, page in part["entries"]]) for part in parts
    ]


def list_for(page: Page) -> None:
    """Give a template the parts of the book. The index, which has no source, is the last entry."""
    page.context["parts"] = parts = list_parts(page.app.env)
    parts[-1][1].append(Entry(settings.INDEX_PAGE, "Index", []))


def lead_between(page: Page) -> None:
    """Give a template the pages of a lesson, on each of them."""
    lesson = settings.find_chapter(page.app.srcdir, page.name)
    pages = (
        {"Lesson": lesson.page, "Checks": lesson.checks, "Exercises": lesson.exercises}
        if lesson
        else {}
    )
    there = {name: target for name, target in pages.items() if target}
    page.context["lesson"] = (
        {"number": lesson.number, "pages": there} if lesson and len(there) > 1 else None
    )


def _number_lessons(collector: TocTreeCollectorWithStyles, env: BuildEnvironment) -> list[str]:
    """Give each lesson the number of its file, from which Sphinx numbers the figures there and
    below."""
    lessons = settings.list_chapters(env.srcdir)
    env.toc_secnumbers = {
        one.page: {"": (one.number,)} for one in lessons if one.page in env.all_docs
    }
    return []


def _remove_numbers(app: Sphinx, env: BuildEnvironment) -> None:
    """Remove the numbers once the figures have theirs, so that no heading shows one."""
    env.toc_secnumbers = {}


def setup(app: Sphinx) -> None:
    """Number figures by the lessons' files."""
    collector: Any = TocTreeCollectorWithStyles  # which would count in the contents
    collector.assign_section_numbers = _number_lessons
    app.connect("env-check-consistency", _remove_numbers)
