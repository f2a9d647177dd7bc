"""The data dictionary: one page that says of every table what its package's descriptor says, with downloads.

The directive `data-dictionary`, with the descriptor's path, makes a section for each table, under the chapter
that first uses it: what it holds, its file, and, folded, source, fields and flaws.
When the book is built, the package stands in it twice: as a folder, `data/`, with the descriptor in it, and
as one zip, the same bytes every time.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import copyfile

from book import elements, facts, settings, zips
from book.elements import Part, paragraph

FOLDER = "data"  # in the built book
ELSEWHERE = 999  # sorts what no chapter uses behind all chapters
PACKAGE = "data-package"  # under which a page remembers its package


def package(descriptor: Path) -> dict:
    """A package as its descriptor describes it."""
    return json.loads(descriptor.read_text(encoding="utf-8"))


@cache
def zipped(descriptor: Path) -> bytes:
    """The package as a zip: descriptor and files, in one order."""
    names = [descriptor.name, *sorted(resource["path"] for resource in package(descriptor)["resources"])]
    return zips.pack((name, (descriptor.parent / name).read_bytes()) for name in names)


def size(count: int) -> str:
    """Bytes as a reader thinks of them: "850 bytes", "42.8 kB", "2.1 MB"."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def accepted(constraints: dict) -> list[Part]:
    """What a field accepts, in words; a pattern stays the regular expression that it is."""
    low, high = (constraints.get(key) for key in ("minimum", "maximum"))
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
        chapter.number: json.loads(chapter.notebook(app.srcdir).read_text(encoding="utf-8"))["metadata"][
            "made_from"
        ]["tables"]
        for chapter in settings.chapters(app.srcdir)
    }


