"""Render the charts of a page as HTML, with outlines and tables that several charts share only
once.

Four maps of the same counties would make up four fifths of their page. In drawings, repeated
outlines become references; in programs, repeated tables become names that `charts.js` looks up.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from still_charts.drawing import Drawing, draw_chart

SMALLEST = 4000  # characters of a table that is worth a reference


def render_charts(
    drawings: list[Drawing], page: str, still: Iterable[int] = ()
) -> tuple[list[str], str]:
    """Render each chart of a page, and the shared parts for its end.

    `still` lists the positions of charts that stay drawings; `page` makes the names of outlines
    unique where several pages are printed as one.
    """
    outlines = _name_outlines(drawings, page)
    kept = frozenset(still)
    alive = [{} if index in kept else drawing.program for index, drawing in enumerate(drawings)]
    programs, tables = _share_tables(alive)
    pairs = zip(drawings, programs, strict=True)
    charts = [_render_chart(drawing, outlines, program) for drawing, program in pairs]
    end = ""
    if outlines:
        paths = "".join(f'<path id="{name}" d="{outline}"/>' for outline, name in outlines.items())
        hidden = 'class="chart-outlines" aria-hidden="true" width="0" height="0"'
        end += f"<svg {hidden}><defs>{paths}</defs></svg>"
    if tables:
        end += (
            f'<script type="application/json" class="chart-tables">{_format_json(tables)}</script>'
        )
    return charts, end


def render_chart(spec: dict, colours: dict[str, str] | None = None) -> str:
    """Render a single chart that shares nothing."""
    drawing = draw_chart(spec, colours)
    return _render_chart(drawing, {}, drawing.program)


def _render_chart(drawing: Drawing, outlines: dict[str, str], program: dict) -> str:
    """Render a chart; with an empty program it stays a drawing."""
    stills = "".join(
        f'<div class="chart-still {size}">{join_parts(parts, outlines)}</div>'
        for size, parts in drawing.stills.items()
    )
    language = f' data-han="{drawing.han}"' if drawing.han else ""
    script = f'<script type="application/json" class="chart-spec">{_format_json(program)}</script>'
    kind = "chart" if program else "chart still"
    return (
        f'<div class="{kind}" id="{drawing.name}"{language}>{drawing.head}{stills}</div>'
        '<p class="chart-said" role="status"></p>'
        f"{script if program else ''}{drawing.table}</div>"
    )


def _name_outlines(drawings: list[Drawing], page: str) -> dict[str, str]:
    """Map repeated outlines to their ids."""
    stills = (parts for drawing in drawings for parts in drawing.stills.values())
    count = Counter(outline for parts in stills for outline in parts[2::4])
    repeated = [outline for outline, times in count.items() if times > 1]
    return {
        outline: f"o-{page.rpartition('/')[2]}-{number}" for number, outline in enumerate(repeated)
    }


def join_parts(parts: list[str], outlines: dict[str, str]) -> str:
    """Join the parts of a drawing, with references to named outlines."""
    made = parts[0]
    for before, outline, after, text in zip(
        parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True
    ):
        if name := outlines.get(outline):
            made += f'<use {before}href="#{name}"{after}/>{text}'
        else:
            made += f'<path {before}d="{outline}"{after}/>{text}'
    return made


def _share_tables(programs: list[dict[str, Any]]) -> tuple[list[dict], dict[str, Any]]:
    """Replace large tables that several programs read by names, and return programs and tables by
    name."""
    texts = [
        [json.dumps(table.get("values")) for table in program.get("data", [])]
        for program in programs
    ]
    count = Counter(text for program in texts for text in program if len(text) >= SMALLEST)
    shared: dict[str, Any] = {}

    def refer(table: dict, text: str) -> dict:
        if count[text] < 2:
            return table
        name = hashlib.sha256(text.encode()).hexdigest()[:8]
        shared[name] = table["values"]
        return table | {"values": {"shared": name}}

    lean = [
        program | {"data": list(map(refer, program["data"], tables))} if tables else program
        for program, tables in zip(programs, texts, strict=True)
    ]
    return lean, shared


def _format_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
