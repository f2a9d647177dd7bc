"""Versions and metadata: what is cited, installed and imported agrees."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import yaml

from book import compat

ROOT = Path(__file__).parents[1]
VERSION = runpy.run_path(str(ROOT / ".ci" / "version.py"))


def test_every_version_is_the_same_and_one_command_changes_all(tmp_path):
    versions = VERSION["list_versions"]()
    assert len(versions) >= 9 and len(set(versions.values())) == 1, versions
    assert f"## {versions['pyproject.toml']}\n" in (ROOT / "CHANGELOG.md").read_text(
        encoding="utf-8"
    )
    for name in versions:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    VERSION["write"]("9.8.7", tmp_path)
    assert VERSION["list_versions"](tmp_path) == dict.fromkeys(versions, "9.8.7")


def test_every_wheel_has_licence_author_and_one_top_level_name(tmp_path):
    for folder in [ROOT, *(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))]:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    for path in tmp_path.glob("*.whl"):
        with zipfile.ZipFile(path) as wheel:
            metadata = next(
                name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")
            )
            lines = wheel.read(metadata).decode().splitlines()
            assert len({name.partition("/")[0] for name in wheel.namelist()}) == 2, path.name
        has_author = any(line.startswith("Author: ") for line in lines)
        assert has_author and "License-File: LICENSE" in lines, path.name


def test_no_text_installs_a_package_by_name():
    """`pip install NAME` would install whatever somebody else publishes under that name."""
    names = [path.name for path in (ROOT / "packages").iterdir()] + ["jingjinji", "claims-ledger"]
    by_name = re.compile(rf"pip install (?:-\S+ )*[\"']?(?:{'|'.join(names)})(?![-\w])")
    texts = [
        path for kind in ("md", "toml", "j2", "txt") for path in ROOT.glob(f"[!_.]*/**/*.{kind}")
    ]
    assert [
        p.name for p in [*texts, *ROOT.glob("*.md")] if by_name.search(p.read_text("utf-8"))
    ] == []


def test_the_archive_and_the_citation_agree():
    archive = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    wanted = citation["title"], citation["abstract"].strip(), citation["keywords"]
    assert (archive["title"], archive["description"], archive["keywords"]) == wanted


def test_pages_load_the_versions_that_the_book_pins():
    """Except jsonschema, whose later versions have a compiled part, and dateutil, which follows
    pandas."""
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", constraints))
    manifest = (ROOT / "packages" / "live-cells" / "live_cells" / "manifest.toml").read_text(
        encoding="utf-8"
    )
    loaded = dict(re.findall(r'"pypi ([\w.-]+)==([^ "]+)"', manifest))
    different = {name for name in loaded if loaded[name] != pinned.get(name, loaded[name])}
    assert different <= {"jsonschema", "python-dateutil"}


def test_each_change_of_another_package_was_written_for_the_installed_version():
    look = (
        "read the new version, then take the change out of book/compat.py or set the version there"
    )
    assert {name: version(name) for name in compat.WRITTEN_FOR} == compat.WRITTEN_FOR, look
