"""What a page says of itself to search engines and to those who share it, its picture, and the 404 page.

The description is the page's own first paragraph. `social_chart` in ``_config.yml`` names the chart that
becomes ``_static/social.png``. Addresses are absolute where `html_baseurl` is set, relative where it is not.
"""

import re
import shutil
from html import escape
from pathlib import Path
from urllib.parse import urljoin

import vl_convert
from docutils import nodes
from lxml import html
from sphinx.application import Sphinx
from still_charts.pages import open_store
from still_charts.store import format_specification, write_whole

from book import from_notebooks, palette, settings
from book.page import Page

PICTURE = "_static/social.png"
WIDTH, HEIGHT = 1200, 630
LONGEST, SHORTEST = 200, 40
# A page of which nobody reads the first paragraph, or which has none.
_WITHOUT_TEXT = "A page of the open course “{book}”."
NOT_FOUND = "404"


def describe_document(doctree: nodes.document | None) -> str:
    """The first paragraphs of a page, cut at the end of a sentence or of a word; "" if there is no text."""
    text = ""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        # A table's cell, a list's item and a picture's caption need what stands around them.
        if isinstance(paragraph.parent, (nodes.section, nodes.document, nodes.container)):
            said = "".join(
                part.astext()
                for part in paragraph.findall(nodes.Text)
                if not isinstance(part.parent, nodes.footnote_reference)
            )
            text = " ".join(f"{text} {said}".split())
        if len(text) >= SHORTEST:
            break
    if len(text) <= LONGEST:
        return text
    # Chinese has no space after a sentence, and none between words.
    sentences = re.match(rf".{{{SHORTEST},{LONGEST - 1}}}(?:[.?!](?=\s)|[。？！])", text)
    space = text.rfind(" ", SHORTEST, LONGEST)
    return sentences[0] if sentences else text[: space if space > 0 else LONGEST - 1] + " …"


def make_tags(facts: dict[str, str]) -> str:
    """Meta elements: names with a colon are those of the Open Graph protocol."""
    return "".join(
        f'<meta {"property" if ":" in name else "name"}="{name}" content="{escape(text)}" />\n'
        for name, text in facts.items()
        if text
    )


def describe(page: Page) -> None:
    """Give a page what search engines and shared links show of it."""
    config, context = page.app.config, page.context
    book = config.html_title
    title = html.fragment_fromstring(context.get("title", ""), create_parent=True).text_content()
    said = describe_document(page.document) or _WITHOUT_TEXT.format(book=book)
    home = f"{config.html_baseurl.rstrip('/')}/" if config.html_baseurl else ""
    facts = {
        "description": said,
        "og:title": title or book,
        "og:description": said,
        "og:type": "website" if page.name == config.root_doc else "article",
        "og:site_name": book,
        "og:url": urljoin(home, page.app.builder.get_target_uri(page.name)) if home else "",
        "og:image": urljoin(home, PICTURE) if home else context["pathto"](PICTURE, 1),
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": _find_chart(page.app)["description"],
        "twitter:card": "summary_large_image",
    }
    if page.name == NOT_FOUND:
        context["home"] = home or "./"
        facts = {"description": said, "robots": "noindex"}
    context["metatags"] = context.get("metatags", "") + make_tags(facts)


def _find_chart(app: Sphinx) -> dict:
    page, name = app.config.social_chart.split()
    cells = settings.read_notebook(app.srcdir, page)["cells"]
    return from_notebooks.find_figure([cell for cell in cells if cell["cell_type"] == "code"], name)[0]


def make_poster(chart: dict, book: str, muted: str) -> dict:
    """A stored chart as a picture to be shared: the book's name over it, large letters, a white page.

    `muted` is the colour of the words under it.
    """
    title, config = chart.get("title", ""), chart.get("config", {})
    words = {"fontSize": 20, "subtitleFontSize": 14, "subtitleColor": muted, "offset": 18}
    look = {
        "font": "Liberation Sans",  # vl-convert carries it, so every machine draws the same letters
        "background": "white",
        "title": config.get("title", {}) | words,
    }
    return chart | {
        "config": config | look,
        "title": {
            "text": title["text"] if isinstance(title, dict) else title,
            "subtitle": f"{book} An open course that checks one news article, claim by claim",
        },
        "width": WIDTH / 2,
        "height": HEIGHT / 2,
        "padding": 24,
        "autosize": {"type": "fit", "contains": "padding"},
    }


def draw_png(spec: dict) -> bytes:
    """The picture of `poster`, the same bytes on every machine."""
    return vl_convert.vegalite_to_png(spec, scale=2)


def draw_poster(app: Sphinx) -> None:
    """Draw the picture to be shared, where it is not drawn yet."""
    muted, _dark = palette.read_colours(app.srcdir)["chart-muted"]
    spec = make_poster(_find_chart(app), app.config.html_title, muted)
    # Kept with the drawings of charts: it takes seconds, and is drawn anew when the chart changes.
    kept = open_store(app).find_path(format_specification(spec), ".png")
    if not kept.exists():
        write_whole(kept, draw_png(spec))
    shutil.copyfile(kept, Path(app.outdir) / PICTURE)


def setup(app: Sphinx) -> None:
    """Register the setting."""
    app.add_config_value("social_chart", "", "html")
