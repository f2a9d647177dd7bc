"""Store drawn charts on disk, by a hash of the specification and of the drawing code."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from sphinx.errors import ExtensionError

from still_charts.drawing import Drawing, draw_chart

_DRAWN_BY = ("drawing.py", "svg.py", "controls.py", "tables.py")


class NotDrawn(ExtensionError):
    """A chart cannot be drawn; the message says which, and why."""


def format_specification(specification: dict) -> str:
    """Serialise a specification; the text identifies it."""
    return json.dumps(specification, ensure_ascii=False)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file completely or not at all, also if the build is interrupted."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(content)
    part.replace(target)


@cache
def _fingerprint_code() -> bytes:
    programs = (Path(__file__).with_name(name).read_bytes() for name in _DRAWN_BY)
    return hashlib.sha256(b"".join(programs) + version("vl-convert-python").encode()).digest()


@dataclass(frozen=True)
class ChartStore:
    """The drawings of a book."""

    folder: Path  # where they are stored
    # Colours of charts, as ``#8c2d04``, to those of pages, as ``var(--brand, #8c2d04)``.
    colours: dict[str, str] = field(default_factory=dict)
    han: str = ""  # language of Chinese characters, as ``zh-Hans``; "" leaves them unmarked

    def find_path(self, specification: str, suffix: str = ".json") -> Path:
        """Return the path of a file that is made from a chart."""
        made_of = (
            _fingerprint_code() + repr((self.colours, self.han)).encode() + specification.encode()
        )
        return self.folder / f"{hashlib.sha256(made_of).hexdigest()[:20]}{suffix}"

    def read(self, specification: str) -> Drawing:
        """Read the drawing of a chart, which is drawn if missing; raises `NotDrawn`."""
        self.draw_missing([specification])
        return Drawing(**json.loads(self.find_path(specification).read_text(encoding="utf-8")))

    def keep(self, specification: str, drawing: Drawing) -> None:
        """Store the drawing of a chart."""
        text = json.dumps(asdict(drawing), ensure_ascii=False)
        write_whole(self.find_path(specification), text.encode())

    def draw_missing(self, specifications: Iterable[str]) -> None:
        """Draw missing charts, one on each core; raises `NotDrawn`.

        The engine has threads, which do not survive the fork of a process that writes pages, so it
        runs in processes that are started again.
        """
        missing = [
            text for text in dict.fromkeys(specifications) if not self.find_path(text).exists()
        ]
        if not missing:
            return
        with ProcessPoolExecutor(
            min(os.cpu_count() or 1, len(missing)), get_context("spawn")
        ) as pool:
            faults = list(filter(None, pool.map(self._draw, missing)))
        print(f"Charts drawn: {len(missing) - len(faults)}", file=sys.stderr)
        if faults:
            raise NotDrawn("\n".join(faults))

    def _draw(self, specification: str) -> str:
        """Draw and store a chart; return "" or a sentence that says why it cannot be drawn."""
        chart = json.loads(specification)
        try:
            self.keep(specification, draw_chart(chart, self.colours, self.han))
        except Exception as error:  # the last line of the engine's message names the fault
            reason = (str(error).strip().splitlines() or [type(error).__name__])[-1]
            title = json.dumps(chart.get("title", "without a title"), ensure_ascii=False)[:200]
            return f"The chart {title} cannot be drawn: {reason}"
        return ""
