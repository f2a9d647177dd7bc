"""Add the laboratory to a built book: `_static/live-cells/`, and on each page the data for its
scripts.

``python -m live_cells.make`` has made it beforehand; without it no page changes.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from live_cells import artefact, zips
from live_cells.assets import WORKER

FOLDER, LIBRARY_ZIP = "_static/live-cells", "library.zip"
RUNNER, FRAMES = (Path(__file__).with_name(name) for name in ("runner.py", "frames.py"))


@dataclass(frozen=True)
class Page:
    """Settings of a page that runs Python; without `cells` only other scripts of the page run code.

    `notebook` is the one that readers are offered where a cell cannot run.
    """

    packages: list[str] = field(default_factory=list)  # beside `live_cells_packages`
    stored: list[str] = field(default_factory=list)  # ids of cells that keep their stored output
    absent: list[str] = field(default_factory=list)  # packages that these would need
    cells: bool = True
    notebook: str | None = None
    about: dict[str, Any] = field(
        default_factory=dict
    )  # for scripts of the book, in `liveCells.about`


def read_cells(notebook: Path) -> dict[int, tuple[str, str]]:
    """Read id and code of every code cell of a notebook, hidden ones too, by index among all
    cells."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return {
        index: (cell["id"], "".join(cell["source"]))
        for index, cell in enumerate(cells)
        if cell["cell_type"] == "code"
    }


def _find_notebook(app: Sphinx, name: str) -> Path | None:
    path = Path(app.srcdir, f"{name}.ipynb")
    return path if name in app.env.found_docs and path.is_file() else None


def find_page(app: Sphinx, name: str) -> Page | None:
    """Find the settings of a page, None if it runs nothing. Without a list, every notebook runs."""
    listed: dict[str, dict[str, Any]] | None = app.config.live_cells_pages
    if listed is None:
        return Page() if _find_notebook(app, name) else None
    try:
        return Page(**listed[name]) if name in listed else None
    except TypeError as error:
        fault = str(error).removeprefix("Page.__init__() ")
        raise ConfigError(f"live_cells_pages, {name}: {fault}") from None


def _find_cells(app: Sphinx, name: str) -> Path | None:
    """Find the notebook of a page whose cells run."""
    page = find_page(app, name)
    path = _find_notebook(app, name)
    return path if page and page.cells else None


