"""From an empty folder to a ledger: new, code, collect, check, build; and the contents of the
files."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import validate
from sealed_readings.__main__ import main
from sealed_readings.folder import COLUMNS, Folder
from sealed_readings.publish import list_rows
from sealed_readings.records import make_record
from sealed_readings.reviews import make_reviews

from conftest import write_verdicts

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def list_files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_a_sealed_sheet_of_a_single_coder_becomes_the_readings(toy, capsys):
    table = toy.path / "readings.csv"
    assert (
        main(["settle", str(toy.path), "ann"]) == 2
        and "has readings already" in capsys.readouterr().err
    )
    table.write_text(",".join(COLUMNS["readings"]) + "\n", encoding="utf-8")
    assert (
        main(["settle", str(toy.path), "cyd"]) == 2
        and "cyd.csv is not sealed" in capsys.readouterr().err
    )
    assert (
        main(["settle", str(toy.path), "ann"]) == 0 and "has 5 readings" in capsys.readouterr().out
    )
    assert [one.claim_id for one in Folder(toy.path).written] == ["T-1", "T-1", "T-1", "T-2", "T-3"]


def test_the_text_has_each_claim_with_verdict_and_sentence(toy):
    write_verdicts(toy.path)
    assert main(["build", str(toy.path)]) == 0
    text = (toy.path / "ledger" / "ledger.md").read_text(encoding="utf-8")
    parts = [
        "## “rents rose steadily”",
        "**True, as far as could be checked.**",
        "Rents rose in both years.",
    ]
    parts += [
        "Did it come about? Could not be checked.",
        "Against it: It is not.",
        "Corrected: “1310 trees”",
    ]
    parts += [
        "Rests on a state paper, for the day. Without them the verdict would be “could not be"
    ]
    assert [part for part in parts if part not in text] == []


def test_the_same_folder_gives_the_same_bytes(toy):
    assert main(["build", str(toy.path)]) == 0
    built = list_files(toy.path / "ledger")
    command = [sys.executable, "-m", "sealed_readings", "build", str(toy.path)]
    subprocess.run(command, check=True, capture_output=True)
    assert list_files(toy.path / "ledger") == built


def test_the_files_for_programs_have_verdicts_sources_and_places(toy):
    write_verdicts(toy.path)
    assert main(["build", str(toy.path)]) == 0
    files = list_files(toy.path / "ledger")
    first, second, _ = list(csv.DictReader(files["ledger.csv"].splitlines()))
    assert (second["verdict"], second["corrected"], second["sources"]) == (
        "corrected",
        "1310 trees",
        "F1",
    )
    assert (first["against"], second["working"]) == ("It is not.", "trees.html")
    claims = json.loads(files["ledger.json"])["claims"]
    assert claims[0]["readings"][0]["places"][1]["place"] == "Southtown"


def test_only_a_whole_sentence_that_is_decided_has_a_review_as_its_publishers(toy):
    write_verdicts(toy.path)
    record = make_record(Folder(toy.path))
    rows = list_rows(record, "index.html")
    script = make_reviews(record, rows, "The desk", "https://example.org")
    (review,) = json.loads(script.partition(">")[2].removesuffix("</script>\n"))["@graph"]
    validate(
        review, json.loads(Path(__file__).with_name("claim_review.schema.json").read_text("utf-8"))
    )
    # T-2 is no whole sentence, T-3 a forecast.
    assert review["url"] == "https://example.org/index.html#claim-t-1"
    assert review["datePublished"] == "2024-06-01" and "Person" not in script
    assert review["reviewRating"]["alternateName"] == "true, as far as could be checked"
    for verdict in ("depends", "unchecked", "opinion"):
        other = [row | {"verdict": verdict} for row in rows]
        assert make_reviews(record, other, "The desk") == ""


def test_the_readmes_example_goes_from_new_to_build_and_it_describes_every_table(tmp_path):
    _, code = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-euc", code], cwd=tmp_path, check=True, env=os.environ | {"PATH": path}
    )
    (claim,) = json.loads((tmp_path / "ports/ledger/ledger.json").read_text(encoding="utf-8"))[
        "claims"
    ]
    assert claim["label"] == "depends on the years: it rose from 2014 to 2022, and fell between"
    assert "9 million tonnes more" in (tmp_path / "ports/ledger/ledger.md").read_text(
        encoding="utf-8"
    )
    assert [name for name in COLUMNS if f"`{name}.csv`" not in README] == []
    assert main(["new", str(tmp_path / "ports")]) == 2
    assert (
        main(["new", str(tmp_path / "empty")]) == 0
        and main(["check", str(tmp_path / "empty")]) == 1
    )


LONG = 300 * "a"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["new", LONG], "File name too long"),
        (["new", "a\udcff"], "is no UTF-8"),
        (["code", ".", LONG], "is not a valid name for a coder"),
        (["code", ".", "--", "--"], "is not a valid name for a coder"),
        (["code", ".", "seals"], "seals.csv and tables.csv are other files"),
        (["code", ".", "Tables", "--check"], "seals.csv and tables.csv are other files"),
        (["build", ".", "--to", "article.yml"], "article.yml"),
    ],
)
def test_what_cannot_be_named_is_one_sentence_and_nothing_is_written(
    toy, monkeypatch, capsys, words, sentence
):
    monkeypatch.chdir(toy.path)
    before = {path: path.read_bytes() for path in toy.path.rglob("*") if path.is_file()}
    assert main(words) == 2
    fault = capsys.readouterr().err
    assert sentence in fault and fault.count("\n") == 1
    assert before == {path: path.read_bytes() for path in toy.path.rglob("*") if path.is_file()}


def test_odd_files_are_named(tmp_path, capsys):
    """A file where the sheets' folder belongs, a table with a field that no reader takes, a
    device."""
    folder = tmp_path / "led"
    assert main(["new", str(folder)]) == 0
    claims = folder / "claims.csv"
    head = claims.read_text().strip()
    claims.write_text(f"{head}\n{','.join(['1'] * len(head.split(',')))}\n")
    (folder / "coding").write_text("")
    assert main(["code", str(folder), "ann"]) == 2
    assert "coding" in capsys.readouterr().err
    (folder / "coding").unlink()
    (folder / "tables" / "big.csv").write_text(200_000 * "a" + ",b\n1,2\n")
    assert main(["code", str(folder), "ann"]) == 2
    assert (
        "big.csv is not a CSV table (field larger than field limit (131072))"
        in capsys.readouterr().err
    )
    (folder / "tables" / "big.csv").write_bytes(
        b"year,rate\r2001,3\r"
    )  # as Excel for Mac ends lines
    assert main(["code", str(folder), "ann"]) == 0
    assert "big,rate" in (folder / "coding" / "tables.csv").read_text()
    article = folder / "article.yml"
    lines = [line for line in article.read_text().splitlines() if not line.startswith("notebooks:")]
    article.write_text("\n".join([*lines, "notebooks: [/dev/zero]", ""]))
    assert Folder(folder).list_notebooks() == []
