"""The laboratory in the built book: `_static/lab/`, and on each page that it serves what its script needs.

`make lab` has made it beforehand; without it, or on a page that `supported.json` does not list, nothing is
added. That list is held by `tests/pages/test_lab.py`: which packages a page needs besides, and which of its
cells keep their stored output.
"""

import hashlib
import json
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from still_charts.drawing import THEME

from book import palette, settings, zips
from book.downloads import take_along
from book.lab import kept

SUPPORTED = Path(__file__).with_name("supported.json")
FOLDER, COURSE = "_static/lab", "course.zip"
HERE = Path(__file__).parent


def read_supported() -> dict[str, dict]:
    """Page to what is special about it.

    `packages` besides; `stored` cells, which need `absent` packages; `exercises` that need one, with it.
    """
    return json.loads(SUPPORTED.read_text(encoding="utf-8"))


def list_pages(root: Path) -> dict[str, dict]:
    """Every page that runs code: those of `supported` and the exercises of its chapters."""
    found = {}
    for page, special in read_supported().items():
        chapter = settings.find_chapter(root, page)
        shared = {key: special[key] for key in ("packages", "exercises")}
        found |= dict.fromkeys(chapter.sections if chapter else (), shared)
        found[page] = special
    return found


def _read_code_cells(root: Path, page: str) -> dict[int, str]:
    """The code of every cell of a notebook, hidden ones too, by its place among all cells."""
    notebook = json.loads((root / f"{page}.ipynb").read_text(encoding="utf-8"))
    return {
        place: "".join(cell["source"])
        for place, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code"
    }


def read_cells(root: Path, page: str) -> list[str]:
    """The code of every cell of a notebook, hidden ones too, in its order."""
    return list(_read_code_cells(root, page).values())


def pack_course(root: Path) -> bytes:
    """The library, its tables and what runs cells, as one archive of equal bytes for equal files."""
    files = {"lab_runner.py": HERE / "runner.py"}
    for source, target in settings.LIBRARY.items():
        for path in sorted((root / source).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                files[f"{target}/{path.relative_to(root / source).as_posix()}"] = path
    return zips.pack((name, path.read_bytes()) for name, path in files.items())


def _describe(root: Path, page: str, special: dict, course: bytes) -> dict:
    """What the script must know on a page, of which `special` is what `served` says."""
    packages = ["numpy", "pandas", *special.get("packages", [])]
    sizes = json.loads((kept.find_folder() / kept.SIZES).read_text(encoding="utf-8"))
    left_out = {name for name in sizes if name.endswith(".whl") and name.split("-")[0] not in packages}
    weight = sum(size for name, size in sizes.items() if name not in left_out) + len(course)
    return {
        "root": f"{FOLDER}/{kept.find_folder().name}/",
        "course": f"{FOLDER}/{COURSE}?v={hashlib.sha256(course).hexdigest()[:8]}",
        "cells": f"{FOLDER}/{page}.json",
        "packages": packages,
        "setting": {"environment": settings.ENVIRONMENT, "absent": settings.NOT_IN_PAGES},
        "imports": settings.IMPORTED_FIRST,
        "stored": special.get("stored", []),
        "absent": special.get("absent", []),
        "exercises": special["exercises"],
        "bytes": weight,
        "notebook": take_along.find_file(root, page),
    }


def _note(app: Sphinx, config) -> None:
    """A laboratory that has come, gone or changed is a changed setting: pages are made again."""
    app.lab_course = made = b""
    if kept.find_folder().is_dir():
        app.lab_course = pack_course(Path(app.srcdir))
        made = app.lab_course + SUPPORTED.read_bytes() + kept.find_folder().name.encode()
    config.lab_made, config.hash_of_lab = bool(made), hashlib.sha256(made).hexdigest()


def _name_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Each code cell that a page shows gets its place among all of the notebook's: its id is ``cell-7``."""
    if not app.config.lab_made or app.env.docname not in read_supported():
        return
    places = list(_read_code_cells(Path(app.srcdir), app.env.docname))
    for node in doctree.findall(nodes.container):
        if node.get("nb_element") == "cell_code":
            node["ids"].append(f"cell-{places.index(node['cell_index'])}")


def _offer(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    root = Path(app.srcdir)
    if not app.config.lab_made or "body" not in context or (special := list_pages(root).get(page)) is None:
        return
    about = json.dumps(_describe(root, page, special, app.lab_course), separators=(",", ":"))
    context["body"] += f'<script type="application/json" id="lab-page">{about}</script>'


def _copy(app: Sphinx, error: Exception | None) -> None:
    if error:
        return
    root, target = Path(app.srcdir), Path(app.outdir) / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    if not app.config.lab_made:
        return
    laboratory = target / kept.find_folder().name
    shutil.copytree(kept.find_folder(), laboratory)
    shutil.copyfile(HERE / "worker.js", laboratory / "worker.js")
    look = {"theme": THEME, "colours": palette.map_chart_colours(root)}
    (laboratory / "look.json").write_text(json.dumps(look), encoding="utf-8")
    (target / COURSE).write_bytes(app.lab_course)
    for page in list_pages(root):
        stored, practice = target / f"{page}.json", root / settings.PRACTICE.format(Path(page).name)
        stored.parent.mkdir(parents=True, exist_ok=True)
        if page in read_supported():
            stored.write_text(json.dumps(read_cells(root, page), ensure_ascii=False), encoding="utf-8")
        elif practice.exists():
            shutil.copyfile(practice, stored.with_suffix(".practice.json"))


def setup(app: Sphinx) -> None:
    """Add the laboratory, where it is made, to the pages that it serves."""
    app.add_config_value("lab_made", False, "env")
    app.add_config_value("hash_of_lab", "", "html")
    app.connect("config-inited", _note)
    app.connect("doctree-read", _name_cells)
    app.connect("html-page-context", _offer)
    app.connect("build-finished", _copy)
