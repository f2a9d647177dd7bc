"""The data dictionary: a page that describes every table of `data/datapackage.json` and offers it.

The directive `data-dictionary` makes a section for each table, under the chapter that first uses
it; `table.html.j2` writes it. The built book holds the package twice: as the folder `data/` and as
one zip, the same bytes every time.
"""

import json
import shutil
from collections import defaultdict
from pathlib import Path

import jinja2
from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from jinja2.filters import do_filesizeformat
from live_cells import zips
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.theme.languages import HYPHEN, mark_html

FOLDER = "data"  # in the built book
NO_CHAPTER = 999  # sorts tables that no chapter uses behind all chapters
WHOLE = (
    'All in one: <a class="reference internal" href="{folder}/{name}.zip">{name}.zip</a> ({size}),'
    ' a <a class="reference external" href="https://datapackage.org/">Frictionless data'
    ' package</a>; its description alone: <a class="reference internal"'
    ' href="{folder}/datapackage.json">datapackage.json</a>.'
)


def read(root: str | Path) -> tuple[dict, list[Path]]:
    """Read the package's descriptor and list its files, the descriptor first."""
    descriptor = Path(root, settings.PACKAGE)
    package = json.loads(descriptor.read_text(encoding="utf-8"))
    paths = sorted(resource["path"] for resource in package["resources"])
    return package, [descriptor, *(descriptor.parent / path for path in paths)]


def label_table(table: str) -> str:
    """Make the label of a table's section."""
    return nodes.make_id(f"table-{table}")


def find_used(app: Sphinx) -> dict[int, list[str]]:
    """List the files that each chapter and its checks read when they ran, as their notebooks record
    them."""
    used = {}
    for chapter in settings.list_chapters(app.srcdir):
        pages = [page for page in (chapter.page, chapter.checks) if page]
        made = [settings.read_notebook(app.srcdir, page)["metadata"]["made_from"] for page in pages]
        used[chapter.number] = [file for one in made for file in one["tables"]]
    return used


class DataDictionary(SphinxDirective):
    """The package as a whole, and its tables by the chapter that first uses them."""

    def run(self) -> list[nodes.Node]:
        """Describe the package."""
        self.folder = "../" * self.env.docname.count("/") + FOLDER
        templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True
        )
        # A key of one field may be written without a list.
        names = {"names": lambda value: [value] if isinstance(value, str) else value}
        templates.filters |= {"label": label_table} | names
        self.template = templates.get_template("table.html.j2")
        package, files = read(self.env.srcdir)
        for path in files:
            self.env.note_dependency(str(path))
        used = facts.take(self.env.app, "used tables")
        sections: dict[int, list[nodes.section]] = defaultdict(list)
        for resource in sorted(package["resources"], key=lambda resource: resource["name"]):
            chapters = [number for number, tables in used.items() if resource["path"] in tables]
            sections[min(chapters, default=NO_CHAPTER)].append(
                self._make_section(resource, chapters)
            )
        size = do_filesizeformat(len(zip_package(files)))
        whole = WHOLE.format(folder=self.folder, name=package["name"], size=size)
        return [
            nodes.raw("", f"<p>{whole}</p>", format="html"),
            elements.sift(),
            *(self._make_part(number, sections[number]) for number in sorted(sections)),
        ]

    def _make_part(self, number: int, sections: list[nodes.section]) -> nodes.section:
        title = "Beside the lessons" if number == NO_CHAPTER else f"First used in lesson {number}"
        return nodes.section("", nodes.title("", title), *sections, ids=[nodes.make_id(title)])

    def _make_section(self, table: dict, chapters: list[int]) -> nodes.section:
        label = label_table(table["name"])
        holds = "a map"
        if "schema" in table:
            path = Path(self.env.srcdir, settings.PACKAGE).with_name(table["path"])
            holds = f"{len(settings.read_table(path)):,} rows"
        html = self.template.render(table=table, chapters=chapters, holds=holds, folder=self.folder)
        # Jinja escapes quotes, which become curly as in all texts.
        html = html.replace("&#39;", "'").replace("&#34;", '"')
        elements.anchor(self.env, label)
        return nodes.section(
            "",
            nodes.title("", table["title"]),
            elements.index_entry(table["name"], label, main="main"),
            nodes.raw("", smartyPants(mark_html(HYPHEN.sub("−", html)), "q"), format="html"),
            ids=[label],
        )


def zip_package(files: list[Path]) -> bytes:
    """Pack the package."""
    return zips.pack((path.name, path.read_bytes()) for path in files)


def copy_package(app: Sphinx) -> None:
    """Write the package into the built book, as a folder and as a zip."""
    target = Path(app.outdir) / FOLDER
    target.mkdir(exist_ok=True)
    package, files = read(app.srcdir)
    for path in files:
        shutil.copyfile(path, target / path.name)
    (target / f"{package['name']}.zip").write_bytes(zip_package(files))


def setup(app: Sphinx) -> None:
    """Register the dictionary."""
    facts.register("used tables", find_used)
    app.add_directive("data-dictionary", DataDictionary)
