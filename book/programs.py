"""When a program, a setting or the table of contents changes, Sphinx reads and writes every page again.

Sphinx itself notices changed pages and the tables that they read. Of the rest it hears as the value of one
setting, whichever command starts it.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SETTINGS = ("_config.yml", "conf.py", "CITATION.cff", "constraints.txt", "references.bib", "data/palette.csv")


def hash_files(root: Path, places: Iterable[Path], *others: str) -> str:
    """A hash of the files in some places, but for caches and hidden files, and of other texts."""
    digest = hashlib.sha256("\0".join(others).encode())
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and path.name[0] != "." and "__pycache__" not in path.parts:
                content = path.read_bytes()
                digest.update(f"\0{os.path.relpath(path, root)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def hash_programs(root: Path, contents: Path) -> str:
    """A hash of all that every page depends on: programs, settings and the table of contents."""
    packages = (init.parent for init in sorted(root.glob("packages/*/*/__init__.py")))
    settings = (root / name for name in SETTINGS)
    return hash_files(root, [root / "book", *packages, *settings, contents])


def _tell(app: Any, config: Any) -> None:
    contents = Path(app.srcdir, config.external_toc_path)
    config.external_toc_path = contents.as_posix()  # some commands give it as a relative path
    config.book_programs = hash_programs(Path(app.srcdir), contents)
    # A value for HTML, too: else a build that was interrupted after reading would never write its pages.
    config.html_context = config.html_context | {"programs": config.book_programs}


def _remove_pages(app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Sphinx leaves the pages of removed sources where they are."""
    for page in removed:
        Path(app.builder.get_outfilename(page)).unlink(missing_ok=True)
    return []


def setup(app: Any) -> None:
    """Tell Sphinx of programs; ``sphinx-build . _build/html`` keeps its notes where the other commands do."""
    app.add_config_value("book_programs", "", "env", str)
    app.connect("config-inited", _tell)
    app.connect("env-get-outdated", _remove_pages)
    if app.outdir == app.srcdir / "_build" / "html":
        app.doctreedir = app.srcdir / "_build" / ".doctrees"
