"""Drawn charts on disk, each under a hash of its specification and of what draws it: none is drawn twice."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

from sphinx.errors import ExtensionError

from still_charts.drawing import Drawing

_DRAWN_BY = ("drawing.py", "svg.py", "controls.py", "tables.py")


class NotDrawn(ExtensionError):
    """A chart could not be drawn, which ends a build: the message says which, and why."""


def format_specification(specification: dict) -> str:
    """A specification as the text that names it."""
    return json.dumps(specification, ensure_ascii=False)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file that later builds trust: whole or not at all, also when this build is interrupted."""
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
    """The drawings of a book.

    Parameters
    ----------
    folder : Path
        Where they are kept.
    colours : dict
        A colour of a chart, as ``#8c2d04``, to what stands for it on a page, as ``var(--brand, #8c2d04)``.
    han : str
        The language of Chinese characters among a chart's texts, as ``zh-Hans``; "" leaves them unmarked.
    """

    folder: Path
    colours: dict[str, str] = field(default_factory=dict)
    han: str = ""

    def find_path(self, specification: str, suffix: str = ".json") -> Path:
        """Where what is made of a chart is kept."""
        made_of = _fingerprint_code() + repr((self.colours, self.han)).encode() + specification.encode()
        return self.folder / f"{hashlib.sha256(made_of).hexdigest()[:20]}{suffix}"

    def read(self, specification: str) -> Drawing:
        """The drawing of a chart, which is drawn if it is not yet; raises `NotDrawn`."""
        self.draw_missing([specification])
        return Drawing(**json.loads(self.find_path(specification).read_text(encoding="utf-8")))

    def keep(self, specification: str, drawing: Drawing) -> None:
        """Keep the drawing of a chart."""
        text = json.dumps(asdict(drawing), ensure_ascii=False)
        write_whole(self.find_path(specification), text.encode())

    def draw_missing(self, specifications: Iterable[str]) -> None:
        """Draw what is not drawn yet, as many charts at once as there are cores; raises `NotDrawn`.

        The engine has threads, which do not survive the fork of a process that writes pages: it runs in
        processes of its own.
        """
        missing = [one for one in dict.fromkeys(specifications) if not self.find_path(one).exists()]
        if not missing:
            return
        job = asdict(self) | {"folder": str(self.folder), "specifications": missing}
        command = [sys.executable, "-m", "still_charts"]
        done = subprocess.run(command, input=json.dumps(job), text=True, stdout=subprocess.PIPE)
        if done.returncode:
            raise NotDrawn(done.stdout.strip() or "the process that draws charts stopped without a word")
