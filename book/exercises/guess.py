"""A field for a guess in a box "Predict". The browser keeps the guess and shows it beside the answer.

    :::{admonition} Predict
    :class: tip
    How many of every hundred yuan came from the neighbours?
    ```{guess} number
    :unit: per cent
    :answer: sold_share
    :on: fig-sold x
    ```
    :::

`answer` is the name of a number that the chapter glued, and the key of the guess in the browser's storage.
`on` names a figure and the axis on which the guess is drawn. A guess of the kind `choice` lists its options;
its `answer` is one of them, or glued. Without scripts a sentence asks readers to write their guess down.

`guess.js` covers what follows until readers guess or ask for it. In a lesson that is all from the first
output, or the first words that tell the answer, to the end of the section. In a chapter of the older form it
is the outputs, and the paragraphs behind them that tell the answer.
"""

import json
import re
from html import escape
from itertools import dropwhile, groupby, takewhile

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from book.elements import is_lesson
from book.from_notebooks import find_glued, read_code_cells

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
        return [nodes.container("", still, live, classes=["guess"], answer=str(question["shown"]))]

    def _read_question(self) -> dict:
        kind, answer = self.arguments[0], self.options.get("answer", "")
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is not a kind of guess; use {' or '.join(KINDS)}")
        question = {"name": answer, "kind": kind, "unit": self.options.get("unit", "")}
        options = [line.removeprefix("- ").strip() for line in self.content if line.strip()]
        cells = read_code_cells(self.env, self.env.docname)
        shown = answer if answer in options else find_glued(cells, answer)
        if kind == "choice":
            if shown not in options:
                raise ValueError(f"the answer {shown!r} is not one of the options {', '.join(options)}")
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


def _match(answer: str) -> re.Pattern[str]:
    """Match an answer as a word or number of its own."""
    return re.compile(rf"(?<![\w.]){re.escape(answer)}(?!\.?\w)")


def find_rest(box: nodes.Element, answer: str) -> list[nodes.Node]:
    """Find what waits for a guess in a lesson: from the first thing that may tell, all to the next guess.

    Without another guess that is all to the end of the section.
    """

    def may_tell(node: nodes.Node) -> bool:
        shows = isinstance(node, nodes.Element) and (
            "cell" in node["classes"] or any(node.findall(nodes.table))
        )
        return shows or bool(_match(answer).search(node.astext()))

    def ends(node: nodes.Node) -> bool:
        return isinstance(node, nodes.section) or bool(_list_guesses(node))

    following = box.parent[box.parent.index(box) + 1 :]
    until = list(takewhile(lambda node: not ends(node), following))
    return list(dropwhile(lambda node: not may_tell(node), until))


def find_waiting(box: nodes.Element, answer: str) -> list[nodes.Element]:
    """Find what waits for a guess: the next outputs, and the paragraphs behind them with the answer.

    If the next outputs do not print a number that is asked for, the first ones that do wait as well.
    """
    pattern = _match(answer)
    following = box.parent[box.parent.index(box) + 1 :]
    in_section = takewhile(lambda node: not isinstance(node, nodes.section), following)
    visible = (node for node in in_section if not isinstance(node, nodes.Invisible))
    cells = groupby(visible, key=lambda node: "cell" in node["classes"] or bool(_list_outputs(node)))
    groups = [list(group) for _, group in cells]
    outputs = [[part for node in group for part in _list_outputs(node)] for group in groups]
    full = [place for place, parts in enumerate(outputs) if parts]
    if not full:
        return []
    telling = (place for place in full if any(pattern.search(part.astext()) for part in outputs[place]))
    is_number = re.fullmatch(r"[\d.,−-]+", answer)
    last = next(telling, full[0]) if is_number else full[0]
    texts = takewhile(lambda node: isinstance(node, nodes.paragraph), [*groups, []][last + 1])
    waiting = [part for place in sorted({full[0], last}) for part in outputs[place]]
    # What is chosen is told in other words by the first paragraph: "rise" by "rose".
    first = [] if is_number else [next(texts, None)]
    told = (text for text in texts if pattern.search(text.astext()))
    return [*waiting, *filter(None, first), *told]


def _list_outputs(node: nodes.Element) -> list[nodes.container]:
    return [part for part in node.findall(nodes.container) if "cell_output" in part["classes"]]


def _list_guesses(node: nodes.Node) -> list[nodes.container]:
    return [box for box in node.findall(nodes.container) if "answer" in box]


class Wait(SphinxPostTransform):
    """Mark what waits for each guess of a page."""

    # After glued numbers and outputs have their text.
    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        cover = self._cover_rest if is_lesson(self.document) else self._cover_each
        for guess in _list_guesses(self.document):
            cover(guess.parent if isinstance(guess.parent, nodes.Admonition) else guess, guess["answer"])

    def _cover_rest(self, box: nodes.Element, answer: str) -> None:
        if rest := find_rest(box, answer):
            place = box.parent.index(rest[0])
            box.parent[place : place + len(rest)] = [nodes.container("", *rest, classes=["waits"])]

    def _cover_each(self, box: nodes.Element, answer: str) -> None:
        for node in find_waiting(box, answer):
            if isinstance(node, nodes.paragraph):
                text, node = node, nodes.container()
                text.parent.replace(text, node)  # `replace_self` would hand its ids over
                node += text
            node["classes"].append("waits")


def setup(app: Sphinx) -> None:
    """Register the directive and the transform."""
    app.add_directive("guess", Guess)
    app.add_post_transform(Wait)
