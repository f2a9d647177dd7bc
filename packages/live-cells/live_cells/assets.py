"""Scripts and styles of live cells."""

from pathlib import Path

from sphinx.application import Sphinx

STATIC = Path(__file__).with_name("static")
# In order of dependency. A book that bundles its own files adds these.
SCRIPTS = tuple(
    STATIC / name for name in ("files.js", "core.js", "outputs.js", "controls.js", "cells.js")
)
STYLES = (STATIC / "live-cells.css",)
# A web worker needs a file of its own.
WORKER = STATIC / "worker.js"
JOINED = "live-cells"


def _add(app: Sphinx) -> None:
    """Write the bundles before the first page, which names each file with its hash."""
    if app.builder.format != "html" or not (
        app.config.live_cells_made and app.config.live_cells_add_files
    ):
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for kind, files in {"js": SCRIPTS, "css": STYLES}.items():
        joined = "\n".join(path.read_text("utf-8") for path in files)
        (static / f"{JOINED}.{kind}").write_text(joined, "utf-8")
    app.add_js_file(f"{JOINED}.js", loading_method="defer")
    app.add_css_file(f"{JOINED}.css")


def setup(app: Sphinx) -> None:
    """Register scripts and styles."""
    app.add_config_value("live_cells_add_files", True, "html", bool)
    app.connect("builder-inited", _add)
