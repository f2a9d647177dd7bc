"""The answers of all lessons on one page, each with the choice that decides it, as the lesson has
them.

    ```{all-answers}
    ```

They are read from the notebooks of the lessons, so nothing is written twice. Numbers are those that
a lesson glued. A lesson without an answer is left out.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings

_BLOCK = re.compile(r"^(:{3,})\{(answer|decides)\}.*?^\1[ ]*$", re.MULTILINE | re.DOTALL)
_GLUED = re.compile(r"\{glue:text\}`([^`]+)`")
# Targets of other pages are written as seen from the lesson.
_PAGE = re.compile(r"(\{doc\}`(?:[^`<]*<)?)(?=\w)")


def _list_answers(app: Sphinx, page: str) -> list[str]:
    """List the answers of a lesson, then the choices that decide, as source that any page can
    hold."""
    cells = settings.read_notebook(app.srcdir, page)["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    blocks = sorted(_BLOCK.finditer(text), key=lambda block: block[2])
    return [_move(block[0], page) for block in blocks]


def _move(source: str, page: str) -> str:
    """Let numbers and links of a lesson's text hold on another page."""
    source = _GLUED.sub(rf"{{glued}}`{page} \1`", source)
    return _PAGE.sub(rf"\1/{Path(page).parent}/", source)


class AllAnswers(SphinxDirective):
    """A section for each lesson that has an answer."""

    def run(self) -> list[nodes.Node]:
        return list(self._list_sections())

    def _list_sections(self) -> Iterator[nodes.section]:
        for lesson in settings.list_chapters(self.env.srcdir):
            if not (blocks := facts.take(self.env.app, "answers", lesson.page)):
                continue
            title = facts.take(self.env.app, "lesson", Path(lesson.page).name)["title"]
            section = nodes.section("", nodes.title("", f"{lesson.number}. {title}"))
            section["ids"] = [f"answer-{lesson.number}"]
            for block in blocks:
                section += self.parse_text_to_nodes(block)
            section += self._lead_on(lesson)
            yield section

    def _lead_on(self, lesson: settings.Chapter) -> nodes.paragraph:
        pages = {"The lesson": lesson.page, "its checks": lesson.checks}
        links = [
            elements.reference(self.env, f"/{to}", name, kind="doc")
            for name, to in pages.items()
            if to
        ]
        return elements.paragraph(*elements.join(links, " and "), ".", classes=["answer-from"])


def setup(app: Sphinx) -> None:
    """Register the directive."""
    facts.register("answers", _list_answers)
    app.add_directive("all-answers", AllAnswers)
