"""A file of `_static` that is made of many: written before the first page asks, named with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from sphinx.application import Sphinx


def serve(app: Sphinx, name: str, compose: Callable[[str], str]) -> None:
    """Write ``_static/name`` with what `compose` makes of the source folder.

    A changed file is a changed setting: pages name it with its hash, so all are written again.
    """
    setting = f"hash_of_{name.replace('.', '_')}"
    made: list[str] = []

    def make(app: Sphinx, config) -> None:
        made[:] = [compose(app.srcdir)]
        config[setting] = hashlib.sha256(made[0].encode()).hexdigest()

    def write(app: Sphinx) -> None:
        if app.builder.format != "html":
            return
        target = Path(app.outdir) / "_static" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text(encoding="utf-8") != made[0]:
            target.write_text(made[0], encoding="utf-8")

    app.add_config_value(setting, "", "html")
    app.connect("config-inited", make)
    app.connect("builder-inited", write)
