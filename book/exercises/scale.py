"""A question that readers answer on a scale, and the figures that then fall onto it.

    ```{scale} 1 3 0.1
    A magazine wrote that the economy was “**how many** times that in 2013”.

    | whose figure | times | why |
    |---|---|---|
    | The magazine | 1.8 | It does not say how it came to that. |
    | The course | {glued}`chapters/04_vintages real_low` | Without prices. |

    This is shown after the last row.
    ```

The arguments are both ends of the scale and its step. The bold word stands for the number that is
asked: `scale.js` puts the reader's there, and then that of the first row. The unit is the head of
the second column. Without scripts, and on paper, table and end are a fold.
"""

from itertools import takewhile

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements

SUMMARY = "Show the figures"


class Scale(SphinxDirective):
    """A sentence with a blank, the place of the scale, and a fold with the figures."""

    required_arguments = 3
    has_content = True

    def run(self) -> list[nodes.Node]:
        content = self.parse_content_to_nodes()
        asked = list(takewhile(lambda node: not isinstance(node, nodes.table), content))
        figures = content[len(asked) :]
        if not figures or not any(node.findall(nodes.strong) for node in asked):
            raise self.error("scale: give a sentence with a bold word, and then a table of figures")
        ends = " ".join(map(str, map(float, self.arguments)))
        live = nodes.raw("", f'<div class="scale-live" data-scale="{ends}"></div>', format="html")
        return [elements.box("scale", *asked, live, elements.folded(SUMMARY, *figures))]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("scale", Scale)
