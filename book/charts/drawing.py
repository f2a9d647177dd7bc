"""A Vega-Lite specification as HTML that needs no script: drawing, description, numbers.

Pure functions of the specification, so that equal charts are equal bytes.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise

import vl_convert

# A chart as wide as the text is drawn twice, and the page shows the one that fits (book.css): for the text
# column of a 390-pixel phone and for that of a desk. The interactive view then takes its place in one size.
WIDTHS = {"narrow": 342, "wide": 704}
# What stands in the place of a chart's switch where scripts do not run.
NO_SWITCH = (
    '<p class="chart-subtitle">The switch needs JavaScript. The drawing shows its opening choice, '
    "the table under it all of them.</p>"
)

_TEXT, _MUTED, _RULE = "var(--chart-text)", "var(--chart-muted)", "var(--chart-rule)"
_AXIS = {"labelColor": _MUTED, "titleColor": _MUTED, "tickColor": _RULE, "domainColor": _RULE}
THEME = {
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


_CHINESE = re.compile(r"<text(?=[^>]*>[^<]*[\u3400-\u9fff])([^>]*>)")
_COUNTED = re.compile(r"\b(gradient_|clip)\d+")
_OUTLINE = re.compile(r'(?<=\sd=")[MLZ\d.,-]{150,}(?=")')


def _merge(base: dict, extra: dict) -> dict:
    merged = dict(base)
    for key, value in extra.items():
        known = merged.get(key)
        merged[key] = _merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def _apply_theme(spec: dict, variables: dict[str, str]) -> dict:
    """The specification in the page's colours, with its literal palette as CSS variables."""
    themed = spec | {"config": _merge(spec.get("config", {}), THEME)}
    text = json.dumps(themed, ensure_ascii=False)
    for colour, variable in variables.items():
        text = text.replace(json.dumps(colour), json.dumps(variable))
    return json.loads(text)


def _draw_svg(spec: dict, prefix: str) -> str:
    """A static drawing, with ids that are its own on the page."""
    svg = vl_convert.vegalite_to_svg(spec)
    # The engine counts the gradients and clips of all that it ever drew; which those were must not show.
    places: dict[str, int] = {}
    svg = _COUNTED.sub(lambda name: f"{name[1]}{places.setdefault(name[0], len(places))}", svg)
    svg = re.sub(r'\bid="(\w+)"', rf'id="{prefix}\1"', svg)
    svg = re.sub(r"url\(#(\w+)\)", rf"url(#{prefix}\1)", svg)
    # A tenth of a pixel is finer than any screen shows; the outlines of a map halve with it.
    svg = re.sub(r'(?<=\sd=")[^"]+', lambda path: re.sub(r"-?\d+\.\d{2,}", _round_tenth, path[0]), svg)
    svg = _CHINESE.sub(r'<text lang="zh-Hans"\1', svg)
    svg = svg.replace(' transform="translate(0,0)"', "")
    # The wrapper carries the description; a second copy inside would be read out twice.
    return re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", svg).replace("<svg", '<svg aria-hidden="true"', 1)


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


def _round_tenth(number: re.Match) -> str:
    return f"{round(float(number[0]), 1):g}"


def _draw_stills(spec: dict, prefix: str) -> dict[str, str]:
    """The drawings by the place they are for; a chart of its own width, or a map, has one for both."""
    if spec.get("width") != "container":
        return {"any": _draw_svg(spec, prefix)}
    fitted = spec | {"autosize": {"type": "fit-x", "contains": "padding"}}
    # A map is as large as its height allows: more width is more sea.
    if '"geoshape"' in json.dumps(spec):
        svg = _draw_svg(fitted | {"width": WIDTHS["narrow"]}, prefix)
        return {"any": _OUTLINE.sub(lambda path: _round_outline(path[0]), svg)}
    return {name: _draw_svg(fitted | {"width": width}, prefix + name[0]) for name, width in WIDTHS.items()}


def _read_height(svg: str) -> str:
    return re.search(r'\bheight="([\d.]+)"', svg)[1]


def _render_controls(signals: list[dict]) -> str:
    """The switches as Vega will make them: not seen, they keep the room that the working ones take."""
    made = []
    for signal in signals:
        if not (bind := signal.get("bind")):
            continue
        labels = [escape(str(label)) for label in bind.get("labels", bind.get("options", []))]
        name = f'<span class="vega-bind-name">{escape(bind.get("name", ""))}</span>'
        if bind["input"] == "radio":
            options = "".join(f'<label><input type="radio" disabled>{label}</label>' for label in labels)
            inner = f'{name}<span class="vega-bind-radio">{options}</span>'
        elif bind["input"] == "select":
            options = "".join(f"<option>{label}</option>" for label in labels)
            inner = f"<label>{name}<select disabled>{options}</select></label>"
        else:
            value = f"<span>{signal.get('value', '')}</span>" if bind["input"] == "range" else ""
            inner = f'<label>{name}<input type="{bind["input"]}" disabled>{value}</label>'
        made.append(f'<div class="vega-bind">{inner}</div>')
    return "".join(made)


def _on_paper(signals: list[dict]) -> str:
    """What stands in the place of the switches on paper: the choices with which the chart opens."""
    bound = [signal for signal in signals if "bind" in signal]
    opening = ", ".join(
        f"{signal['bind'].get('name', '').strip()} {signal.get('value', '')}" for signal in bound
    )
    return (
        '<p class="chart-subtitle on-paper">The switch works on the screen; paper shows one choice'
        f'<span class="opening">: {escape(opening)}</span>.</p>'
    )


