"""Meta elements for search engines and shared links, the picture of shared links, and the 404 page.

A page's description is its deck, or its first paragraph. The first paragraph of the start page
after its deck is the picture, ``_static/social.png``: it asks what the course asks, and tells no
answer. Addresses are absolute if
`html_baseurl` is set.
"""

import re
import shutil
import textwrap
from html import escape
from pathlib import Path
from urllib.parse import urljoin

import vl_convert
from docutils import nodes
from lxml import html
from sphinx.application import Sphinx
from still_charts.pages import open_store
from still_charts.store import format_specification, write_whole

from book import palette
from book.lessons.deck import KIND, find_deck
from book.page import Page

PICTURE = "_static/social.png"
WIDTH, HEIGHT = 1200, 630
LONGEST, SHORTEST = 200, 40
ABOUT = "{book} An open course that checks one news article, claim by claim"
# The description of a page without a paragraph.
_WITHOUT_TEXT = "A page of the open course “{book}”."
NOT_FOUND = "404"


def describe_document(doctree: nodes.document | None) -> str:
    """Describe a page by its deck, or by its first paragraphs, cut after a sentence or a word; ""
    if it has no text."""
    deck = find_deck(doctree) if doctree else None
    return _cut(deck.astext() if deck is not None else _read_opening(doctree))


def _read_opening(doctree: nodes.document | None) -> str:
    """Read the first paragraphs after the deck, until they say enough."""
    text = ""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        # Not a cell, an item or a caption, which need their context.
        is_apart = isinstance(paragraph.parent, nodes.section | nodes.document | nodes.container)
        if is_apart and KIND not in paragraph["classes"]:
            parts = paragraph.findall(nodes.Text)
            words = [
                part for part in parts if not isinstance(part.parent, nodes.footnote_reference)
            ]
            text = " ".join(f"{text} {''.join(words)}".split())
        if len(text) >= SHORTEST:
            break
    return text


def _cut(text: str) -> str:
    """Cut a text after a sentence or a word if it is too long for a description."""
    if len(text) <= LONGEST:
        return text
    # Chinese has no space after a sentence, and none between words.
    sentences = re.match(rf".{{{SHORTEST},{LONGEST - 1}}}(?:[.?!](?=\s)|[。？！])", text)
    space = text.rfind(" ", SHORTEST, LONGEST)
    return sentences[0] if sentences else text[: space if space > 0 else LONGEST - 1] + " …"


def describe(page: Page) -> None:
    """Add meta elements to a page."""
    config = page.app.config
    context = page.context
    book = config.html_title
    title = html.fragment_fromstring(context.get("title", ""), create_parent=True).text_content()
    description = describe_document(page.document) or _WITHOUT_TEXT.format(book=book)
    home = f"{config.html_baseurl.rstrip('/')}/" if config.html_baseurl else ""
    facts = {
        "description": description,
        "og:title": title or book,
        "og:description": description,
        "og:type": "website" if page.name == config.root_doc else "article",
        "og:site_name": book,
        "og:url": urljoin(home, page.app.builder.get_target_uri(page.name)) if home else "",
        "og:image": urljoin(home, PICTURE) if home else context["pathto"](PICTURE, 1),
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": ABOUT.format(book=book),
        "twitter:card": "summary_large_image",
    }
    if page.name == NOT_FOUND:
        context["home"] = home or "./"
        facts = {"description": description, "robots": "noindex"}
    context.setdefault("metatags", "")
    for name, text in facts.items():
        if text:  # names with a colon belong to the Open Graph protocol
            kind = "property" if ":" in name else "name"
            context["metatags"] += f'<meta {kind}="{name}" content="{escape(text)}" />\n'


def make_poster(question: str, about: str, colours: dict[str, tuple[str, str]]) -> dict:
    """Write a question in large letters and what it belongs to, over the colours of the three
    places."""
    font = "Liberation Sans"  # included in vl-convert, so every machine draws the same
    strip = [{"place": number, "colour": colours[f"chart-{number}"][0]} for number in (1, 2, 3)]
    x = {"aggregate": "count", "axis": None}
    colour = {"field": "colour", "scale": None}
    size = {"width": WIDTH / 2, "height": HEIGHT / 2, "padding": 36, "background": "white"}
    return size | {
        "data": {"values": strip},
        "mark": "bar",
        "encoding": {"x": x, "color": colour, "order": {"field": "place"}},
        "title": {
            **{"text": textwrap.wrap(question, 42), "font": font, "fontSize": 26, "lineHeight": 37},
            **{"subtitle": textwrap.wrap(about, 62), "subtitleFont": font, "subtitleFontSize": 17},
            **{"color": colours["chart-text"][0], "subtitleColor": colours["chart-muted"][0]},
            **{"anchor": "start", "offset": 26, "subtitlePadding": 20, "subtitleLineHeight": 23},
        },
        "config": {"view": {"stroke": None}},
        "autosize": {"type": "fit", "contains": "padding"},
    }


def draw_poster(app: Sphinx) -> None:
    """Write the picture of shared links."""
    question = _cut(_read_opening(app.env.get_doctree(app.config.root_doc)))
    about = ABOUT.format(book=app.config.html_title)
    spec = make_poster(question, about, palette.read_colours(app.srcdir))
    # Cached with the drawings of charts, by its specification: drawing takes seconds.
    cached = open_store(app).find_path(format_specification(spec), ".png")
    if not cached.exists():
        write_whole(cached, vl_convert.vegalite_to_png(spec, scale=2))
    shutil.copyfile(cached, Path(app.outdir) / PICTURE)
