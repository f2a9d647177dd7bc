"""One version over the project: what is cited, installed and imported carries the same number."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
VERSION = runpy.run_path(str(ROOT / ".ci" / "version.py"))


def read_citation(root: Path = ROOT) -> dict:
    """What CITATION.cff says."""
    return yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))


def test_every_version_is_the_same():
    versions = VERSION["list_versions"]()
    assert len(versions) >= 9 and len(set(versions.values())) == 1, versions
    assert f"## {versions['pyproject.toml']}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_one_command_moves_the_version_in_every_file(tmp_path):
    for name in VERSION["list_versions"]():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    VERSION["write"]("9.8.7", tmp_path)
    assert set(VERSION["list_versions"](tmp_path).values()) == {"9.8.7"}
    assert read_citation(tmp_path)["date-released"] >= read_citation()["date-released"]
    for address in ("https://example.org/first", "https://example.org/second"):
        VERSION["write_address"](address, tmp_path)
    assert read_citation(tmp_path)["repository-code"] == address
    for path in [tmp_path / "pyproject.toml", *tmp_path.glob("packages/*/pyproject.toml")]:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        assert project["urls"] == {"Repository": address} and project["authors"] and project["classifiers"]


def test_every_wheel_carries_licence_author_and_one_name(tmp_path):
    folders = [ROOT, *sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))]
    terms = (ROOT / "LICENSE").read_text(encoding="utf-8").partition("Copyright (c)")[2]
    for folder in folders:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        assert (folder / "LICENSE").read_text(encoding="utf-8").endswith(terms)
    for path in tmp_path.glob("*.whl"):
        with zipfile.ZipFile(path) as wheel:
            about = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            told = wheel.read(about).decode()
            assert len({name.partition("/")[0] for name in wheel.namelist()}) == 2, (
                f"{path.name} and its dist-info"
            )
            if path.name.startswith("sealed_readings"):
                assert "sealed_readings/CODING.md" in wheel.namelist()
        for line in ("License-File: LICENSE", "Author: The authors", "Classifier: Development Status"):
            assert f"\n{line}" in told, (path.name, line)


def test_no_text_installs_by_name_what_the_index_has_not_from_us():
    """`pip install NAME` would bring whatever somebody else publishes under that name."""
    names = [path.name for path in (ROOT / "packages").iterdir()] + ["jingjinji", "claims-ledger"]
    by_name = re.compile(rf"pip install (?:-\S+ )*[\"']?(?:{'|'.join(names)})(?![-\w])")
    texts = [path for kind in ("md", "toml", "j2", "txt") for path in ROOT.glob(f"[!_.]*/**/*.{kind}")]
    assert [
        path.name for path in [*texts, *ROOT.glob("*.md")] if by_name.search(path.read_text("utf-8"))
    ] == []


def test_what_an_archive_is_told_is_what_is_cited():
    told, cited = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8")), read_citation()
    wanted = cited["title"], cited["abstract"].strip(), cited["keywords"]
    assert (told["title"], told["description"], told["keywords"]) == wanted
    assert [one["name"] for one in told["creators"]] == [one["name"] for one in cited["authors"]]
    assert told["license"] in cited["license"]


def test_the_wheels_that_pages_fetch_are_those_of_the_book():
    """But for jsonschema, whose later ones have a compiled part, and dateutil, tried with their pandas."""
    pinned = dict(
        re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"))
    )
    text = (ROOT / "packages" / "live-cells" / "live_cells" / "manifest.toml").read_text(encoding="utf-8")
    sent = dict(re.findall(r'"pypi ([\w.-]+)==([^ "]+)"', text))
    others = {name for name in sent if sent[name] != pinned.get(name, sent[name])}
    assert others <= {"jsonschema", "python-dateutil"}


def test_the_tests_of_a_file_stay_together(request):
    """pytest and xdist agree on where a test's group stands; else every worker makes what a file shares."""
    if request.config.getoption("loadgroup", False):
        assert request.node.nodeid.endswith("@tests/test_versions.py")
