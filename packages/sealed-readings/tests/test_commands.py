"""From an empty folder to a ledger: new, code, collect, check, build; and the contents of the files."""

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

from conftest import SENTENCE

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ADDRESS = ("--address", "https://example.org/")


def list_files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.fixture
def built(toy) -> dict[str, str]:
    """The files of a built ledger by name."""
    (toy.path / "ledger").mkdir()
    (toy.path / "ledger" / "trees.html").touch()
    assert main(["build", str(toy.path), *ADDRESS]) == 0
    return list_files(toy.path / "ledger")


def test_a_sealed_sheet_of_a_single_coder_becomes_the_readings(toy, capsys):
    table = toy.path / "readings.csv"
    assert main(["settle", str(toy.path), "ann"]) == 2 and "has readings already" in capsys.readouterr().err
    table.write_text(",".join(COLUMNS["readings"]) + "\n", encoding="utf-8")
    assert main(["settle", str(toy.path), "cyd"]) == 2 and "cyd.csv is not sealed" in capsys.readouterr().err
    assert main(["settle", str(toy.path), "ann"]) == 0 and "has 5 readings" in capsys.readouterr().out
    assert [one.claim_id for one in Folder(toy.path).written] == ["T-1", "T-1", "T-1", "T-2", "T-3"]


def test_the_page_shows_each_claim_with_label_sentence_and_sources(built):
    page = built["index.html"]
    rows = dict(re.findall(r'<tr id="claim-(.*?)">(.*?)</tr>', page, re.DOTALL))
    parts = {
        "t-1": ("&#34;steadily&#34; not tested; 2 of 3 readings open", "“rents rose", "What would change it"),
        "t-2": (
            *(">not supported</span>", SENTENCE, "“All trees along streets”", 'class="strip"'),
            '<a href="https://example.org/trees">Office of Parks, Tree register, 2024-02-01</a>',
        ),
        "t-3": (),
    }
    assert list(rows) == list(parts) and 'class="strip"' not in rows["t-3"]
    assert [part for name, texts in parts.items() for part in texts if part not in rows[name]] == []
    assert "2024-06-01, T-2: open → not supported. The register was found." in page
    assert "ann and bob" in page and "label: ann and bob" not in page
    assert "Send one to desk@example.org." in page
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
    assert set(re.findall(r"var\((--[\w-]+)", style)) <= set(re.findall(r"(--[\w-]+):", style))


def test_the_same_folder_gives_the_same_bytes(built, toy):
    command = [sys.executable, "-m", "sealed_readings", "build", str(toy.path), *ADDRESS]
    subprocess.run(command, check=True, capture_output=True)
    assert list_files(toy.path / "ledger") == built


def test_the_files_for_programs_have_outcomes_sources_and_places(built):
    first, second, _ = list(csv.DictReader(built["ledger.csv"].splitlines()))
    assert (second["holds"], second["fails"], second["sources"]) == ("b", "a", "F1")
    assert (first["open"], second["working"]) == ("b c", "trees.html")
    claims = json.loads(built["ledger.json"])["claims"]
    assert claims[0]["readings"][0]["places"][1]["place"] == "Southtown"


def test_a_whole_sentence_that_is_decided_has_a_review_as_its_publishers(built):
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', built["index.html"])[1]
    (review,) = json.loads(script)["@graph"]  # T-2 is no whole sentence, T-3 is not testable
    validate(review, json.loads(Path(__file__).with_name("claim_review.schema.json").read_text("utf-8")))
    assert review["url"] == "https://example.org/index.html#claim-t-1"
    assert review["datePublished"] == "2024-06-01" and "Person" not in script


def test_the_readmes_example_goes_from_new_to_build_and_it_describes_every_table(tmp_path):
    _, code = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(["bash", "-euc", code], cwd=tmp_path, check=True, env=os.environ | {"PATH": path})
    (claim,) = json.loads((tmp_path / "ports/ledger/ledger.json").read_text(encoding="utf-8"))["claims"]
    assert (claim["label"], claim["working"]) == ("depends on the reading", "")
    assert claim["share"].startswith("holds in 1 of 2; kindest: (a) Cargo was larger in 2022")
    assert [name for name in COLUMNS if f"`{name}.csv`" not in README] == []
    assert main(["new", str(tmp_path / "ports")]) == 2
    assert main(["new", str(tmp_path / "empty")]) == 0 and main(["check", str(tmp_path / "empty")]) == 1


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
    """A file where the sheets' folder belongs, a table with a field that no reader takes, a device."""
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
    assert "big.csv is not a CSV table (field larger than field limit (131072))" in capsys.readouterr().err
    (folder / "tables" / "big.csv").write_bytes(b"year,rate\r2001,3\r")  # as Excel for Mac ends lines
    assert main(["code", str(folder), "ann"]) == 0
    assert "big,rate" in (folder / "coding" / "tables.csv").read_text()
    article = folder / "article.yml"
    lines = [line for line in article.read_text().splitlines() if not line.startswith("notebooks:")]
    article.write_text("\n".join([*lines, "notebooks: [/dev/zero]", ""]))
    assert Folder(folder).list_notebooks() == []