def pack_library(root: Path, folders: dict[str, str]) -> bytes:
    """Pack the book's own packages and the runner of cells; equal files give equal bytes.

    `folders` maps folders of the book to their names among installed packages.
    """
    files = {"live_cells_runner.py": RUNNER, "live_cells/frames.py": FRAMES}
    for source, target in folders.items():
        for path in sorted((root / source).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                files[f"{target}/{path.relative_to(root / source).as_posix()}"] = path
    return zips.pack((name, path.read_bytes()) for name, path in files.items())


class _Build:
    """The laboratory of one build."""

    manifest: artefact.Manifest
    folder: Path
    library: bytes
    sizes: dict[str, list[int]]

    def prepare(self, app: Sphinx, config: Config) -> None:
        """Read the laboratory; if it appeared, vanished or changed, changed settings make pages
        outdated."""
        self.manifest = artefact.read_manifest()
        self.folder = self.manifest.folder
        config.live_cells_made = self.folder.is_dir()
        if config.live_cells_made:
            self.library = pack_library(Path(app.srcdir), config.live_cells_library)
            self.sizes = artefact.read_sizes(self.folder)
            pages = config.live_cells_pages
            named = (
                None
                if pages is None
                else [name for name in pages if pages[name].get("cells", True)]
            )
            config.live_cells_named = json.dumps(named)
            state = json.dumps([self.folder.name, pages], sort_keys=True)
            config.live_cells_fingerprint = hashlib.sha256(
                self.library + state.encode()
            ).hexdigest()

    def name_cells(self, app: Sphinx, doctree: nodes.document) -> None:
        """Give each code cell that a page shows the id of its cell as an anchor:
        ``cell-3f0a...``."""
        if app.config.live_cells_made and (notebook := _find_cells(app, app.env.docname)):
            cells = read_cells(notebook)
            for node in doctree.findall(nodes.container):
                if node.get("nb_element") == "cell_code":
                    node["ids"].append(f"cell-{cells[node['cell_index']][0]}")

    def add_data(
        self, app: Sphinx, name: str, template: str, context: dict, doctree: nodes.document
    ) -> None:
        """Add the data for the scripts of a page."""
        if app.config.live_cells_made and "body" in context and (page := find_page(app, name)):
            about = json.dumps(self._describe(app.config, name, page), separators=(",", ":"))
            about = about.replace("</", r"<\/")
            context["body"] += (
                f'<script type="application/json" id="live-cells-page">{about}</script>'
            )

    def _describe(self, config: Config, name: str, page: Page) -> dict[str, Any]:
        packages = [*config.live_cells_packages, *page.packages]
        needed = self.manifest.list_needed(packages)
        loaded = {LIBRARY_ZIP: [len(self.library)] * 2} | {
            file: sizes
            for file, sizes in self.sizes.items()
            if file != artefact.EDITOR
            and (not file.endswith(".whl") or file.split("-")[0] in needed)
        }
        wire = sum(wire for wire, _ in loaded.values())
        # Scripts are imported as modules, whose bytes the page cannot count.
        counted = sum(size for file, (_, size) in loaded.items() if not file.endswith(".js"))
        return {
            "root": f"{FOLDER}/{self.folder.name}/",
            "library": f"{FOLDER}/{LIBRARY_ZIP}?v={hashlib.sha256(self.library).hexdigest()[:8]}",
            "cells": f"{FOLDER}/{name}.json",
            "packages": packages,
            "setting": {
                "environment": config.live_cells_environment,
                "absent": config.live_cells_absent,
            },
            "imports": config.live_cells_imports,
            "stored": page.stored,
            "absent": page.absent,
            "notebook": page.notebook,
            "bytes": wire,
            "fetched": {"bytes": counted, "wire": wire},
            **page.about,
        }

    def copy(self, app: Sphinx, error: Exception | None) -> None:
        """Copy the laboratory and the code of each page into the built book."""
        if error or app.builder.format != "html":
            return
        target = Path(app.outdir) / FOLDER
        if not app.config.live_cells_made:
            shutil.rmtree(target, ignore_errors=True)
            return
        laboratory = target / self.folder.name
        if not laboratory.is_dir():
            for old in target.glob("*/pyodide.js"):
                shutil.rmtree(old.parent)
            shutil.copytree(self.folder, laboratory, ignore=shutil.ignore_patterns(artefact.SIZES))
        shutil.copyfile(WORKER, laboratory / "worker.js")
        (target / LIBRARY_ZIP).write_bytes(self.library)
        for name in app.env.found_docs:
            if notebook := _find_cells(app, name):
                cells = target / f"{name}.json"
                cells.parent.mkdir(parents=True, exist_ok=True)
                code = list(read_cells(notebook).values())
                cells.write_text(json.dumps(code, ensure_ascii=False), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register settings and events."""
    app.add_config_value("live_cells_pages", None, "", (dict, type(None)))
    app.add_config_value("live_cells_library", {}, "", dict)
    app.add_config_value("live_cells_packages", ["numpy", "pandas"], "html", list)
    app.add_config_value("live_cells_imports", ["numpy", "pandas", "altair"], "html", list)
    app.add_config_value("live_cells_environment", {}, "html", dict)
    app.add_config_value("live_cells_absent", [], "html", list)
    # Derived settings, by which Sphinx knows which pages are outdated.
    app.add_config_value("live_cells_made", False, "env", bool)
    app.add_config_value("live_cells_named", "", "env", str)
    app.add_config_value("live_cells_fingerprint", "", "html", str)
    build = _Build()
    app.connect("config-inited", build.prepare)
    app.connect("doctree-read", build.name_cells)
    app.connect("html-page-context", build.add_data)
    app.connect("build-finished", build.copy)
