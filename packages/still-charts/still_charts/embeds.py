"""Write each chart of which the reader can choose parts as a page of its own, to be shown inside
other pages.

It has drawing, words, source, licence and a link to the page from which it comes, is light or dark
as the reader's system, and needs no other file than script and style sheet of charts and Vega.
"""

from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from still_charts.drawing import Drawing
from still_charts.shared import render_charts
from still_charts.store import write_whole

FOLDER = "_static/embeds"
_UP = "../../"  # from the folder to the book
# The script of charts runs, and Vega, which it loads. Drawings have style attributes.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
    " blob:; base-uri 'none'; form-action 'none'"
)
_PAGE = """\
<!DOCTYPE html>
<html lang="{lang}" class="chart-alone" data-content_root="{up}">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{origin}</title><link rel="canonical" href="{page}">
<link rel="stylesheet" href="../still-charts.css"><style>{style}</style>
<script defer src="../still-charts.js"></script></head>
<body><main><figure id="{name}">{chart}<figcaption>{caption}</figcaption></figure>
<p><a href="{page}#{name}" target="_top">{origin}</a>{licence}</p></main></body></html>
"""


def write_embed(app: Sphinx, node: nodes.Element, drawing: Drawing, page: str) -> None:
    """Write the page of a chart that stands in a figure with a name; of others there is none."""
    figure = node.parent
    while figure is not None and not isinstance(figure, nodes.figure):
        figure = figure.parent
    if figure is None or not figure["ids"] or "choose" not in drawing.program.get("usermeta", {}):
        return
    config = app.config
    name = figure["ids"][0]
    (chart,), end = render_charts([drawing], name)
    captions = "".join(
        f"<p>{escape(caption.astext())}</p>" for caption in figure.findall(nodes.caption)
    )
    light, dark = (_format_variables(colours) for colours in config.still_charts_variables)
    terms, address = config.still_charts_licence
    origin = f"{app.env.titles[page].astext()}, {config.html_title or config.project}"
    html = _PAGE.format(
        lang=config.language or "en",
        policy=_POLICY,
        up=_UP,
        page=escape(_UP + app.builder.get_target_uri(page)),
        style=f"{light}@media (prefers-color-scheme: dark) {{{dark}}}",
        name=escape(name),
        chart=chart + end,
        caption=captions,
        origin=escape(origin),
        licence=(
            f'. <a rel="license" target="_top" href="{escape(address)}">{escape(terms)}</a>'
            if terms
            else ""
        ),
    )
    write_whole(Path(app.outdir) / FOLDER / f"{name}.html", html.encode())


def _format_variables(colours: dict[str, str]) -> str:
    return f":root {{{''.join(f'{name}:{value};' for name, value in colours.items())}}}"
