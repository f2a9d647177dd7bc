"""Draw a chart small and without words, as the picture of its page in a list.

A picture is a file of its own, which sees no variable of the page: it brings them along, light and
dark. Its browser takes the dark ones if the list is dark (`color-scheme`).
"""

import re

from still_charts.drawing import Drawing
from still_charts.shared import join_parts

_WORDS = re.compile(r"<text\b.*?</text>", re.DOTALL)
_START = re.compile(r'<svg [^>]*viewBox="([^"]+)">')
_FRAME = re.compile(
    r'^<svg [^>]*><g [^>]*transform="translate\(([\d.]+),([\d.]+)\)"><g class="[^"]*\broot"><g>'
    r'<path class="background" d="M[\d.]+,[\d.]+h([\d.]+)v([\d.]+)h'
)
_MARGIN = 6  # pixels around the frame, in which marks at its edge end


def draw_thumbnail(drawing: Drawing, light: dict[str, str], dark: dict[str, str]) -> str:
    """Draw a chart as an SVG file without words, with its colours in the light and in the dark."""
    parts = drawing.stills.get("narrow") or next(iter(drawing.stills.values()))
    picture = _WORDS.sub("", join_parts(parts, {}))
    start = _START.match(picture)
    if start is None:
        raise ValueError(f"the drawing of {drawing.name} does not begin with its size")
    style = (
        f":root{{{_format(light)}}}@media (prefers-color-scheme:dark){{:root{{{_format(dark)}}}}}"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_find_frame(picture) or start[1]}">'
    return f"{head}<style>{style}</style>{picture[start.end() :]}\n"


def _find_frame(picture: str) -> str:
    """Find the area inside the axes, as a `viewBox`; a chart of several parts has none."""
    if not (frame := _FRAME.match(picture)) or not float(frame[3]) or not float(frame[4]):
        return ""
    x, y, width, height = map(float, frame.groups())
    box = (x - _MARGIN, y - _MARGIN, width + 2 * _MARGIN, height + 2 * _MARGIN)
    return " ".join(f"{number:g}" for number in box)


def _format(variables: dict[str, str]) -> str:
    return "".join(f"{name}:{value};" for name, value in variables.items())
