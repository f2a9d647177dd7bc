"""The controls of a chart as HTML: the room that they will take, and what stands there without scripts."""

import json
from html import escape

# What stands in the place of a chart's switch where scripts do not run.
NO_SWITCH = (
    '<p class="chart-subtitle">The switch needs JavaScript. The drawing shows its opening choice, '
    "the table under it all of them.</p>"
)


def render_controls(signals: list[dict]) -> str:
    """The controls of a compiled chart, and the words in their place on paper and without scripts.

    They stand as Vega will make them: not seen, they keep the room that the working ones take.
    """
    bound = [signal for signal in signals if signal.get("bind")]
    if not bound:
        return ""
    controls = "".join(map(_render_control, bound))
    opening = ", ".join(f"{one['bind'].get('name', '').strip()} {one.get('value', '')}" for one in bound)
    return (
        f'<div class="chart-controls">{controls}</div><noscript>{NO_SWITCH}</noscript>'
        '<p class="chart-subtitle on-paper">The switch works on the screen; paper shows one choice'
        f'<span class="opening">: {escape(opening)}</span>.</p>'
    )


def _render_control(signal: dict) -> str:
    bind = signal["bind"]
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
    return f'<div class="vega-bind">{inner}</div>'


def find_opening(follow: dict, signals: list[dict]) -> tuple[str, str]:
    """Title and description of a chart whose words follow its controls, in the state in which it opens.

    Raises
    ------
    ValueError
        If no words are given for that state, or a control has no such name.
    """
    values = {signal["name"]: signal.get("value") for signal in signals}
    if odd := [name for name in follow["controls"] if name not in values]:
        raise ValueError(f"a chart's words follow {odd[0]!r}; its controls are {', '.join(values)}")
    texts = {_format_state(json.loads(state)): words for state, words in follow["texts"].items()}
    state = _format_state([values[name] for name in follow["controls"]])
    if state not in texts:
        raise ValueError(f"a chart opens with {state}, for which it has no words")
    title, description = texts[state]
    return title, description


def _format_state(values: list) -> str:
    """The state of controls as `charts.js` writes it: a whole number has no decimals."""
    whole = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
