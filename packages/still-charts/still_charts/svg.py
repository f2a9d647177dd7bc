"""A chart's drawings as SVG that may stand in a page beside others: small, and with ids of their own.

What is rewritten here is what the engine has just drawn, whose form it knows; no page is.
"""

import json
import re
from itertools import pairwise

import vl_convert

# A chart as wide as the text is drawn twice, and the page shows the one that fits (charts.css): for the text
# column of a 390-pixel phone and for that of a desk. The interactive view then takes its place in one size.
WIDTHS = {"narrow": 342, "wide": 704}
SHORTEST = 60  # of an outline, in characters: a reference to it takes a third of that

_HAN = re.compile(r"<text(?=[^>]*>[^<]*[\u3400-\u9fff])([^>]*>)")
_ID = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
_COUNTED = re.compile(r"([a-z]+_?)\d+")
_COARSE = re.compile(r'(?<=\sd=")[MLZ\d.,-]{150,}(?=")')
_OUTLINE = re.compile(rf'<path ([^>]*?)\bd="([MLlZ\d., -]{{{SHORTEST},}})"([^>]*)/>')


def draw_stills(spec: dict, name: str, han: str) -> dict[str, str]:
    """The drawings by the width they are for; a chart of its own width, or a map, has one for any."""
    if spec.get("width") != "container":
        return {"any": _draw(spec, name, han)}
    fitted = spec | {"autosize": {"type": "fit-x", "contains": "padding"}}
    # A map is as large as its height allows: more width is more sea.
    if '"geoshape"' in json.dumps(spec):
        svg = _draw(fitted | {"width": WIDTHS["narrow"]}, name, han)
        return {"any": _COARSE.sub(lambda path: _round_outline(path[0]), svg)}
    return {size: _draw(fitted | {"width": width}, f"{name}-{size}", han) for size, width in WIDTHS.items()}


def read_height(svg: str) -> str:
    """Height of a drawing in pixels, as it says itself."""
    return re.findall(r'\bheight="([\d.]+)"', svg)[0]


def split_at_outlines(svg: str) -> list[str]:
    """A drawing as text, attributes, outline, attributes, text and so on: every fourth part is an outline.

    The attributes are those of the path which has the outline, before and after it.
    """
    return _OUTLINE.split(svg)


def _draw(spec: dict, prefix: str, han: str) -> str:
    svg = _name_ids(vl_convert.vegalite_to_svg(spec), prefix)
    # A tenth of a pixel is finer than any screen shows; the outlines of a map halve with it.
    svg = re.sub(r'(?<=\sd=")[^"]+', lambda path: re.sub(r"-?\d+\.\d{2,}", _round_tenth, path[0]), svg)
    if han:
        svg = _HAN.sub(rf'<text lang="{han}"\1', svg)
    svg = svg.replace(' transform="translate(0,0)"', "")
    # The wrapper carries the description; a second copy inside would be read out twice.
    return re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", svg).replace("<svg", '<svg aria-hidden="true"', 1)


def _name_ids(svg: str, prefix: str) -> str:
    """The drawing with every id, and every reference to one, behind a prefix.

    The engine counts the gradients and clips of all that it ever drew, and which those were must not show:
    here they are counted anew.
    """
    numbers: dict[str, int] = {}

    def rename(found: re.Match[str]) -> str:
        name = found[2]
        if counted := _COUNTED.fullmatch(name):
            name = f"{counted[1]}{numbers.setdefault(name, len(numbers))}"
        return f"{found[1]}{prefix}-{name}"

    return _ID.sub(rename, svg)


def _round_outline(path: str) -> str:
    """An outline in steps of half a pixel from point to point: on a map nobody sees the difference."""
    parts = []
    for ring in re.findall(r"M[^M]+", path):
        pairs = (pair.split(",") for pair in re.findall(r"[-\d.,]+", ring))
        points = [(round(2 * float(x)), round(2 * float(y))) for x, y in pairs]
        steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(points) if (x, y) != (a, b)]
        # A minus parts two numbers as well as a space does.
        line = " ".join(_format_half(number) for step in steps for number in step).replace(" -", "-")
        start, end = ",".join(map(_format_half, points[0])), "Z" if ring.endswith("Z") else ""
        parts.append(f"M{start}l{line}{end}" if steps else "")
    return "".join(parts)


def _format_half(count: int) -> str:
    return f"{count / 2:g}".replace("0.", ".", 1) if abs(count) == 1 else f"{count / 2:g}"


def _round_tenth(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 1):g}"
