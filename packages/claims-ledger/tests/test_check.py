"""The check of a folder: a whole one passes, and each fault gets one sentence with file and row."""

import pytest
from claims_ledger.__main__ import main
from claims_ledger.check import find_problems
from claims_ledger.folder import Folder


def test_a_whole_folder_has_no_problem(toy):
    assert find_problems(toy) == []


def change(folder: Folder, file: str, old: str, new: str) -> list[str]:
    path = folder.path / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} must have {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return find_problems(Folder(folder.path))


COUNT = "T-2,count,a,"
FAULTS = {
    "no author": (
        "article.yml",
        "author: A. Writer",
        "author:",
        "article.yml has no author; it must have title",
    ),
    "no YAML": ("article.yml", "places: [", "places: [[", "article.yml, line 7: this is no YAML"),
    "an odd name": ("article.yml", "places:", "place:", "article.yml does not know place; it may have title"),
    "no list": ("article.yml", "places: [Northtown, Southtown]", "places: Northtown", "it must be a list"),
    "no notebook": ("article.yml", '"*.ipynb"', '"*.nb"', "article.yml: no notebook fits '*.nb'"),
    "no column": ("claims.csv", "theme", "mood", "claims.csv has no column theme; it must have claim_id"),
    "a cell too few": (
        "places.csv",
        "Southtown,0.4",
        "Southtown",
        "places.csv, row 3: it has not as many cells",
    ),
    "an id twice": (
        "claims.csv",
        "T-2,trees",
        "T-1,trees",
        "claims.csv, row 3: T-1 stands in row 2 already.",
    ),
    "another id": (
        "claims.csv",
        "T-3,traffic",
        "X3,traffic",
        "claims.csv, row 4: 'X3' is no id of this article",
    ),
    "an unknown place": (
        "claims.csv",
        "2023,Northtown",
        "2023,Moon",
        "claims.csv, row 2: article.yml names no place",
    ),
    "a lost theme": (
        "claims.csv",
        "T-1,rents",
        "T-1,flats",
        "row 2: no subject of article.yml has the theme 'flats'",
    ),
    "no unit of a value": (
        "claims.csv",
        "1200,trees",
        "1200,",
        "claims.csv, row 3: the value 1200 has no unit.",
    ),
    "no number": (
        "claims.csv",
        "1200,1200",
        "1200,many",
        "claims.csv, row 3: value is 'many'; it must be a number",
    ),
    "no reading": ("readings.csv", COUNT, "T-1,change,c,", "claims.csv, row 3: T-2 has no reading."),
    "two families": (
        "readings.csv",
        "T-1,change,b",
        "T-1,value,b",
        "row 2: T-1 is of 2 families, change and value",
    ),
    "no family": ("readings.csv", COUNT, "T-2,trees,a,", "(T-2 a): 'trees' is no family; there are aim"),
    "too few readings": (
        "readings.csv",
        "T-1,change,b",
        "T-2,count,b",
        "T-1 has 1 reading; the family change needs 2",
    ),
    "an untestable family": ("readings.csv", COUNT, "T-2,wish,a,", "T-2 has a reading, and a wish has none"),
    "no limit": ("readings.csv", "euro per m2,0.01", "euro per m2,", "row 2 (T-1 a): a number needs a limit"),
    "limits": (
        "readings.csv",
        "1150,1249",
        "1250,1249",
        "row 4 (T-2 a): the lower limit 1250 is above the upper",
    ),
    "a limit without unit": (
        "readings.csv",
        "euro per m2",
        "",
        "readings.csv, row 2 (T-1 a): its limit has no unit.",
    ),
    "a unit of nobody": (
        "readings.csv",
        "euro per m2",
        "bananas",
        "(T-1 a): no table and no figure has the unit",
    ),
    "an odd interval": (
        "readings.csv",
        "0.5,0.4",
        "0.5,0.55",
        "(T-1 a): the number 0.5 lies outside its interval",
    ),
    "no source": (
        "readings.csv",
        ",F1,true",
        ",,true",
        "readings.csv, row 4 (T-2 a): it is decided and names no source.",
    ),
    "an unknown table": (
        "readings.csv",
        ",rents,true",
        ",flats,true",
        "(T-1 a): 'flats' is no figure, no table",
    ),
    "nobody holds it": ("readings.csv", "The council.", "", "(T-1 b): it is open and does not say who holds"),
    "no flag": (
        "readings.csv",
        "F1,true",
        "F1,yes",
        "(T-2 a): independent is 'yes'; it must be true or false",
    ),
    "a reading twice": (
        "readings.csv",
        "T-1,change,b",
        "T-1,change,a",
        "row 3: T-1 a stands in row 2 already.",
    ),
    "a kind": (
        "readings.csv",
        "not.,number,euro",
        "not.,count,euro",
        "(T-1 a): 'count' is no kind; there are number",
    ),
    "no document": (
        "readings.csv",
        "Another count.,number",
        "Another count.,document",
        "(T-2 a): outcome is ''",
    ),
    "one place twice": (
        "places.csv",
        "Southtown",
        "Northtown",
        "places.csv, row 3: T-1 a Northtown stands in row 2",
    ),
    "a place of no reading": (
        "places.csv",
        "T-1,a,S",
        "T-1,z,S",
        "places.csv, row 3: T-1 has no reading 'z'.",
    ),
    "an unused figure": (
        "readings.csv",
        "F1,true",
        "rents,true",
        "figures.csv, row 2: no reading rests on F1",
    ),
    "no title": ("figures.csv", "Tree register", "", "figures.csv, row 2: F1 has no title."),
    "a coder's gap": (
        "codings.csv",
        "bob,T-3,forecast",
        "bob,T-2,forecast",
        "codings.csv: coder bob has not coded T-3",
    ),
    "no settlement": (
        "settlements.csv",
        "T-2",
        "T-1",
        "settlements.csv must say why the labels of T-2 differ.",
    ),
    "a correction": (
        "corrections.csv",
        "not supported",
        "supported",
        "corrections.csv, row 2: T-2 is 'not supported' now",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_file_and_row(toy, file, old, new, sentence):
    found = change(toy, file, old, new)
    assert any(sentence in one for one in found), found
    assert all("\n" not in one and one.endswith(".") for one in found)


def test_one_number_for_all_claims_and_no_codings_are_named(toy):
    same = "T-1,change,c,It is.,It is not.,number,percent,0,,{0},,,,rents,true,,,\n"
    rows = [
        same.format(7),
        same.format(7).replace("T-1,change", "T-2,count"),
        same.format(7).replace("T-1", "T-4"),
    ]
    head = (toy.path / "readings.csv").read_text(encoding="utf-8").splitlines()[0]
    (toy.path / "readings.csv").write_text(f"{head}\n{''.join(rows)}", encoding="utf-8")
    (toy.path / "codings.csv").write_text(",".join(toy.read_rows("codings")[0]) + "\n", encoding="utf-8")
    found = find_problems(Folder(toy.path))
    assert "readings.csv: all 3 claims with a number have the same, 7." in found
    assert found[-1].startswith("codings.csv has no row")
    (toy.path / "codings.csv").unlink()
    assert find_problems(Folder(toy.path))[-1].startswith(
        f"{toy.path} has no codings.csv; its columns are coder"
    )


def test_the_command_says_what_is_to_be_mended_and_never_more(toy, capsys):
    change(toy, "claims.csv", "T-2,trees", "T-1,trees")
    assert main(["build", str(toy.path)]) == 1
    assert "claims.csv, row 3: T-1 stands in row 2 already." in capsys.readouterr().out
    assert not (toy.path / "ledger").exists()
    assert main(["check", str(toy.path / "nowhere")]) == 1
    assert "has no article.yml" in capsys.readouterr().out
