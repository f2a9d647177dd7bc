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


COUNT = "T-2,1200 trees,count,core,count,a,"
FAULTS = {
    "a cell too few": (
        "corrections.csv",
        ",The register was found.",
        "",
        "corrections.csv, row 2: it has not as many cells",
    ),
    "no reading": (
        "readings.csv",
        "T-3,will calm",
        "T-1,will calm",
        "claims.csv, row 4: T-3 has no reading.",
    ),
    "no words of the article": ("claims.csv", "1200 trees", "", "claims.csv, row 3: T-2 has no sentence."),
    "two families": (
        "readings.csv",
        "T-1,,,core,every",
        "T-1,,aim,core,every",
        "row 2: T-1 is of 2 families, aim and change",
    ),
    "no family": (
        "readings.csv",
        "1200 trees,count",
        "1200 trees,trees",
        "(T-2 a): 'trees' is no family; there are aim",
    ),
    "a way that is needed": (
        "readings.csv",
        "core,ends",
        "core,share",
        "T-1 is of the family change and has no reading ends",
    ),
    "no core": ("readings.csv", ",core,count,a", ",trees,count,a", "T-2 has no row of the part core"),
    "no limit": (
        "readings.csv",
        "> 0,",
        "more,",
        "readings.csv, row 2 (T-1 a): 'more' says no limits; write",
    ),
    "a limit without unit": (
        "readings.csv",
        "number,euro per m2",
        "number,",
        "readings.csv, row 2 (T-1 a): its limit has no unit.",
    ),
    "a unit of nobody": (
        "readings.csv",
        "euro per m2",
        "bananas",
        "(T-1 a): no table and no figure has the unit 'bananas'",
    ),
    "no source": (
        "readings.csv",
        ",,F1,own,,,,\nT-2",
        ",,,own,,,,\nT-2",
        "readings.csv, row 6 (T-2 a): it is decided and names no source.",
    ),
    "an unknown table": ("readings.csv", "rents,own", "flats,own", "(T-1 a): 'flats' is no figure, no table"),
    "no date": (
        "readings.csv",
        "rents,own",
        "rents,",
        "(T-1 a): it does not say how its evidence lies to the claim's own date",
    ),
    "an odd date": (
        "readings.csv",
        "rents,own",
        "rents,2022",
        "(T-1 a): date is '2022'; it must be own, brackets",
    ),
    "nobody holds it": (
        "readings.csv",
        "Four quarters.",
        "",
        "(T-1 b): it is open and does not say who holds",
    ),
    "a reading twice": (
        "readings.csv",
        "core,every,b",
        "core,every,a",
        "row 3: T-1 a stands in row 2 already.",
    ),
    "a kind": (
        "readings.csv",
        "not.,number,euro",
        "not.,count,euro",
        "(T-1 a): 'count' is no kind; there are number",
    ),
    "a way": ("readings.csv", "core,ends", "core,end", "(T-1 a): 'end' is no way; there are stated"),
    "a typed outcome": (
        "readings.csv",
        "> 0,,rents",
        "> 0,holds,rents",
        "(T-1 a): outcome is 'holds'; that of a number follows",
    ),
    "no document": (
        "readings.csv",
        ",holds,F1",
        ",yes,F1",
        "(T-2 b): outcome is 'yes'; a document decides holds",
    ),
    "no passage": (
        "passages.csv",
        "T-2,b",
        "T-2,a",
        "(T-2 b): a document decides it, and passages.csv has no passage.",
    ),
    "one place twice": (
        "places.csv",
        "Southtown",
        "Northtown",
        "places.csv, row 3: T-1 a Northtown stands in row 2",
    ),
    "a typed number": (
        "results.csv",
        "1310,1310",
        "1311,1310",
        "results.csv is not what the notebooks filed; `collect`",
    ),
    "a number of no reading": (
        "results.csv",
        "T-1,a",
        "T-1,z",
        "results.csv, row 2: T-1 has no reading 'z' of the kind number.",
    ),
    "an unused figure": ("figures.csv", ",,Too old.", ",,", "figures.csv, row 3: no reading rests on F2"),
    "no title": ("figures.csv", "Tree register", "", "figures.csv, row 2: F1 has no title."),
    "no standing": (
        "figures.csv",
        "official statistics",
        "official",
        "row 2: the standing 'official' is none of: measured",
    ),
    "no address": (
        "figures.csv",
        "https://example.org/trees",
        "",
        "row 2: F1 has no url, and `searched` does not say",
    ),
    "a correction": (
        "corrections.csv",
        "not supported",
        "supported",
        "corrections.csv, row 2: T-2 is 'not supported' now",
    ),
    "a broken seal": ("coding/ann.csv", "= 4", "= 5", "coding/ann.csv is not as it was sealed."),
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
}


@pytest.mark.parametrize(("file", "old", "new", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_file_and_row(toy, file, old, new, sentence):
    found = change(toy, file, old, new)
    assert any(sentence in one for one in found), found
    assert all("\n" not in one and one.endswith(".") for one in found)


def test_one_number_for_all_claims_and_no_codings_are_named(toy):
    with (toy.path / "readings.csv").open("a", encoding="utf-8") as table:
        table.write("T-3,,,core,count,a,It is.,It is not.,number,percent,> 0,,rents,own,,,,\n")
    results = "".join(f"T-{n},a,7,7,7,trees\n" for n in (1, 2, 3))
    (toy.path / "results.csv").write_text(f"claim_id,reading,number,low,high,chapter\n{results}", "utf-8")
    (toy.path / "coding" / "seals.csv").unlink()
    found = find_problems(Folder(toy.path))
    assert "results.csv: all 3 claims with a number have the same, 7." in found
    assert (
        "coding/ has no sealed sheet: readings are written by coders, before a number is looked at." in found
    )
    (toy.path / "readings.csv").unlink()
    assert f"{toy.path} has no readings.csv; its columns are claim_id" in find_problems(Folder(toy.path))[-1]


def test_the_command_says_what_is_to_be_mended_and_never_more(toy, capsys):
    change(toy, "claims.csv", "T-2,trees", "T-1,trees")
    assert main(["build", str(toy.path)]) == 1
    assert "claims.csv, row 3: T-1 stands in row 2 already." in capsys.readouterr().out
    assert not (toy.path / "ledger").exists()
    assert main(["check", str(toy.path / "nowhere")]) == 1
    assert "has no article.yml" in capsys.readouterr().out
