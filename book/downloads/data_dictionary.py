"""The data dictionary: one page that says of every table what its package's descriptor says, with downloads.

    ```{data-dictionary} data/datapackage.json
    :notebooks: chapters/*.ipynb
    ```

makes an overview and a section for each table. When the book is built, the package stands in it twice: as a
folder, `data/`, with the descriptor in it, and as one zip, the same bytes every time.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from book.glossary.key_terms import index_entry
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import copyfile

FOLDER = "data"  # in the built book
PACKAGE = "data-package"  # under which a page remembers its package
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name: no file's own time


def package(descriptor: Path) -> dict:
    """A package as its descriptor describes it."""
    return json.loads(descriptor.read_text(encoding="utf-8"))


@cache
def zipped(descriptor: Path) -> bytes:
    """The package as a zip: descriptor and files, in one order and with one time."""
    names = [descriptor.name, *sorted(resource["path"] for resource in package(descriptor)["resources"])]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (descriptor.parent / name).read_bytes())
    return content.getvalue()


def size(count: int) -> str:
    """Bytes as a reader thinks of them: "850 bytes", "42.8 kB", "2.1 MB"."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def accepted(constraints: dict) -> list[str | nodes.Node]:
    """What a field accepts, in words; a pattern stays the regular expression that it is."""
    low, high = (constraints.get(key) for key in ("minimum", "maximum"))
    parts: list[str | nodes.Node] = ["never empty" if constraints.get("required") else "may be empty"]
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


