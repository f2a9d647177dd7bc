"""Check that chart axes have units."""

import itertools
import re
from collections.abc import Sequence

_HAS_UNIT = re.compile(r"\(.+\)|%|[Yy]ear$|^Number of|^Share")


def split_panels(spec: dict) -> list[list[dict]]:
    """Return the panels of a chart, each as its views: layers share a panel, concatenated views do
    not."""
    for key in ("concat", "hconcat", "vconcat"):
        if key in spec:
            return [panel for part in spec[key] for panel in split_panels(part)]
    if "spec" in spec:  # a facet or a repetition
        return split_panels(spec["spec"])
    layers = [
        view for part in spec.get("layer", []) for panel in split_panels(part) for view in panel
    ]
    return [[spec, *layers]]


def find_axis_problems(spec: dict) -> list[str]:
    """Return each numeric axis of a chart whose title has no unit."""
    problems = []
    for channel, panel in itertools.product(("x", "y"), split_panels(spec)):
        definitions = [
            view["encoding"][channel] for view in panel if channel in view.get("encoding", {})
        ]
        quantities = [d for d in definitions if d.get("type") == "quantitative" and "field" in d]
        years = all(str(d.get("field", "")).lower().endswith("year") for d in quantities)
        if not quantities or years or all(d.get("axis", "") is None for d in quantities):
            continue
        titles = {d.get("title") or (d.get("axis") or {}).get("title") for d in quantities} - {None}
        if not any(_HAS_UNIT.search(str(title)) for title in titles):
            problems.append(
                f"the {channel} axis names no unit (titles: {sorted(map(str, titles))})"
            )
    return problems


def find_problems(charts: Sequence[tuple[int, dict]]) -> list[str]:
    """Return which axes lack a unit, one sentence each; `charts` pairs cell numbers and
    specifications."""
    return [
        f"The chart of cell {cell}: {problem}; write it in brackets, as in 'GDP (100m yuan)'."
        for cell, spec in charts
        for problem in find_axis_problems(spec)
    ]
