"""A field for the reader's own sentence, and behind it the book's.

    :::{sentence} What would you tell her?
    :name: tell-her
    The gap in yuan grew and the ratio fell, so both of her neighbours are right.
    :::

`name` is the key of the sentence in the browser's storage. The content is shown once the reader has
written something or asks for it; without scripts, and on paper, it is a fold. In an exercise, a
`model` answer takes the place of the content, encoded as the other answers are.
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
            raise self.error(
                "sentence: give a ':name:', and either content or a ':model:', not both"
            )
        parsed, messages = self.state.inline_text(self.arguments[0], self.lineno)
        question = nodes.paragraph("", "", *parsed, classes=["sentence-asked"])
        still = nodes.paragraph("", PACKED if model else STILL, classes=["sentence-still"])
        name, asked = (
            escape(text, quote=True) for text in (self.options["name"], self.arguments[0])
        )
        data = f'data-name="{name}" data-asked="{asked}"' + (
            f' data-model="{model}"' if model else ""
        )
        live = nodes.raw("", f'<div class="sentence-live" {data}></div>', format="html")
        box = nodes.container("", question, still, live, classes=["sentence"])
        if not model:
            start = f'<details class="sentence-book"><summary>{SUMMARY}</summary>'
            content = nodes.container("", *self.parse_content_to_nodes(), classes=["sentence-said"])
            box += [
                nodes.raw("", start, format="html"),
                content,
                nodes.raw("", "</details>", format="html"),
            ]
        return [box, *messages]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("sentence", Sentence)