def _names(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _link(text: str, address: str) -> nodes.reference:
    return nodes.reference("", text, refuri=address, internal="//" not in address)


def _id(name: str) -> str:
    return nodes.make_id(f"table-{name}")


def _to(name: str) -> nodes.reference:
    """A link to a table's section; on a narrow screen the name may break after each underscore."""
    first, *rest = re.split(r"(?<=_)", name)
    literal = nodes.literal("", first)
    for part in rest:
        literal += [nodes.raw("", "<wbr>", format="html"), nodes.Text(part)]
    return nodes.reference("", "", literal, refid=_id(name), internal=True)


class DataDictionary(SphinxDirective):
    """The package as a whole, and its tables by the chapter that first uses them."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Describe the package whose descriptor the directive names."""
        root = Path(self.env.srcdir)
        self.descriptor = root / self.arguments[0]
        if not self.descriptor.is_file():
            raise self.error(f"{self.arguments[0]} is missing: name the descriptor of a data package")
        self.env.metadata[self.env.docname][PACKAGE] = self.arguments[0]
        self.folder = "../" * self.env.docname.count("/") + FOLDER
        described = package(self.descriptor)
        resources = sorted(described["resources"], key=lambda resource: resource["name"])
        files = [self.descriptor.parent / resource["path"] for resource in resources]
        for path in (self.descriptor, *files):
            self.env.note_dependency(str(path))
        self.used = find_used(self.env.app)
        facts.depend_on(self.env.app, "used tables")
        by_chapter: dict[int, list[dict]] = {}
        for resource in resources:
            by_chapter.setdefault(min(self._users(resource), default=ELSEWHERE), []).append(resource)
        return [self._whole(described), *(self._part(*each) for each in sorted(by_chapter.items()))]

    def _users(self, resource: dict) -> list[int]:
        return [number for number, used in self.used.items() if resource["path"] in used]

    def _part(self, number: int, resources: list[dict]) -> nodes.section:
        title = "Beside the chapters" if number == ELSEWHERE else f"First used in chapter {number}"
        sections = map(self._section, resources)
        return nodes.section("", nodes.title("", title), *sections, ids=[nodes.make_id(title)])

    def _whole(self, described: dict) -> nodes.paragraph:
        name = f"{described['name']}.zip"
        return paragraph(
            "All in one: ",
            _link(name, f"{self.folder}/{name}"),
            f" ({size(len(zipped(self.descriptor)))}), a ",
            _link("Frictionless data package", "https://datapackage.org/"),
            "; its description alone: ",
            _link(self.descriptor.name, f"{self.folder}/{self.descriptor.name}"),
            ".",
        )

    def _rows(self, resource: dict) -> str:
        with (self.descriptor.parent / resource["path"]).open(encoding="utf-8", newline="") as handle:
            return f"{sum(1 for _ in csv.reader(handle)) - 1:,}"

    def _section(self, resource: dict) -> nodes.section:
        name = resource["name"]
        elements.anchor(self.env, _id(name))
        return nodes.section(
            "",
            nodes.title("", resource["title"]),
            elements.index_entry(name, _id(name), "Tables", main="main"),
            paragraph(nodes.literal("", name), ": ", resource["description"]),
            self._file(resource),
            elements.folded(
                "Source, fields and known flaws" if "schema" in resource else "Source and known flaws",
                elements.definitions(self._facts(resource), "facts"),
                *([self._fields(resource["schema"])] if "schema" in resource else []),
                paragraph("Known flaws:", classes=["flaws"]),
                elements.bullets(resource["flaws"]),
            ),
            ids=[_id(name)],
        )

    def _file(self, resource: dict) -> nodes.paragraph:
        path = resource["path"]
        rows = f"{self._rows(resource)} rows" if "schema" in resource else "a map"
        return paragraph(_link(path, f"{self.folder}/{path}"), f", {rows}, {size(resource['bytes'])}")

    def _facts(self, resource: dict) -> Iterator[tuple[str, list[Part]]]:
        schema = resource.get("schema")
        sources = resource["sources"]
        yield "Source", [_link(s["title"], s["path"]) if "path" in s else s["title"] for s in sources]
        yield "Vintage", [resource["vintage"]]
        yield "Licence", [_link(licence["title"], licence["path"]) for licence in resource["licenses"]]
        if schema:
            keys = [part for name in _names(schema["primaryKey"]) for part in (", ", nodes.literal("", name))]
            yield "Key", [paragraph(*keys[1:])]
        chapters = list(map(str, self._users(resource)))
        if len(chapters) == 1:
            yield "Used in", [f"chapter {chapters[0]}"]
        elif chapters:
            yield "Used in", [f"chapters {', '.join(chapters[:-1])} and {chapters[-1]}"]

    def _fields(self, schema: dict) -> nodes.table:
        others: dict[str, list[Part]] = {}
        for key in schema.get("foreignKeys", ()):
            # Without a table's name, a key refers to its own table.
            if table := key["reference"]["resource"]:
                for field in _names(key["fields"]):
                    others.setdefault(field, []).extend(["; listed in ", _to(table)])
        rows = (
            [
                nodes.literal("", field["name"]),
                field["type"] + (f", {field['unit']}" if "unit" in field else ""),
                field["description"],
                paragraph(*accepted(field.get("constraints", {})), *others.get(field["name"], ())),
            ]
            for field in schema["fields"]
        )
        return elements.table("fields", ("Field", "Type and unit", "Meaning", "Accepts"), rows)


def _copy(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    target = Path(app.outdir) / FOLDER
    target.mkdir(exist_ok=True)
    packages = [page[PACKAGE] for page in app.env.metadata.values() if PACKAGE in page]
    for descriptor in (Path(app.srcdir) / name for name in packages):
        described = package(descriptor)
        paths = [descriptor, *(descriptor.parent / resource["path"] for resource in described["resources"])]
        for path in paths:
            copyfile(path, target / path.name)
        archive = target / f"{described['name']}.zip"
        if not archive.exists() or archive.stat().st_mtime < max(path.stat().st_mtime for path in paths):
            archive.write_bytes(zipped(descriptor))


def setup(app: Sphinx) -> dict:
    """Register the dictionary and send the package along."""
    facts.register("used tables", find_used)
    app.add_directive("data-dictionary", DataDictionary)
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