def _names(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _paragraph(*parts: str | nodes.Node, classes: tuple[str, ...] = ()) -> nodes.paragraph:
    children = (nodes.Text(part) if isinstance(part, str) else part for part in parts)
    return nodes.paragraph("", "", *children, classes=list(classes))


def _code(*names: str) -> list[nodes.Node]:
    parts = [part for name in names for part in (nodes.Text(", "), nodes.literal("", name))]
    return parts[1:]


def _link(text: str, address: str) -> nodes.reference:
    return nodes.reference("", text, refuri=address, internal="//" not in address)


def _to(name: str) -> nodes.reference:
    """A link to a table's section; on a narrow screen the name may break after each underscore."""
    first, *rest = re.split(r"(?<=_)", name)
    literal = nodes.literal("", first)
    for part in rest:
        literal += [nodes.raw("", "<wbr>", format="html"), nodes.Text(part)]
    return nodes.reference("", "", literal, refid=_id(name), internal=True)


def _id(name: str) -> str:
    return nodes.make_id(f"table-{name}")


def _table(kind: str, head: tuple[str, ...], rows: list[list[nodes.paragraph]]) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
    group += nodes.thead("", nodes.row("", *(nodes.entry("", _paragraph(name)) for name in head)))
    group += nodes.tbody("", *(nodes.row("", *(nodes.entry("", cell) for cell in row)) for row in rows))
    return nodes.table("", group, classes=[kind])


def _facts(facts: dict[str, list[nodes.Node]]) -> nodes.definition_list:
    items = (
        nodes.definition_list_item("", nodes.term("", name), nodes.definition("", *value))
        for name, value in facts.items()
        if value
    )
    return nodes.definition_list("", *items, classes=["facts"])


class DataDictionary(SphinxDirective):
    required_arguments = 1
    option_spec = {"notebooks": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.descriptor = root / self.arguments[0]
        if not self.descriptor.is_file():
            raise self.error(f"{self.arguments[0]} is missing: name the descriptor of a data package")
        self.env.metadata[self.env.docname][PACKAGE] = self.arguments[0]
        described = package(self.descriptor)
        resources = sorted(described["resources"], key=lambda resource: resource["name"])
        notebooks = sorted(root.glob(self.options["notebooks"]))
        files = [self.descriptor.parent / resource["path"] for resource in resources]
        for path in (self.descriptor, *files, *notebooks):
            self.env.note_dependency(str(path))
        names = [resource["name"] for resource in resources]
        self.used = {path.stem: _used(_code_of(path), names) for path in notebooks}
        return [
            self._whole(described),
            self._overview(resources),
            *(self._section(resource) for resource in resources),
        ]

    def _whole(self, described: dict) -> nodes.paragraph:
        name = f"{described['name']}.zip"
        return _paragraph(
            "All in one: ",
            _link(name, f"{FOLDER}/{name}"),
            f" ({size(len(zipped(self.descriptor)))}), a ",
            _link("Frictionless data package", "https://datapackage.org/"),
            "; its description alone: ",
            _link(self.descriptor.name, f"{FOLDER}/{self.descriptor.name}"),
            ".",
        )

    def _overview(self, resources: list[dict]) -> nodes.table:
        rows = [
            [
                _paragraph(_to(resource["name"])),
                _paragraph(resource["title"]),
                _paragraph(self._rows(resource)),
                _paragraph(size(resource["bytes"])),
            ]
            for resource in resources
        ]
        return _table("tables", ("Table", "What it holds", "Rows", "Size"), rows)

    def _rows(self, resource: dict) -> str:
        if "schema" not in resource:
            return "a map"
        with (self.descriptor.parent / resource["path"]).open(encoding="utf-8", newline="") as handle:
            return f"{sum(1 for _ in csv.reader(handle)) - 1:,}"

    def _section(self, resource: dict) -> nodes.section:
        name, schema = resource["name"], resource.get("schema", {})
        section = nodes.section("", nodes.title("", resource["title"]), ids=[_id(name)])
        section += index_entry(name, _id(name), "Tables", main="main")
        section += _paragraph(nodes.literal("", name), ": ", resource["description"])
        section += self._about(resource)
        if schema:
            section += self._fields(schema)
        section += _paragraph("Known flaws:", classes=("flaws",))
        flaws = (nodes.list_item("", _paragraph(flaw)) for flaw in resource["flaws"])
        section += nodes.bullet_list("", *flaws)
        return section

    def _about(self, resource: dict) -> nodes.definition_list:
        path, schema = resource["path"], resource.get("schema", {})
        rows = f", {self._rows(resource)} rows" if schema else ""
        chapters = [
            str(int(chapter[:2])) for chapter, used in self.used.items() if resource["name"] in used
        ]
        return _facts(
            {
                "Download": [
                    _paragraph(_link(path, f"{FOLDER}/{path}"), f" ({size(resource['bytes'])}{rows})")
                ],
                "Source": [
                    _paragraph(_link(s["title"], s["path"]) if "path" in s else s["title"])
                    for s in resource["sources"]
                ],
                "Vintage": [_paragraph(resource["vintage"])],
                "Licence": [
                    _paragraph(_link(licence["title"], licence["path"])) for licence in resource["licenses"]
                ],
                "Key": [_paragraph(*_code(*_names(schema["primaryKey"])))] if schema else [],
                "Used in": [_paragraph(f"chapter{'s' if len(chapters) > 1 else ''} {_listed(chapters)}")]
                if chapters
                else [],
            }
        )

    def _fields(self, schema: dict) -> nodes.table:
        others: dict[str, list[nodes.Node]] = {}
        for key in schema.get("foreignKeys", ()):
            table = key["reference"]["resource"]
            for field in _names(key["fields"]):
                # Without a table's name, a key refers to its own table.
                others.setdefault(field, []).extend([nodes.Text("; listed in "), _to(table)] if table else [])
        rows = [
            [
                _paragraph(nodes.literal("", field["name"])),
                _paragraph(field["type"] + (f", {field['unit']}" if "unit" in field else "")),
                _paragraph(field["description"]),
                _paragraph(*accepted(field.get("constraints", {})), *others.get(field["name"], ())),
            ]
            for field in schema["fields"]
        ]
        return _table("fields", ("Field", "Type and unit", "Meaning", "Accepts"), rows)


def _code_of(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _used(code: str, names: list[str]) -> set[str]:
    """The tables that code names, whole or as `f"rail_timetable_{year}"`, and by a module that is called like one."""
    written = {word for pair in re.findall(r"""["'](\w+)["']|\b(\w+)\.""", code) for word in pair}
    composed = [
        re.compile(re.sub(r"\{[^}]*\}", r"\\w+", pattern))
        for pattern in re.findall(r"""\bload\(f["']([^"']+)["']""", code)
    ]
    return {name for name in names if name in written or any(p.fullmatch(name) for p in composed)}


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
    app.add_directive("data-dictionary", DataDictionary)
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
