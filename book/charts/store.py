"""Drawn charts on disk, each under a hash of its specification and of what draws it: none is drawn twice."""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

from book import palette
from book.charts import drawing

FOLDER = Path("_build") / "charts"


@cache
def _hash(root: Path) -> bytes:
    code = Path(__file__).with_name("drawing.py").read_bytes()
    used = version("vl-convert-python") + repr(palette.map_chart_colours(root))
    return hashlib.sha256(code + used.encode()).digest()


def format_specification(specification: dict) -> str:
    """A specification as the text that names it."""
    return json.dumps(specification, ensure_ascii=False)


def place(root: Path, specification: str) -> Path:
    """Where the drawing of a chart is kept."""
    return root / FOLDER / f"{hashlib.sha256(_hash(root) + specification.encode()).hexdigest()[:20]}.html"


def keep(target: Path, content: str | bytes) -> None:
    """Write a file that later builds trust: whole or not at all, also when this build is interrupted."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(target)


def draw(root: Path, specification: str) -> Path:
    """Draw a chart, if it is not drawn yet; returns where its HTML is."""
    target = place(root, specification)
    if not target.exists():
        keep(target, drawing.render_chart(json.loads(specification), palette.map_chart_colours(root)))
    return target
