"""Draw charts as SVG that can share a page: small, and with unique ids.

Regular expressions rewrite the engine's own output, whose form is known.
"""

import json
import re
from itertools import groupby, pairwise

import vl_convert

# Charts of the width of the text are drawn for the text columns of a 390-pixel phone and of a
# desktop; charts.css shows the one that fits. The interactive view adapts by itself.
WIDTHS = {"narrow": 342, "wide": 704}
SHORTEST = 60  # characters of an outline that is worth a reference
# Nobody points at one of so many marks in a still: those that look alike are one element.
CROWD = 100

_HAN = re.compile(r"<text(?=[^>]*>[^<]*[\u3400-\u9fff])([^>]*>)")
_ID = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
_COUNTED = re.compile(r"([a-z]+_?)\d+")
_COARSE = re.compile(r'(?<=\sd=")[MLZ\d.,-]{150,}(?=")')
_PLACED = re.compile(r'\s(?:d|[xy]2|transform)="[^"]+')
_MARK = re.compile(r"<[^>]*/>")
_CROWDED = re.compile(rf'(?<=>)(?:<(?:line|path) transform="[^>]*/>){{{CROWD},}}(?=</g>)')
_AT = r'transform="translate\(([\d.-]+),([\d.-]+)\)"'
_UPRIGHT = re.compile(rf'<line {_AT} x2="0" y2="([\d.-]+)"([^>]*)/>')
_DOT = re.compile(
    rf"<path {_AT}"
    r' d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"([^>]*(?<!-)opacity="1"[^>]*)/>'
)
_OUTLINE = re.compile(rf'<path ([^>]*?)\bd="([MLlZ\d., -]{{{SHORTEST},}})"([^>]*)/>')


def draw_stills(spec: dict, name: str, han: str) -> dict[str, str]:
    """Draw a chart for each width; a chart with a fixed width, or a map, is drawn once."""
    if spec.get("width") != "container":
        return {"any": _draw(spec, name, han)}
    fitted = spec | {"autosize": {"type": "fit-x", "contains": "padding"}}
    # The size of a map follows from its height.
    if '"geoshape"' in json.dumps(spec):
        svg = _draw(fitted | {"width": WIDTHS["narrow"]}, name, han)
        return {"any": _COARSE.sub(lambda path: _round_outline(path[0]), svg)}
    return {
        size: _draw(fitted | {"width": width}, f"{name}-{size}", han)
        for size, width in WIDTHS.items()
    }


def read_height(svg: str) -> str:
    """Read the height of a drawing in pixels."""
    return re.findall(r'\bheight="([\d.]+)"', svg)[0]


def split_at_outlines(svg: str) -> list[str]:
    """Split a drawing into text, attributes, outline, attributes, text and so on.

    The attributes are those before and after the outline in its path element.
    """
    return _OUTLINE.split(svg)


def _draw(spec: dict, prefix: str, han: str) -> str:
    svg = _name_ids(vl_convert.vegalite_to_svg(spec), prefix)
    # A tenth of a pixel is enough: it halves the outlines of a map, and takes a third off a curve
    # of choices.
    svg = _PLACED.sub(lambda placed: re.sub(r"-?\d+\.\d{2,}", _round_tenth, placed[0]), svg)
    if han:
        svg = _HAN.sub(rf'<text lang="{han}"\1', svg)
    # The wrapper carries the description.
    svg = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", svg).replace(
        "<svg", '<svg aria-hidden="true"', 1
    )
    svg = _CROWDED.sub(lambda marks: _join_marks(marks[0]), svg)
    return svg.replace(' transform="translate(0,0)"', "")


def _join_marks(marks: str) -> str:
    """Join neighbouring upright lines, or opaque dots, that differ in their places alone."""
    traced = (_trace(mark) for mark in _MARK.findall(marks))
    runs = groupby(traced, key=lambda pair: pair[1])
    return "".join(
        (
            f'<path d="{"".join(path for path, _ in run)}"{look}/>'
            if look
            else "".join(mark for mark, _ in run)
        )
        for look, run in runs
    )


def _trace(mark: str) -> tuple[str, str]:
    """Trace a mark as a path: its steps and its look. A mark of another form stays whole, without
    one."""
    if line := _UPRIGHT.fullmatch(mark):
        x, y, height, look = line.groups()
        return f"M{x},{y}v{height}", look
    if dot := _DOT.fullmatch(mark):
        x, y, radius = (float(number) for number in dot.groups()[:3])
        arc = f"a{radius:g},{radius:g},0,1,1,"
        start = round(x + radius, 1)
        width = round(2 * radius, 1)
        return f"M{start:g},{y:g}{arc}-{width:g},0{arc}{width:g},0", dot[4]
    return mark, ""


def _name_ids(svg: str, prefix: str) -> str:
    """Prefix every id and every reference to one.

    The engine numbers gradients and clips across all charts that it drew; here they are numbered
    from 0.
    """
    numbers: dict[str, int] = {}

    def rename(match: re.Match[str]) -> str:
        name = match[2]
        if counted := _COUNTED.fullmatch(name):
            name = f"{counted[1]}{numbers.setdefault(name, len(numbers))}"
        return f"{match[1]}{prefix}-{name}"

    return _ID.sub(rename, svg)


def _round_outline(path: str) -> str:
    """Round an outline of a map to relative steps of half a pixel."""
    parts = []
    for ring in re.findall(r"M[^M]+", path):
        pairs = (pair.split(",") for pair in re.findall(r"[-\d.,]+", ring))
        points = [(round(2 * float(x)), round(2 * float(y))) for x, y in pairs]
        steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(points) if (x, y) != (a, b)]
        # A minus sign separates numbers as a space does.
        line = " ".join(_format_half(number) for step in steps for number in step).replace(
            " -", "-"
        )
        start = ",".join(map(_format_half, points[0]))
        end = "Z" if ring.endswith("Z") else ""
        parts.append(f"M{start}l{line}{end}" if steps else "")
    return "".join(parts)


def _format_half(count: int) -> str:
    return f"{count / 2:g}".replace("0.", ".", 1) if abs(count) == 1 else f"{count / 2:g}"


def _round_tenth(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 1):g}"
