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

What follows waits: `guess.js` covers the outputs that come next, and of the paragraphs right behind them
those that say the answer, until the reader has guessed or asks for them. Away from its chapter, `of` names
the page that glued the number; `steps` is the button that goes through the choices of the figure's menu,
and the content is said after the last.
"""

import json
import re
from html import escape
from itertools import groupby, takewhile

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from book.from_notebooks import find_glued, read_code_cells

KINDS = ("number", "choice")
# Of what a page shows: outputs of cells, and figures of other pages.
_SHOWN = ("cell_output", "borrowed")
STILL = "Write your guess down before you read on."


class Guess(SphinxDirective):
    """The field of one guess."""

    required_arguments = 1
    option_spec = {
        "answer": directives.unchanged_required,
        "unit": directives.unchanged,
        "on": directives.unchanged,
        "of": directives.unchanged,
        "steps": directives.unchanged,
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
        return [nodes.container("", still, live, classes=["guess"], answer=str(asked["shown"]))]

    def _read_question(self) -> dict:
        kind, answer = self.arguments[0], self.options.get("answer", "")
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of guess; use {' or '.join(KINDS)}")
        asked = {"name": answer, "kind": kind, "unit": self.options.get("unit", "")}
        options = [line.removeprefix("- ").strip() for line in self.content if line.strip()]
        page = self.options.get("of", self.env.docname)
        shown = answer if answer in options else find_glued(read_code_cells(self.env, page), answer)
        if kind == "choice":
            if shown not in options:
                raise ValueError(f"the answer {shown!r} is none of the options {', '.join(options)}")
            name = nodes.make_id(" ".join(options))
            return asked | {"name": name, "options": options, "answer": shown, "shown": shown}
        number = re.search(r"[-−]?[\d,]*\.?\d+", shown)
        if not number:
            raise ValueError(f"{answer} is {shown!r}, which is no number")
        value = float(number[0].replace(",", "").replace("−", "-"))
        figure, _, axis = self.options.get("on", "").partition(" ")
        if figure and axis not in ("x", "y"):
            raise ValueError(f"'on: {figure} {axis}' must name a figure and x or y")
        steps = {"steps": self.options["steps"], "last": " ".join(options)} if "steps" in self.options else {}
        return asked | {"answer": value, "shown": shown, "figure": figure, "axis": axis} | steps


def find_waiting(box: nodes.Element, answer: str) -> list[nodes.Element]:
    """What waits for a guess: the outputs that come next, and what right behind them says the answer.

    If they do not print a number that is asked, those that do wait as well.
    """
    says = re.compile(rf"(?<![\w.]){re.escape(answer)}(?!\.?\w)")
    behind = box.parent[box.parent.index(box) + 1 :]
    there = takewhile(lambda node: not isinstance(node, nodes.section), behind)
    groups = [list(group) for _, group in groupby(filter(_is_seen, there), key=_is_cell)]
    shown = [[part for node in group for part in _list_shown(node)] for group in groups]
    full = [place for place, parts in enumerate(shown) if parts]
    if not full:
        return []
    telling = (place for place in full if any(says.search(part.astext()) for part in shown[place]))
    told = next(telling, full[0]) if re.fullmatch(r"[\d.,−-]+", answer) else full[0]
    texts = takewhile(lambda node: isinstance(node, nodes.paragraph), [*groups, []][told + 1])
    outputs = [part for place in sorted({full[0], told}) for part in shown[place]]
    return [*outputs, *(text for text in texts if says.search(text.astext()))]


def _is_seen(node: nodes.Node) -> bool:
    return not isinstance(node, nodes.Invisible)


def _is_cell(node: nodes.Element) -> bool:
    return "cell" in node["classes"] or bool(_list_shown(node))


def _list_shown(node: nodes.Element) -> list[nodes.container]:
    return [part for part in node.findall(nodes.container) if set(_SHOWN) & {*part["classes"]}]


class Wait(SphinxPostTransform):
    """Marks what waits for each guess of a page."""

    # When numbers stand in sentences, and outputs are what a page shows.
    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for guess in [box for box in self.document.findall(nodes.container) if "answer" in box]:
            box = guess.parent if isinstance(guess.parent, nodes.Admonition) else guess
            for node in find_waiting(box, guess["answer"]):
                if isinstance(node, nodes.paragraph):
                    text, node = node, nodes.container()
                    text.parent.replace(text, node)  # `replace_self` would hand its ids over
                    node += text
                node["classes"].append("waits")


def setup(app: Sphinx) -> None:
    """Register the directive, and what waits."""
    app.add_directive("guess", Guess)
    app.add_post_transform(Wait)
