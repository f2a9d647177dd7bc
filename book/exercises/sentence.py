"""The reader's sentence before the book's: a field that the page keeps, and the book's own words behind it.

    :::{sentence} What would you tell her?
    :name: tell-her
    The gap in yuan grew and the ratio fell, so both of her neighbours are right.
    :::

`name` names the sentence in the reader's memory; a page has one or two. What stands inside is shown once the
reader has written something or asks for it; without scripts, and on paper, it is a fold that anybody opens.
An exercise has, in the place of the book's words, a `model` answer, packed as its other answers are.
"""

from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

STILL = "Write one or two sentences before you open the book's."
PACKED = "With JavaScript, you write your answer here, and compare it with a model answer."
SUMMARY = "What the book would say"


class Sentence(SphinxDirective):
    """A question, a field for the reader's answer in words, and the book's answer in a fold."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"name": directives.unchanged_required, "model": directives.unchanged_required}
    has_content = True

    def run(self) -> list[nodes.Node]:
        model = self.options.get("model", "")
        if bool(self.content) == bool(model) or not self.options.get("name"):
            says = "needs a ':name:' and, inside, what the book would say, or a ':model:', and not both"
            raise self.error(f"sentence: {says}")
        parsed, messages = self.state.inline_text(self.arguments[0], self.lineno)
        question = nodes.paragraph("", "", *parsed, classes=["sentence-asked"])
        still = nodes.paragraph("", PACKED if model else STILL, classes=["sentence-still"])
        name, asked = (escape(text, quote=True) for text in (self.options["name"], self.arguments[0]))
        data = f'data-name="{name}" data-asked="{asked}"' + (f' data-model="{model}"' if model else "")
        live = nodes.raw("", f'<div class="sentence-live" {data}></div>', format="html")
        if model:
            return [nodes.container("", question, still, live, classes=["sentence"]), *messages]
        start = f'<details class="sentence-book"><summary>{SUMMARY}</summary>'
        said = nodes.container(classes=["sentence-said"])
        self.state.nested_parse(self.content, self.content_offset, said)
        fold = [nodes.raw("", start, format="html"), said, nodes.raw("", "</details>", format="html")]
        return [nodes.container("", question, still, live, *fold, classes=["sentence"]), *messages]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("sentence", Sentence)
