"""`make data` names each column that the descriptor lacks or describes in part."""

import json

import pytest

from coursework import __main__ as command
from coursework.build import descriptor, freshness

YEAR = {
    "name": "year",
    "type": "integer",
    "title": "Year",
    "description": "Of the count",
    "unit": "calendar year",
}
NOTE = {"name": "note", "type": "string", "title": "Note", "description": "Why it grew"}


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Write a package of one table with these fields and columns."""
    monkeypatch.setattr(command, "ROOT", tmp_path)

    def write(columns: str, *fields: dict):
        (folder := tmp_path / "data").mkdir(exist_ok=True)
        (folder / "ports.csv").write_text(f"{columns}\n", encoding="utf-8")
        table = {"name": "ports", "path": "ports.csv", "schema": {"fields": fields}}
        (folder / freshness.DESCRIPTOR.name).write_text(
            json.dumps({"resources": [table]}), encoding="utf-8"
        )
        return folder

    return write


@pytest.mark.parametrize(
    ("columns", "fields", "says"),
    [
        ("year,note", [YEAR, NOTE], ""),
        ("year,note", [YEAR], "column 'note' has no entry in data/datapackage.json; add its name"),
        (
            "year,note",
            [YEAR, NOTE | {"title": ""}],
            "column 'note' has no title in data/datapackage.json.",
        ),
        (
            "year,note",
            [YEAR, {"name": "note", "type": "string"}],
            "column 'note' has no title and description",
        ),
        ("year", [YEAR | {"unit": ""}], "column 'year' has no unit"),
        (
            "year,note",
            [YEAR, NOTE | {"unit": "words"}],
            "column 'note' is no number and has a unit",
        ),
        ("year", [YEAR, NOTE], "describes a column 'note', which the table does not have"),
    ],
)
def test_make_data_names_a_column_that_is_not_described(data, capsys, columns, fields, says):
    folder = data(columns, *fields)
    assert command.main(["data"]) == (2 if says else 0)
    said = capsys.readouterr().err
    assert (
        said.startswith("data/ports.csv: ") == bool(says) and says in said and said.count("\n") <= 1
    )
    assert json.loads((folder / "datapackage.json").read_text())["resources"][0]["bytes"], (
        "sizes are written"
    )


def test_every_column_of_the_course_is_described():
    assert list(descriptor.find_undescribed(descriptor.Path(__file__).parents[2] / "data")) == []
