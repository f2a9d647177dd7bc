"""From an empty folder to a ledger: new, code, check, build; and what the files hold."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import validate
from sealed_readings import publish
from sealed_readings.__main__ import main
from sealed_readings.labels import LABELS
from sealed_readings.publish import FIELDS

from conftest import SENTENCE, fill


def test_a_folder_goes_from_new_to_a_ledger(tmp_path, capsys):
    folder = tmp_path / "third"
    assert main(["new", str(folder)]) == 0
    assert main(["new", str(folder)]) == 2 and "has article.yml already" in capsys.readouterr().err
    assert main(["check", str(folder)]) == 1 and "claims.csv has no claim" in capsys.readouterr().out
    fill(folder)
    assert main(["code", str(folder), "cyd"]) == 0
    assert main(["collect", str(folder)]) == 0
    assert main(["check", str(folder)]) == 0
    assert main(["build", str(folder), "--address", "https://example.org"]) == 0
    made = sorted(path.name for path in (folder / "ledger").iterdir())
    assert made == ["index.html", "ledger-package.json", "ledger.csv", "ledger.json"]


@pytest.fixture
def built(toy) -> Path:
    assert main(["build", str(toy.path), "--address", "https://example.org/"]) == 0
    return toy.path / "ledger"


def list_files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_page_shows_each_claim_with_label_sentence_and_sources(built):
    page = (built / "index.html").read_text(encoding="utf-8")
    rows = dict(re.findall(r'<tr id="claim-(.*?)">(.*?)</tr>', page, re.DOTALL))
    assert list(rows) == ["t-1", "t-2", "t-3"]
    assert ">not supported</span>" in rows["t-2"] and SENTENCE in rows["t-2"]
    assert '<a href="https://example.org/trees">Office of Parks, Tree register, 2024-02-01</a>' in rows["t-2"]
    assert 'class="strip"' in rows["t-2"] and 'class="strip"' not in rows["t-3"]
    assert "2024-06-01, T-2: open → not supported. The register was found." in page
    assert "label: ann and bob 2 of 3, kappa 0." in page and "“All trees along streets”" in rows["t-2"]
    assert (
        "&#34;steadily&#34; not tested; 2 of 3 readings open" in rows["t-1"] and "“rents rose" in rows["t-1"]
    )
    assert "What would change it" in rows["t-1"] and "Send one to desk@example.org." in page


def test_a_page_without_a_theme_has_a_value_for_each_variable_of_its_style(built):
    style = re.search("<style>(.*?)</style>", (built / "index.html").read_text(encoding="utf-8"), re.DOTALL)[
        1
    ]
    given = set(re.findall(r"(--[\w-]+):", style))
    assert set(re.findall(r"var\((--[\w-]+)", style)) <= given and "--pst-color-surface" in given


def test_the_same_folder_gives_the_same_bytes(built, toy):
    first = list_files(built)
    command = ["-m", "sealed_readings", "build", str(toy.path), "--address", "https://example.org/"]
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    assert list_files(built) == first


def test_translated_labels_change_words_and_no_count(built, toy, tmp_path):
    package = shutil.copytree(Path(publish.__file__).parent, tmp_path / "sealed_readings")
    table = (package / "labels.csv").read_text(encoding="utf-8")
    for label in LABELS.values():
        table = table.replace(f"{label.id},{label.words},", f"{label.id},译{label.words},")
    (package / "labels.csv").write_text(table, encoding="utf-8")
    first, command = list_files(built), ["-m", "sealed_readings", "build", str(toy.path)]
    command += ["--address", "https://example.org/"]
    subprocess.run([sys.executable, *command], check=True, cwd=tmp_path)
    words = "|".join(sorted((label.words for label in LABELS.values()), key=len, reverse=True))
    second = list_files(built)
    assert "1 译supported, 1 译not supported, 1 译not testable as worded." in second["index.html"]
    for name in ("index.html", "ledger.json"):
        assert second[name] != first[name] == re.sub(f"译({words})", r"\1", second[name])


def test_the_tables_for_programs_fit_their_description(built):
    fields = json.loads((built / "ledger-package.json").read_text())["resources"][0]["schema"]["fields"]
    with (built / "ledger.csv").open(encoding="utf-8", newline="") as handle:
        table = list(csv.DictReader(handle))
    assert [field["name"] for field in fields] == list(table[0]) == list(FIELDS)
    assert (table[1]["holds"], table[1]["fails"], table[1]["sources"]) == ("b", "a", "F1")
    assert (table[0]["open"], table[1]["working"]) == ("b c", "trees.html")
    whole = json.loads((built / "ledger.json").read_text(encoding="utf-8"))
    assert whole["claims"][0]["readings"][0]["places"][1]["place"] == "Southtown"


def test_every_claim_has_a_review_that_fits_the_vocabulary(built):
    page = (built / "index.html").read_text(encoding="utf-8")
    graph = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert graph["@context"] == "https://schema.org" and len(graph["@graph"]) == 3
    schema = json.loads(Path(__file__).with_name("claim_review.schema.json").read_text(encoding="utf-8"))
    for review in graph["@graph"]:
        validate(review, schema)
    first, second, _ = graph["@graph"]
    assert first["url"] == "https://example.org/index.html#claim-t-1"
    speakers = [review["itemReviewed"]["author"]["name"] for review in (first, second)]
    assert speakers == ["A. Writer", "A. Writer"] and second["datePublished"] == "2024-06-01"
