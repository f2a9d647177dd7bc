"""Draw a Vega-Lite specification as HTML that needs no script: drawing, description, table.

All functions depend on the specification alone, so equal charts give equal bytes.
"""

import hashlib
import json
from dataclasses import dataclass
from html import escape
from typing import Any

import vl_convert

from still_charts import controls, svg, tables

_TEXT, _MUTED, _RULE = "var(--chart-text)", "var(--chart-muted)", "var(--chart-rule)"
_AXIS = {"labelColor": _MUTED, "titleColor": _MUTED, "tickColor": _RULE, "domainColor": _RULE}
# Texts and lines use variables of charts.css, so that they follow the page from light to dark.
THEME: dict[str, Any] = {
    "background": "transparent",
    "font": "sans-serif",
    "axis": {**_AXIS, "gridColor": _RULE, "gridOpacity": 0.6},
    "legend": {"labelColor": _MUTED, "titleColor": _MUTED},
    "header": {"labelColor": _TEXT, "titleColor": _TEXT},
    "title": {"color": _TEXT, "subtitleColor": _MUTED},
    "text": {"color": _TEXT, "fill": _TEXT},
    "rule": {"color": _MUTED},
    "boxplot": {"median": {"color": _TEXT}, "rule": {"color": _MUTED}, "ticks": {"color": _MUTED}},
}


@dataclass(frozen=True)
class Drawing:
    """A drawn chart in parts, some of which charts of one page can share."""

    name: str  # id on the page
    head: str  # HTML before the drawings: title, controls, start of the view
    stills: dict[str, list[str]]  # drawings by width, as `svg.split_at_outlines` returns them
    program: dict[str, Any]  # the chart compiled to Vega
    table: str  # HTML after the drawings: choice, data
    han: str = ""  # language of Chinese characters, for texts that Vega draws


def name_chart(spec: dict) -> str:
    """Return the id of a chart, a hash of its specification."""
    return "c" + hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]


def draw_chart(spec: dict, colours: dict[str, str] | None = None, han: str = "") -> Drawing:
    """Draw a chart; `colours` maps its colours to those of a page, `han` is the language of Chinese
    texts.

    Raises `ValueError` if the chart cannot be drawn, or its words do not match its controls.
    """
    name = name_chart(spec)
    title, subtitle, bare = take_title(spec)
    description = spec.get("description", "")
    themed = _apply_theme(bare, colours or {})
    # Compiled here, so that readers do not load the compiler, a third of the script.
    program = vl_convert.vegalite_to_vega(themed)
    signals = program.get("signals", [])
    about = spec.get("usermeta", {})
    if follow := about.get("follow"):
        title, description = controls.find_opening(follow, signals)
    stills = svg.draw_stills(themed, name, han)
    label = escape(description, quote=True)
    heights = ";".join(f"--{size}:{svg.read_height(still)}px" for size, still in stills.items())
    head = (
        f'<p class="chart-title">{escape(title)}</p>'
        + (f'<p class="chart-subtitle">{escape(subtitle)}</p>' if subtitle else "")
        + controls.render_controls(signals)
        + f'<div class="chart-view" role="img" aria-label="{label}" style="{heights}">'
    )
    table = controls.render_chooser(about["choose"]) if "choose" in about else ""
    table += (
        '<details class="chart-data"><summary>Data: download, share, enlarge</summary><div'
        ' class="scroll" tabindex="0" role="region" aria-label="Data:'
        f' {escape(title, quote=True)}"><noscript>{tables.render_data(spec)}</noscript>'
        "</div></details>"
    )
    parts = {size: svg.split_at_outlines(still) for size, still in stills.items()}
    return Drawing(name, head, parts, program, table, han)


def _merge(base: dict, extra: dict) -> dict:
    merged = dict(base)
    for name, value in extra.items():
        known = merged.get(name)
        merged[name] = (
            _merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
        )
    return merged


def _apply_theme(spec: dict, colours: dict[str, str]) -> dict:
    """Replace the colours of a specification by those of the page."""
    themed = spec | {"config": _merge(spec.get("config", {}), THEME)}
    text = json.dumps(themed, ensure_ascii=False)
    for colour, variable in colours.items():
        text = text.replace(json.dumps(colour), json.dumps(variable))
    return json.loads(text)


def take_title(spec: dict) -> tuple[str, str, dict]:
    """Split a chart into title, subtitle and the rest: text of a page wraps, text of a chart does
    not."""
    title = spec.get("title", "")
    parts = title if isinstance(title, dict) else {"text": title}
    heading, subheading = (
        " ".join(part) if isinstance(part, list) else part or ""
        for part in (parts.get("text"), parts.get("subtitle"))
    )
    return heading, subheading, {name: value for name, value in spec.items() if name != "title"}
