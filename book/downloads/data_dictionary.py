"""The data dictionary: one page that says of every table what its package's descriptor says, with downloads.

The directive `data-dictionary` makes a section for each table, under the chapter that first uses it: what it
holds, its file, and, folded, source, fields and flaws.
When the book is built, the package stands in it twice: as a folder, `data/`, with the descriptor in it, and
as one zip, the same bytes every time.
"""

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from live_cells import zips
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.elements import Part, paragraph

FOLDER = "data"  # in the built book
ELSEWHERE = 999  # sorts what no chapter uses behind all chapters


def read(root: str | Path) -> tuple[dict, list[Path]]:
    """The package as its descriptor describes it, and its files, the descriptor first."""
    descriptor = Path(root, settings.PACKAGE)
    package = json.loads(descriptor.read_text(encoding="utf-8"))
    paths = sorted(resource["path"] for resource in package["resources"])
    return package, [descriptor, *(descriptor.parent / path for path in paths)]


def label_table(table: str) -> str:
    """Label of a table's section."""
    return nodes.make_id(f"table-{table}")


def zip_package(files: list[Path]) -> bytes:
    """The package as a zip."""
    return zips.pack((path.name, path.read_bytes()) for path in files)


def format_size(count: int) -> str:
    """Bytes as a reader thinks of them: "850 bytes", "42.8 kB", "2.1 MB"."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def describe_constraints(constraints: dict) -> list[Part]:
    """What a field accepts, in words; a pattern stays the regular expression that it is."""
    low, high = (constraints.get(end) for end in ("minimum", "maximum"))
    parts: list[Part] = ["never empty" if constraints.get("required") else "may be empty"]
    if low is not None and high is not None:
        parts.append(f"; {low} to {high}")
    elif low is not None:
        parts.append(f"; {low} or more")
    elif high is not None:
        parts.append(f"; at most {high}")
    if "enum" in constraints:
        parts.append(f"; one of: {', '.join(map(str, constraints['enum']))}")
    if "pattern" in constraints:
        parts += ["; of the form ", nodes.literal("", constraints["pattern"])]
    return parts


def find_used(app: Sphinx) -> dict[int, list[str]]:
    """The files of the tables that each chapter read when it ran, as its notebook says."""
    return {
        chapter.number: settings.read_notebook(app.srcdir, chapter.page)["metadata"]["made_from"]["tables"]
        for chapter in settings.list_chapters(app.srcdir)
    }


def _list_names(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _link(text: str, address: str) -> nodes.reference:
    return nodes.reference("", text, refuri=address, internal="//" not in address)


def _link_table(name: str) -> nodes.reference:
    """A link to a table's section; on a narrow screen the name may break after each underscore."""
    first, *rest = re.split(r"(?<=_)", name)
    literal = nodes.literal("", first)
    for part in rest:
        literal += [nodes.raw("", "<wbr>", format="html"), nodes.Text(part)]
    return nodes.reference("", "", literal, refid=label_table(name), internal=True)


class DataDictionary(SphinxDirective):
    """The package as a whole, and its tables by the chapter that first uses them."""

    def run(self) -> list[nodes.Node]:
        """Describe the package."""
        self.folder = "../" * self.env.docname.count("/") + FOLDER
        package, files = read(self.env.srcdir)
        for path in files:
            self.env.note_dependency(str(path))
        self.used = facts.take(self.env.app, "used tables")
        by_chapter: dict[int, list[dict]] = defaultdict(list)
        for resource in sorted(package["resources"], key=lambda resource: resource["name"]):
            by_chapter[min(self._list_users(resource), default=ELSEWHERE)].append(resource)
        whole = self._render_whole(f"{package['name']}.zip", len(zip_package(files)))
        return [whole, *(self._render_part(*each) for each in sorted(by_chapter.items()))]

    def _list_users(self, resource: dict) -> list[int]:
        return [number for number, used in self.used.items() if resource["path"] in used]

    def _render_part(self, number: int, resources: list[dict]) -> nodes.section:
        title = "Beside the chapters" if number == ELSEWHERE else f"First used in chapter {number}"
        sections = map(self._render_section, resources)
        return nodes.section("", nodes.title("", title), *sections, ids=[nodes.make_id(title)])

    def _render_whole(self, name: str, count: int) -> nodes.paragraph:
        return paragraph(
            "All in one: ",
            self._link_download(name),
            f" ({format_size(count)}), a ",
            _link("Frictionless data package", "https://datapackage.org/"),
            "; its description alone: ",
            self._link_download(Path(settings.PACKAGE).name),
            ".",
        )

    def _link_download(self, name: str) -> nodes.reference:
        return _link(name, f"{self.folder}/{name}")

    def _render_section(self, resource: dict) -> nodes.section:
        name = resource["name"]
        elements.anchor(self.env, label_table(name))
        return nodes.section(
            "",
            nodes.title("", resource["title"]),
            elements.index_entry(name, label_table(name), main="main"),
            paragraph(nodes.literal("", name), ": ", resource["description"]),
            self._render_file(resource),
            elements.folded(
                "Source, fields and known flaws" if "schema" in resource else "Source and known flaws",
                elements.definitions(self._list_facts(resource), "facts"),
                *([self._render_fields(resource["schema"])] if "schema" in resource else []),
                paragraph("Known flaws:", classes=["flaws"]),
                elements.bullets(resource["flaws"]),
            ),
            ids=[label_table(name)],
        )

    def _render_file(self, resource: dict) -> nodes.paragraph:
        path, holds = resource["path"], "a map"
        if "schema" in resource:
            table = Path(self.env.srcdir, settings.PACKAGE).with_name(path)
            holds = f"{len(settings.read_table(table)):,} rows"
        return paragraph(self._link_download(path), f", {holds}, {format_size(resource['bytes'])}")

    def _list_facts(self, resource: dict) -> Iterator[tuple[str, list[Part]]]:
        schema = resource.get("schema")
        sources = resource["sources"]
        yield "Source", [_link(s["title"], s["path"]) if "path" in s else s["title"] for s in sources]
        yield "Vintage", [resource["vintage"]]
        yield "Licence", [_link(licence["title"], licence["path"]) for licence in resource["licenses"]]
        if schema:
            keys = [nodes.literal("", name) for name in _list_names(schema["primaryKey"])]
            yield "Key", [paragraph(*elements.join(keys))]
        *others, last = ["", *map(str, self._list_users(resource))]
        if others:
            first = ", ".join(others[1:])
            yield "Used in", [f"chapters {first} and {last}" if first else f"chapter {last}"]

    def _render_fields(self, schema: dict) -> nodes.table:
        others: dict[str, list[Part]] = defaultdict(list)
        for foreign in schema.get("foreignKeys", ()):
            # Without a table's name, a key refers to its own table.
            if table := foreign["reference"]["resource"]:
                for field in _list_names(foreign["fields"]):
                    others[field] += ["; listed in ", _link_table(table)]
        rows = (
            [
                nodes.literal("", field["name"]),
                field["type"] + (f", {field['unit']}" if "unit" in field else ""),
                field["description"],
                paragraph(*describe_constraints(field.get("constraints", {})), *others[field["name"]]),
            ]
            for field in schema["fields"]
        )
        return elements.table("fields", ("Field", "Type and unit", "Meaning", "Accepts"), rows)


def copy_package(app: Sphinx) -> None:
    """Send the package along, as a folder and as a zip."""
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
