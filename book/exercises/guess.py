"""A field for a guess in a box "Predict". The browser keeps the guess and shows it beside the
answer.

    :::{admonition} Predict
    :class: tip
    How many of every hundred yuan came from the neighbours?
    ```{guess} number
    :unit: per cent
    :answer: sold_share
    :on: fig-sold x
    ```
    :::

`answer` is the name of a number that the chapter glued, and the key of the guess in the browser's
storage. `on` names a figure and the axis on which the guess is drawn. A guess of the kind `choice`
lists its options; its `answer` is one of them, or glued. Without scripts a sentence asks readers to
write their guess down.

All that follows the box in its section waits for the guess: text, code, charts, the next box.
`guess.js` covers it until readers guess or ask for it.
"""

import json
import re
from html import escape
from itertools import takewhile

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from book.from_notebooks import find_glued, read_code_cells

logger = logging.getLogger(__name__)

KINDS = ("number", "choice")
STILL = "Write your guess down before you read on."


class Guess(SphinxDirective):
    """The field of one guess."""

    required_arguments = 1
    option_spec = dict.fromkeys(("answer", "unit", "on"), directives.unchanged)
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            question = self._read_question()
        except (LookupError, ValueError) as error:
            raise self.error(f"guess: {error}") from None
        data = escape(json.dumps(question, ensure_ascii=False), quote=True)
        still = nodes.paragraph("", STILL, classes=["guess-still"])
        live = nodes.raw("", f'<div class="guess-live" data-guess="{data}"></div>', format="html")
        return [nodes.container("", still, live, classes=["guess"])]

    def _read_question(self) -> dict:
        kind = self.arguments[0]
        answer = self.options.get("answer", "")
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is not a kind of guess; use {' or '.join(KINDS)}")
        question = {"name": answer, "kind": kind, "unit": self.options.get("unit", "")}
        options = [line.removeprefix("- ").strip() for line in self.content if line.strip()]
        cells = read_code_cells(self.env, self.env.docname)
        shown = answer if answer in options else find_glued(cells, answer)
        if kind == "choice":
            if shown not in options:
                raise ValueError(
                    f"the answer {shown!r} is not one of the options {', '.join(options)}"
                )
            name = nodes.make_id(" ".join(options))
            return question | {"name": name, "options": options, "answer": shown, "shown": shown}
        number = re.search(r"[-−]?[\d,]*\.?\d+", shown)
        if not number:
            raise ValueError(f"{answer} is {shown!r}, which is not a number")
        value = float(number[0].replace(",", "").replace("−", "-"))
        figure, _, axis = self.options.get("on", "").partition(" ")
        if figure and axis not in ("x", "y"):
            raise ValueError(f"'on: {figure} {axis}' must name a figure and the axis x or y")
        return question | {"answer": value, "shown": shown, "figure": figure, "axis": axis}


def list_waiting(box: nodes.Element) -> list[nodes.Node]:
    """List what waits for the guess in a box: all that follows it in its section, with the parts
    below.

    What precedes the first heading of a page is a section of its own.
    """
    following = box.parent[box.parent.index(box) + 1 :]
    if isinstance(box.parent.parent, nodes.document):
        following = list(takewhile(lambda node: not isinstance(node, nodes.section), following))
    return following


def _is_seen(node: nodes.Node) -> bool:
    return not isinstance(node, nodes.Invisible)


class Wait(SphinxPostTransform):
    """Put what waits for each guess of a page into one container."""

    # After glued numbers and outputs have their text.
    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        guesses = [
            box for box in self.document.findall(nodes.container) if "guess" in box["classes"]
        ]
        for guess in guesses:
            box = guess.parent if isinstance(guess.parent, nodes.Admonition) else guess
            waiting = list_waiting(box)
            if not any(map(_is_seen, waiting)):
                logger.warning("guess: nothing follows it in its section", location=guess)
                continue
            parent = box.parent
            for node in waiting:
                parent.remove(node)
            parent.insert(parent.index(box) + 1, nodes.container("", *waiting, classes=["waits"]))


def setup(app: Sphinx) -> None:
    """Register the directive and the transform."""
    app.add_directive("guess", Guess)
    app.add_post_transform(Wait)
