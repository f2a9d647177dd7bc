"""Ways to damage one place of a capstone's folder, as people and editors do."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from jingjinji.capstone import begin
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME

DIGITS = "7" * 5000
# Values of fields in article.yml.
FIELDS = {
    "date": ("2023-02-30", "2023-13-01", "2023-05-25T25:00:00", DIGITS, "[2023]", "{a: 1}", "!!timestamp x"),
    "title": ("!!int x", "!!binary '*'", "!!python/name:os.x ''", "[a]", "*a", "\t"),
    "places": ("[2013, 2014]", "[[a]]", "[{a: b}]", "5", "!!set {a}", "[null]", "&a [*a]"),
    "subjects": ("{a: 5}", "{a: [[5]]}", "{a: {b: c}}", "[a]", "{[a]: b}", "{{a: b}: c}", "{a: }"),
    "claim_ids": ("'(C'", "'*'", "5", "[C]", "'(?P<a>C)(?P<a>C)'", "C{99999999999}"),
    "units": ("[5]", "{a: b}", "[[percent]]", "percent", f"[{DIGITS}]"),
    "organizations": ("{a: b}", "5"),
    "corrections": ("[a]", "{a: b}"),
    "tables": ("{claims: 5}", "[a]", "{nothing: a.csv}", '{claims: "\\0"}'),
    "evidence": ("5", "[a]", "/", "nothing.json"),
    "notebooks": ("[5]", "[/]", "['']", "{a: b}", "['../../*.ipynb']"),
    "mood": ("good",),
}
FILES = {
    "empty": b"",
    "cut": b'claim_id,reading\n"C33,a',
    "a column twice": b"claim_id,claim_id\nC33,C33\n",
    "latin": "claim_id,sentence\nC33,Tangshan\xe9\n".encode("latin-1"),
    "zeros": bytes(300),
    "a long cell": b"claim_id\n" + b"x" * 200_000,
    "nested": b"[" * 20_000,
    "a number": DIGITS.encode(),
    "resources": b'{"resources": [5, {"name": 5, "schema": 5}]}',
    "half a character": b'{"resources": [{"name": "\\ud800", "schema": {"fields": [{"name": []}]}}]}',
}
NAMES = ("claims.csv", "results.csv", "article.yml", "tables.json", "notebook.ipynb", "brief.md")
ODD = (5, None, [], [["x"]], {"a": 5})
# Parts of the notebook that get such a value: the parent, and the name in it.
PLACES = (
    *(("notebook", name) for name in ("nbformat", "metadata", "cells")),
    *(("cell", name) for name in ("cell_type", "source", "execution_count", "metadata", "outputs")),
    *(("output", name) for name in ("output_type", "text")),
    *(("display", name) for name in ("output_type", "data")),
    *(("chart", name) for name in ("description", "layer", "encoding")),
    *(("filed", name) for name in ("claim", "sentence", "numbers", "places")),
    *(("cells", 1), ("outputs", 0), ("data", VERDICT_MIME), ("numbers", "b")),
)
# Damage without findings: YAML tags that nothing reads, and optional parts of notebooks.
HARMLESS = {
    *(f"article.yml, title: {value}" for value in FIELDS["title"][:2]),
    *("notebook metadata: {'a': 5}", "cell metadata: {'a': 5}", "cell execution_count: 5"),
    *("display output_type: 5", "display output_type: None", "chart without layer", "filed without places"),
}


def list_kinds() -> Iterator[tuple[str, Callable[[Path], object]]]:
    """Kinds of damage by name, each with a function that does it to a folder."""
    for name, values in FIELDS.items():
        yield from ((f"article.yml, {name}: {text[:40]}", partial(_set_field, name, text)) for text in values)
    for file in NAMES:
        yield from ((f"{file}: {what}", partial(_write, file, data)) for what, data in FILES.items())
    for place, name in PLACES:
        yield from ((f"{place} {name}: {value!s:.40}", partial(_put, place, name, value)) for value in ODD)
        yield f"{place} without {name}", partial(_put, place, name, ...)


def _set_field(name: str, value: str, folder: Path) -> None:
    text = (folder / "article.yml").read_text(encoding="utf-8")
    text = re.sub(rf"^{name}:.*\n(?:[ -].*\n)*", "", text, flags=re.MULTILINE)
    (folder / "article.yml").write_text(f"{text}{name}: {value}\n", encoding="utf-8")


def _write(name: str, data: bytes, folder: Path) -> None:
    (folder / name).write_bytes(data)


def _put(place: str, name: str | int, value: object, folder: Path) -> None:
    made = json.loads((folder / begin.NOTEBOOK).read_text(encoding="utf-8"))
    cell = next(one for one in made["cells"] if one["cell_type"] == "code")
    shown = {mime: o for c in made["cells"] for o in c.get("outputs", []) for mime in o.get("data", {})}
    display, filed = shown[VERDICT_MIME], shown[VERDICT_MIME]["data"][VERDICT_MIME]["table"][0]
    at = {"notebook": made, "cell": cell, "output": cell["outputs"][0], "display": display, "filed": filed}
    at |= {"chart": shown[CHART_MIME]["data"][CHART_MIME], "data": display["data"]}
    at |= {"numbers": filed["numbers"], "cells": made["cells"], "outputs": cell["outputs"]}
    at[place][name] = value
    if value is ...:
        del at[place][name]
    (folder / begin.NOTEBOOK).write_text(json.dumps(made), encoding="utf-8")
