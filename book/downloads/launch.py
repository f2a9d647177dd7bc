"""A chapter on Colab or Binder, where CITATION.cff names a repository on GitHub; elsewhere nothing is shown.

Both read a branch of the repository, the one that pages are published from: a notebook lies there as a file
of its own, and its first cell installs the library as it was released.
"""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from book import settings
from book.citation import Citation
from book.downloads import take_along
from book.page import Page

BRANCH = "gh-pages"
SITES = {
    "Colab": "https://colab.research.google.com/github/{name}/blob/{branch}/{file}",
    "Binder": "https://mybinder.org/v2/gh/{name}/{branch}?urlpath=lab/tree/{file}",
}
# What Binder makes its environment of.
ENVIRONMENT = "binder/requirements.txt"
# Such a site has these, in a version of its own.
_THEIRS = re.compile(r"(?:ipython|jupyterlab)==")
_WHEEL = re.compile(r"^\./(([\w.]+)-\S*?\.whl)(\[.*\])?")


def find_repository(citation: Citation) -> str:
    """The repository's name on GitHub, "owner/name"; empty where the source lies elsewhere or nowhere."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", citation.source)
    return found[1] if found else ""


def list_requirements(citation: Citation, asked: str) -> list[str]:
    """What a chapter's file of requirements asks for, with the library from the release of this version."""
    released = f"https://github.com/{find_repository(citation)}/releases/download/v{citation.version}"
    lines = [line for line in asked.splitlines() if line and not _THEIRS.match(line)]
    return [_WHEEL.sub(rf"\2\3 @ {released}/\1", line) for line in lines]


def add_install(notebook: str, needs: list[str]) -> str:
    """A notebook with a first cell that installs what it needs."""
    held = json.loads(notebook)
    listed = " ".join(f'"{line}"' for line in needs)
    cell = {"cell_type": "code", "id": "install", "source": f"%pip install --quiet {listed}"}
    empty: dict[str, Any] = {"metadata": {}, "outputs": [], "execution_count": None}
    held["cells"].insert(0, cell | empty)
    return json.dumps(held, ensure_ascii=False, indent=1) + "\n"


def write_notebooks(app: Sphinx) -> None:
    """Send along what such a place opens, after the notebooks of which it is made."""
    citation, out = app.config.html_context["citation"], Path(app.outdir)
    if not find_repository(citation):
        return
    all_needs: dict[str, None] = {}
    for path in sorted(Path(app.srcdir, take_along.MADE).glob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            asked, notebook = (
                packed.read(f"{path.stem}/{name}").decode()
                for name in ("requirements.txt", f"{path.stem}.ipynb")
            )
        needs = list_requirements(citation, asked)
        all_needs |= dict.fromkeys(needs)
        target = out / take_along.FOLDER / f"{path.stem}.ipynb"
        target.write_text(add_install(notebook, needs), encoding="utf-8")
    (out / ENVIRONMENT).parent.mkdir(exist_ok=True)
    (out / ENVIRONMENT).write_text("".join(f"{line}\n" for line in all_needs), encoding="utf-8")


def offer(page: Page) -> None:
    """Two lines more under the button for downloads, on pages that have a notebook."""
    name = find_repository(page.context["citation"])
    chapter = settings.find_chapter(page.app.srcdir, page.name)
    if not name or not chapter or chapter.page != page.name:
        return
    file = f"{take_along.FOLDER}/{Path(page.name).name}.ipynb"
    offered = [
        {
            "type": "link",
            "url": address.format(name=name, branch=BRANCH, file=file),
            "text": f"Run on {site}",
            "tooltip": f"Open this chapter's notebook on {site}, which is of others",
            "icon": "fas fa-file",
            "label": f"{site.lower()}-button",
        }
        for site, address in SITES.items()
    ]
    for group in page.context.get("header_buttons", []):
        if group.get("label") == take_along.DOWNLOADS:
            group["buttons"] += offered
