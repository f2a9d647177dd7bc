"""Numbers come from notebooks into one table, and labels that change need a correction."""

import pytest
from sealed_readings import results
from sealed_readings.__main__ import main
from sealed_readings.check import find_problems
from sealed_readings.folder import Folder
from sealed_readings.records import list_claims

from conftest import FILED, write_notebook


def test_the_tables_are_what_the_notebooks_filed_and_a_second_run_changes_nothing(toy):
    table = toy.path / "results.csv"
    text = table.read_text(encoding="utf-8")
    assert text.splitlines()[1:] == [
        "T-1,a,0.5,0.4,0.6,2022,2023,rents",
        "T-2,a,1310,1310,1310,2024-02-01,2024-02-01,trees",
    ]
    assert "T-1,a,Southtown,0.4" in (toy.path / "places.csv").read_text(encoding="utf-8")
    assert results.write_results(toy) == []
    table.write_text("claim_id,reading,number,low,high,chapter\n", encoding="utf-8")
    assert len(results.write_results(Folder(toy.path))) == 1, (
        "a table of another version is written again"
    )
    assert table.read_text(encoding="utf-8") == text


def test_a_new_number_is_collected_and_a_new_label_asks_for_a_correction(toy):
    filed = FILED["trees"] | {
        "T-2": {"numbers": {"a": [1200.0004, 1200.0004, 1200.0004, "2023", "2023"]}}
    }
    write_notebook(toy.path, "trees", filed)
    assert (
        "results.csv differs from what the notebooks filed; `collect` rewrites it."
        in find_problems(toy)
    )
    assert main(["collect", str(toy.path)]) == 0
    assert "T-2,a,1200,1200,1200,2023,2023,trees" in (toy.path / "results.csv").read_text(
        encoding="utf-8"
    )
    assert "corrections.csv, row 2: T-2 is 'true' now" in find_problems(Folder(toy.path))[0]


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        (
            {"a": [0.5, 0.4, 0.7, "2022", "2023"]},
            "2022, 2023 for T-1 a and trees files 0.5, 0.4, 0.7, 2022",
        ),
        (
            {"a": [0.5, 0.4, 0.6, "2021", "2023"]},
            "trees files 0.5, 0.4, 0.6, 2021, 2023; one reading",
        ),
        (
            {"d": [1, 1, 1, "", ""]},
            "trees files a number for T-1 d, which is not a reading of the kind",
        ),
    ],
)
def test_what_notebooks_cannot_file_is_reported_in_one_sentence(toy, capsys, numbers, sentence):
    write_notebook(toy.path, "trees", {"T-1": {"numbers": numbers}})
    assert main(["collect", str(toy.path)]) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "verdicts.json cannot be read (JSONDecodeError: "),
        ("[1]", "verdicts.json cannot be read (TypeError: "),
        ('[{"claim": "T-1"}]', "(KeyError: 'sentence'); write it with `cards.write_verdicts`"),
        (
            "[]",
            "nothing is filed in 1 file that match `notebooks: 'verdicts.json'` in article.yml; ",
        ),
        (None, "nothing is filed in 0 files that match"),
    ],
)
def test_where_nothing_is_filed_nothing_is_changed(toy, capsys, content, sentence):
    settings = toy.path / "article.yml"
    settings.write_text(settings.read_text("utf-8").replace("*.ipynb", "verdicts.json"), "utf-8")
    if content is not None:
        (toy.path / "verdicts.json").write_text(content, encoding="utf-8")
    before = (toy.path / "results.csv").read_bytes()
    assert main(["collect", str(toy.path)]) == 2 and sentence in capsys.readouterr().err
    assert (toy.path / "results.csv").read_bytes() == before


def test_the_sentence_is_of_the_notebook_that_decides(toy):
    first, second, third = list_claims(toy)
    assert first["pages"] == ["rents", "trees"] and first["working"] == "rents"
    assert (
        first["sentence"] != "Seen from the trees." and third["working"] == third["sentence"] == ""
    )
    assert second["quoted"] == "1200 trees"
    # The last with a number for the core; the first if there is none.
    write_notebook(toy.path, "walks", {"T-1": {**FILED["rents"]["T-1"], "sentence": "Walked."}})
    assert list_claims(Folder(toy.path))[0]["sentence"] == "Walked."
    for name in ("rents", "walks"):
        write_notebook(toy.path, name, {"T-1": {}})
    assert list_claims(Folder(toy.path))[0]["working"] == "rents"
