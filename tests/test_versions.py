"""One version over the project: what is cited, installed and imported carries the same number."""

import re
import tomllib
from pathlib import Path

import yaml

import jingjinji

ROOT = Path(__file__).parents[1]


def test_every_version_is_the_same():
    descriptors = [
        ROOT / "pyproject.toml",
        *ROOT.glob("*/pyproject.toml"),
        *ROOT.glob("packages/*/pyproject.toml"),
    ]
    projects = [tomllib.loads(path.read_text(encoding="utf-8"))["project"] for path in descriptors]
    assert len(projects) == 8
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    assert {*(project["version"] for project in projects), cited} == {jingjinji.__version__}
    assert f"## {jingjinji.__version__}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_wheels_that_pages_fetch_are_those_of_the_book():
    """But for jsonschema, whose later ones have a compiled part, and dateutil, tried with their pandas."""
    pinned = dict(
        re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"))
    )
    text = (ROOT / "book" / "lab" / "manifest.toml").read_text(encoding="utf-8")
    sent = dict(re.findall(r'"pypi ([\w.-]+)==([^ "]+)"', text))
    assert {name for name in sent if sent[name] != pinned.get(name, sent[name])} <= {
        "jsonschema",
        "python-dateutil",
    }


def test_the_tests_of_a_file_stay_together(request):
    """pytest and xdist agree on where a test's group stands; else every worker makes what a file shares."""
    if request.config.getoption("loadgroup", False):
        assert request.node.nodeid.endswith("@tests/test_versions.py")
