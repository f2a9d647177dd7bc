"""The card of a lesson on the front page: its question, a chart of it, what it is about, how long.

The chart is one of the lesson's own, small and without words: it shows what a lesson looks like and
gives no answer away. It is a file that a browser fetches when the reader comes near, and says
nothing to a screen reader.
"""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from still_charts.pages import open_store
from still_charts.store import format_specification, write_whole
from still_charts.thumbnails import draw_thumbnail

from book import elements, facts, settings
from book.from_notebooks import find_figure, read_code_cells

FOLDER = "_static/cards"
# The theme would lay white under a picture in the dark, but for those of this class.
_PICTURE = (
    '<div class="card-chart"><img class="dark-light" src="{path}" alt="" loading="lazy"></div>'
)


class card_chart(nodes.General, nodes.Element):  # type: ignore[misc]  # docutils has no types
    """The chart of a card, until its page is written."""


def make_card(env: BuildEnvironment, lesson: settings.Chapter, figure: str) -> nodes.list_item:
    """Make the card of a lesson, with one of its figures if one is named."""
    notes = facts.take(env.app, "lesson", Path(lesson.page).name)
    link = elements.reference(env, f"/{lesson.page}", notes["title"], kind="doc")
    number = elements.inline(str(lesson.number), classes=["card-number"])
    return nodes.list_item(
        "",
        elements.paragraph(number, " ", link, classes=["card-title"]),
        *([_take_chart(env, lesson.page, figure)] if figure else []),
        elements.paragraph(notes["deck"], classes=["card-deck"]),
        elements.paragraph(_describe_minutes(*notes["apart"]), classes=["card-minutes"]),
    )


def _take_chart(env: BuildEnvironment, page: str, figure: str) -> card_chart:
    chart, _ = find_figure(read_code_cells(env, page), figure)
    return card_chart(specification=format_specification(chart), file=f"{Path(page).name}.svg")


def _describe_minutes(reading: int, running: int, practice: int) -> str:
    """Say how long a lesson takes, on its card."""
    exercises = f", {practice} for exercises" if practice else ""
    return f"{reading} min to read, {running} to run{exercises}"


def _draw_charts(app: Sphinx, document: nodes.document, page: str) -> None:
    """Write the pictures of a page's cards."""
    cards = list(document.findall(card_chart))
    if not cards or app.builder.name != "html":
        return
    store = open_store(app)
    light, dark = app.config.still_charts_variables
    for node in cards:
        picture = draw_thumbnail(store.read(node["specification"]), light, dark)
        write_whole(Path(app.outdir, FOLDER, node["file"]), picture.encode())
        path = f"{'../' * page.count('/')}{FOLDER}/{node['file']}"
        node.replace_self(nodes.raw("", _PICTURE.format(path=path), format="html"))


def setup(app: Sphinx) -> None:
    """Draw the charts of cards before their page is written."""
    app.add_node(card_chart)
    app.connect("doctree-resolved", _draw_charts)