def _take_title(spec: dict) -> tuple[str, str, dict]:
    """Title and subtitle as text, and the chart without them: page text wraps, chart text does not."""
    title = spec.get("title", "")
    parts = title if isinstance(title, dict) else {"text": title}
    joined = [
        " ".join(part) if isinstance(part, list) else part or ""
        for part in (parts.get("text"), parts.get("subtitle"))
    ]
    return joined[0], joined[1], {make_key: value for make_key, value in spec.items() if make_key != "title"}


def _list_encodings(spec: dict) -> Iterator[dict]:
    """What a chart and its layers encode, in order of appearance."""
    for channel in spec.get("encoding", {}).values():
        yield from channel if isinstance(channel, list) else [channel]
    for key in ("layer", "hconcat", "vconcat", "concat", "spec"):
        parts = spec.get(key, [])
        for part in parts if isinstance(parts, list) else [parts]:
            yield from _list_encodings(part)


def _list_encoded_fields(spec: dict) -> dict[str, str]:
    """Each field that a chart encodes, with the first title that it gets."""
    found: dict[str, str] = {}
    for encoding in _list_encodings(spec):
        if field := encoding.get("field"):
            title = encoding.get("title") or (encoding.get("axis") or {}).get("title") or ""
            found[field] = found.get(field) or (title if isinstance(title, str) else " ".join(title))
    return {field: title or field for field, title in found.items()}


def _list_chosen_fields(spec: dict) -> dict[str, str]:
    """The columns by which the controls of a chart choose rows, or which they show in turn."""
    params = [param for param in spec.get("params", []) if "bind" in param]
    if not params:
        return {}
    options = [option for param in params for option in (param["bind"] or {}).get("options", [])]
    text = json.dumps(spec, ensure_ascii=False)
    rules = " ".join(re.findall(r'"(?:filter|calculate)": "((?:[^"\\]|\\.)*)"', text))
    named = re.findall(r"datum(?:\.(\w+)|\[\\?['\"]([^'\"\\]+))", rules)
    return {field: field for field in [*(a or b for a, b in named), *map(str, options)]}


def _render_data(spec: dict) -> str:
    """The numbers that the chart draws in all its states, one HTML table a data set."""
    encoded, chosen = _list_encoded_fields(spec), _list_chosen_fields(spec)
    titles = encoded | chosen | encoded
    tables = []
    for rows in spec.get("datasets", {}).values():
        columns = [field for field in titles if rows and field in rows[0]]
        columns.sort(key=lambda field: isinstance(rows[0][field], (int, float)))  # names before numbers
        if not columns:
            continue
        head = "".join(f'<th scope="col">{escape(titles[c])}</th>' for c in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{_format(row.get(c))}</td>" for c in columns) + "</tr>" for row in rows
        )
        caption = "<caption>Every state</caption>" if not tables and chosen else ""
        tables.append(f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    return "".join(tables)


def _format(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.10g}"
    return escape(re.sub(r"^(\d{4})-01-01T00:00:00$", r"\1", str(value)))


def _state(values: list) -> str:
    """The state of controls as `charts.js` writes it: a whole number has no decimals."""
    whole = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)


def _find_opening(follow: dict, signals: list[dict]) -> tuple[str, str]:
    """Title and description of a chart whose words follow its controls, in the state in which it opens.

    Raises
    ------
    ValueError
        If no words are given for that state, or a control has no such name.
    """
    values = {signal["name"]: signal.get("value") for signal in signals}
    if odd := [name for name in follow["controls"] if name not in values]:
        raise ValueError(f"a chart's words follow {odd[0]!r}; its controls are {', '.join(values)}")
    texts = {_state(json.loads(key)): words for key, words in follow["texts"].items()}
    state = _state([values[name] for name in follow["controls"]])
    if state not in texts:
        raise ValueError(f"a chart opens with {state}, for which it has no words")
    title, description = texts[state]
    return title, description


def make_key(spec: dict) -> str:
    """The id of a chart on its page, which follows from its specification."""
    return "c" + hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]


def render_chart(spec: dict, variables: dict[str, str] | None = None) -> str:
    """The whole of a chart as HTML; `variables` says what stands for a colour on a page."""
    name = make_key(spec)
    title, subtitle, bare = _take_title(spec)
    description = spec.get("description", "")
    themed = _apply_theme(bare, variables or {})
    # Compiled here, so that no reader loads the compiler: it is a third of the script.
    vega = vl_convert.vegalite_to_vega(themed)
    program = json.dumps(vega, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    signals = vega.get("signals", [])
    if follow := spec.get("usermeta", {}).get("follow"):
        title, description = _find_opening(follow, signals)
    said = escape(description, quote=True)
    controls = _render_controls(signals)
    stills = _draw_stills(themed, name)
    heights = ";".join(f"--{place}:{_read_height(svg)}px" for place, svg in stills.items())
    return (
        f'<div class="chart" id="{name}">'
        f'<p class="chart-title">{escape(title)}</p>'
        + (f'<p class="chart-subtitle">{escape(subtitle)}</p>' if subtitle else "")
        + (f'<div class="chart-controls">{controls}</div>' if controls else "")
        + (f"<noscript>{NO_SWITCH}</noscript>{_on_paper(signals)}" if controls else "")
        + f'<div class="chart-view" role="img" aria-label="{said}" style="{heights}">'
        + "".join(f'<div class="chart-still {place}">{svg}</div>' for place, svg in stills.items())
        + "</div>"
        + '<p class="chart-said" role="status"></p>'
        f'<script type="application/json" class="chart-spec">{program}</script>'
        f'<details class="chart-data"><summary>Data of this chart as a table</summary>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="Data: {escape(title, quote=True)}">'
        + f"{_render_data(spec)}</div></details></div>"
    )
