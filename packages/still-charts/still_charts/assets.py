"""Scripts and styles of charts."""

import json
import shutil
from pathlib import Path

from sphinx.application import Sphinx

from still_charts.drawing import THEME
from still_charts.vega import VEGA, VEGA_LITE, find_bundle

_STATIC = Path(__file__).with_name("static")
# In order of dependency. A book that bundles its own files adds these.
_NAMES = ("dom", "scene", "choose", "charts", "walk", "keep", "new")
SCRIPTS = tuple(_STATIC / f"{name}.js" for name in _NAMES)
STYLES = (_STATIC / "charts.css",)
JOINED = "still-charts"


def _write(app: Sphinx) -> None:
    """Write the bundles before the first page, which names each with its hash; embeds need them
    always."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for files, kind in ((SCRIPTS, "js"), (STYLES, "css")):
        joined = "\n".join(path.read_text(encoding="utf-8") for path in files)
        (static / f"{JOINED}.{kind}").write_text(joined, encoding="utf-8")
    if app.config.still_charts_add_files:
        app.add_js_file(f"{JOINED}.js", loading_method="defer")
        app.add_css_file(f"{JOINED}.css")


def _copy_vega(app: Sphinx, error: Exception | None) -> None:
    """Copy Vega, which pages with charts load, and its compiler if pages make charts of their
    own."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    shutil.copyfile(find_bundle(VEGA), static / "vega.js")
    if app.config.still_charts_compiler:
        shutil.copyfile(find_bundle(VEGA_LITE), static / "vega-lite.js")
        config = app.config
        look = {
            "theme": THEME,
            "colours": config.still_charts_colours,
            "han": config.still_charts_han,
        }
        (static / "vega-lite.json").write_text(json.dumps(look), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register scripts and styles."""
    app.add_config_value("still_charts_add_files", True, "html", bool)
    app.add_config_value("still_charts_compiler", False, "html", bool)
    app.connect("builder-inited", _write)
    app.connect("build-finished", _copy_vega)
