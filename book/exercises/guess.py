"""A field for a guess inside a box "Predict", which the page keeps and shows beside the answer.

    :::{admonition} Predict
    :class: tip
    How many of every hundred yuan came from the neighbours?
    ```{guess} number
    :unit: per cent
    :answer: sold_share
    :on: fig-sold x
    ```
    :::

`answer` is the name of a number that the chapter glued, and names the guess in the reader's memory. `on`
names a figure and its axis, on which the guess is then drawn. A guess of the kind `choice` lists its options,
an item each; its `answer` is one of them, or glued. Without scripts a sentence asks to write the guess down.
"""

import json
import re
from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book.from_notebooks import find_glued, read_code_cells

KINDS = ("number", "choice")
STILL = "Write your guess down before you read on."


class Guess(SphinxDirective):
    """The field of one guess."""

    required_arguments = 1
    option_spec = {
        "answer": directives.unchanged_required,
        "unit": directives.unchanged,
        "on": directives.unchanged,
    }
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            asked = self._read_question()
        except (LookupError, ValueError) as error:
            raise self.error(f"guess: {error}") from None
        data = escape(json.dumps(asked, ensure_ascii=False), quote=True)
        still = nodes.paragraph("", STILL, classes=["guess-still"])
        live = nodes.raw("", f'<div class="guess-live" data-guess="{data}"></div>', format="html")
        return [nodes.container("", still, live, classes=["guess"])]

    def _read_question(self) -> dict:
        kind, answer = self.arguments[0], self.options.get("answer", "")
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of guess; use {' or '.join(KINDS)}")
        asked = {"name": answer, "kind": kind, "unit": self.options.get("unit", "")}
        options = [line.removeprefix("- ").strip() for line in self.content if line.strip()]
        shown = (
            answer if answer in options else find_glued(read_code_cells(self.env, self.env.docname), answer)
        )
        if kind == "choice":
            if shown not in options:
                raise ValueError(f"the answer {shown!r} is none of the options {', '.join(options)}")
            return asked | {"name": nodes.make_id(" ".join(options)), "options": options, "answer": shown}
        number = re.search(r"[-−]?[\d,]*\.?\d+", shown)
        if not number:
            raise ValueError(f"{answer} is {shown!r}, which is no number")
        value = float(number[0].replace(",", "").replace("−", "-"))
        figure, _, axis = self.options.get("on", "").partition(" ")
        if figure and axis not in ("x", "y"):
            raise ValueError(f"'on: {figure} {axis}' must name a figure and x or y")
        return asked | {"answer": value, "shown": shown, "figure": figure, "axis": axis}


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("guess", Guess)
