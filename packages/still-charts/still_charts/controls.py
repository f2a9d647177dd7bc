"""Render the controls of a chart: placeholders of the same size, and a note for readers without
scripts."""

import json
from html import escape

# In place of the controls where scripts do not run.
NO_SWITCH = (
    '<p class="chart-subtitle">Choosing needs JavaScript. The drawing shows the first choice; '
    "the table has all.</p>"
)
NO_CHOICE = '<p class="chart-subtitle">Choosing needs JavaScript. The drawing shows everything.</p>'


def render_controls(signals: list[dict]) -> str:
    """Render the controls of a compiled chart, with notes for paper and for pages without scripts.

    They have Vega's markup, so that the working controls, which replace them, take the same space.
    """
    bound = [signal for signal in signals if signal.get("bind")]
    if not bound:
        return ""
    controls = "".join(map(_render_control, bound))
    return (
        f'<div class="chart-controls">{controls}</div><noscript>{NO_SWITCH}</noscript>'
        '<p class="chart-subtitle on-paper">The switch works on the screen; paper shows one choice'
        f'<span class="opening">: {escape(", ".join(map(_say_opening, bound)))}</span>.</p>'
    )


def _say_opening(signal: dict) -> str:
    bind = signal["bind"]
    value = signal.get("value", "")
    labels = dict(zip(bind.get("options", []), bind.get("labels", []), strict=False))
    return f"{bind.get('name', '').strip()} {labels.get(value, value)}".strip()


def _render_control(signal: dict) -> str:
    bind = signal["bind"]
    labels = [escape(str(label)) for label in bind.get("labels", bind.get("options", []))]
    name = f'<span class="vega-bind-name">{escape(bind.get("name", ""))}</span>'
    if bind["input"] == "radio":
        options = "".join(
            f'<label><input type="radio" disabled>{label}</label>' for label in labels
        )
        inner = f'{name}<span class="vega-bind-radio">{options}</span>'
    elif bind["input"] == "select":
        options = "".join(f"<option>{label}</option>" for label in labels)
        inner = f"<label>{name}<select disabled>{options}</select></label>"
    else:
        value = f"<span>{signal.get('value', '')}</span>" if bind["input"] == "range" else ""
        inner = f'<label>{name}<input type="{bind["input"]}" disabled>{value}</label>'
    return f'<div class="vega-bind">{inner}</div>'


def render_chooser(choose: dict) -> str:
    """Render the line that opens the choice of places and years, which `choose.js` fills; ""
    without one."""
    offered = " and ".join(
        [choose["noun"]] * ("places" in choose) + ["years"] * ("years" in choose)
    )
    return (
        f'<details class="chart-choose"><summary>Choose {escape(offered)}</summary>'
        f"<noscript>{NO_CHOICE}</noscript></details>"
    )


def find_opening(follow: dict, signals: list[dict]) -> tuple[str, str]:
    """Find title and description for the state in which a chart opens; `ValueError` if that has no
    words."""
    values = {signal["name"]: signal.get("value") for signal in signals}
    if missing := [name for name in follow["controls"] if name not in values]:
        raise ValueError(
            f"a chart's words follow {missing[0]!r}; its controls are {', '.join(values)}"
        )
    texts = {_format_state(json.loads(state)): words for state, words in follow["texts"].items()}
    state = _format_state([values[name] for name in follow["controls"]])
    if state not in texts:
        raise ValueError(f"a chart opens with {state}, for which it has no words")
    title, description = texts[state]
    return title, description


def _format_state(values: list) -> str:
    """Format the state of controls as `charts.js` does: whole numbers have no decimals."""
    whole = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
