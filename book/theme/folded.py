"""Collapsed answers and code, which open without scripts, and what "Read" folds on a page that runs
code.

    :::{dropdown} Answer
    About twenty million.
    :::

    :::{work}
    The cell below merges both tables by province and year.
    :::

The summary of collapsed code is written as valid HTML: myst-nb puts a paragraph into it, and an
ARIA label that differs from its text. Cells of folded code that are neighbours share one summary.
What belongs to the work on a page, such as a sentence on folded code, is written as open
`<details>`, whose summaries are not seen until `folded.js` folds them. The code of a method stays
open: that is code which a lesson does not fold, and in a chapter of the older form up to eight
lines.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from book import elements, settings
from book.elements import is_lesson

LONGEST_METHOD = 8  # lines
PREPARES = "Code: getting ready"
_START = """<details class="admonition hide {kind}">
<summary><span class="collapsed admonition-title">{show}</span>
<span class="expanded admonition-title">{hide}</span></summary>
"""


class Dropdown(SphinxDirective):
    """A collapsed block under a title of plain text."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        return [elements.folded(self.arguments[0], *self.parse_content_to_nodes())]


class Work(SphinxDirective):
    """A remark on folded code, for readers who work through it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        return [elements.box("on-code", *self.parse_content_to_nodes())]


def _summarise(node: nodes.Element) -> str:
    """Name what is folded on every page that is only read; "" for what stays."""
    classes = node["classes"]
    first = node[0] if len(node) else None
    if "on-code" in classes:
        return "About the code"
    if "modify" in classes:
        return "Modify: a change in the code"
    if isinstance(first, nodes.footnote):
        return f"References: {len(node)}"
    return ""


def _summarise_older(node: nodes.Element) -> str:
    """The same for a chapter of the older form, in which more is folded."""
    classes = node["classes"]
    first = node[0] if len(node) else None
    before = node.previous_sibling()
    if "cell_input" in classes and not isinstance(node.parent, HideCodeCellNode):
        lines = node.astext().strip().count("\n") + 1
        return f"Code, {lines} lines" if lines > LONGEST_METHOD else ""
    if isinstance(first, nodes.table) and "exercise-list" in first["classes"]:
        return "The exercises"
    if isinstance(node, nodes.definition_list) and isinstance(node.parent, nodes.section):
        return f"Key terms: {len(node)}"
    if (
        isinstance(node, nodes.enumerated_list)
        and before
        and (names := [*before.findall(nodes.strong)])
    ):
        return f"{names[0].astext().rstrip('.')}: {len(node)}"
    return _summarise(node)


class FoldWork(SphinxPostTransform):
    """Wrap what belongs to the work on a page in `<details>`."""

    # After boxes have their content, and footnotes their place.
    default_priority = 910
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        # The first text is about code, which stays.
        if self.env.docname not in settings.list_executed(self.app.srcdir)[1:]:
            return
        is_newer = is_lesson(self.document) or settings.is_checks(self.env.docname)
        summarise = _summarise if is_newer else _summarise_older
        for node in list(self.document.findall(nodes.Element)):
            if summary := summarise(node):
                tags = f'<details class="work" open><summary>{summary}</summary>', "</details>"
                start, end = (nodes.raw("", tag, format="html") for tag in tags)
                place = node.parent.index(node)
                node.parent[place : place + 1] = [start, node, end]


def _find_fold(node: nodes.Node | None) -> HideCodeCellNode | None:
    """Find the folded code of a cell; None for what is no such cell."""
    if not isinstance(node, nodes.container) or "cell" not in node["classes"]:
        return None
    parts = (part for part in node.children if isinstance(part, HideCodeCellNode))
    return next((part for part in parts if "above-input" in part["classes"]), None)


def _shows_nothing(cell: nodes.Element) -> bool:
    """Whether a cell has no output that is seen."""
    outputs = (part for part in cell.children if "cell_output" in part["classes"])
    return not any(
        isinstance(leaf, nodes.Text | nodes.raw | nodes.image)
        and not isinstance(leaf.parent, nodes.Invisible)
        for output in outputs
        for leaf in output.findall()
    )


def list_neighbours(document: nodes.document) -> Iterator[list[nodes.container]]:
    """List the runs of folded cells: neighbours, of which only the last may show an output."""
    seen: set[int] = set()
    for cell in document.findall(nodes.container):
        run: list[nodes.container] = []
        following: nodes.Node | None = cell
        while id(following) not in seen and _find_fold(following):
            assert isinstance(following, nodes.container)
            run.append(following)
            seen.add(id(following))
            following = (
                following.next_node(descend=False, siblings=True)
                if _shows_nothing(following)
                else None
            )
            while isinstance(following, nodes.Invisible):
                following = following.next_node(descend=False, siblings=True)
        if run:
            yield run


class ShareFolds(SphinxPostTransform):
    """Give a run of folded cells one summary, at its first cell; `folded.js` opens the others with
    it."""

    # After one of several forms of an output is chosen.
    default_priority = 905
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        usual = self.config.nb_code_prompt_show
        for run in list_neighbours(self.document):
            first, *others = folds = [fold for cell in run if (fold := _find_fold(cell))]
            first["prompt_show"] = join_summaries(
                [fold["prompt_show"] for fold in folds if fold["prompt_show"] != usual]
                or [PREPARES if _shows_nothing(run[-1]) else usual]
            )
            for fold in others:
                fold["classes"].append("follows")


def join_summaries(texts: list[str]) -> str:
    """Join the summaries of neighbours: the first word of the first, such as "Code:", is said
    once."""
    first, *others = dict.fromkeys(texts)
    opening = f"{first.partition(': ')[0]}: "
    return "; ".join([first, *(text.removeprefix(opening) for text in others)])


def _open(translator: Any, node: HideCodeCellNode) -> None:
    show = escape(node["prompt_show"])
    hide = escape(node["prompt_hide"])
    translator.body.append(_START.format(kind=" ".join(node["classes"]), show=show, hide=hide))


def _close(translator: Any, node: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Register directives and transforms, and replace the HTML of collapsed code."""
    app.add_directive("dropdown", Dropdown)
    app.add_directive("work", Work)
    app.add_post_transform(ShareFolds)
    app.add_post_transform(FoldWork)
    app.add_node(HideCodeCellNode, override=True, html=(_open, _close))
