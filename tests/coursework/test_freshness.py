"""Notebooks and made files are outdated if their source or the code that makes them has changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from coursework import everything, products
from coursework.build import freshness
from coursework.common import MasterError
from coursework.masters import variant
from tests.coursework import masters
from tests.coursework.masters import ROOT

STEM = "04_vintages"
CELL = 'claims.verdict("C80", sentence="It depends.")'
ROWS = {"C80": "C80,a,1.81", "C26": "C26,-,"}


def test_a_changed_reading_makes_the_notebooks_that_use_it_stale(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / freshness.DESCRIPTOR).write_text('{"resources": []}', encoding="utf-8")

    def digest(cell: str, rows: dict[str, str]) -> str:
        text = "\n".join(["claim_id,reading,number", *rows.values()]) + "\n"
        (tmp_path / "data" / "readings.csv").write_text(text, encoding="utf-8")
        freshness._digest_table.cache_clear()
        return freshness.digest_code(tmp_path, [cell], [], ["readings.csv"])

    for cell, changed, stale in (
        (CELL, {"C26": "C26,a,3", "C99": "C99,a,1"}, False),
        (CELL, {"C80": "C80,a,1.82"}, True),
        ('data.load("readings")', {"C26": "C26,a,3"}, True),
    ):
        assert (digest(cell, ROWS) != digest(cell, ROWS | changed)) == stale, changed


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of one chapter, with all files made."""
    root = masters.lay_out_course(tmp_path_factory.mktemp("course"), [STEM])
    assert everything.make(root) == 1
    return root


def test_fresh_files_are_not_made_and_changed_code_makes_them_again(
    course, monkeypatch, tmp_path, capsys
):
    """All modules that making loads are among the makers, and pages run no master."""
    with monkeypatch.context() as patch:
        patch.setattr(variant, "run", None)
        assert (
            everything.make(course, cohort="2027-spring", marked=False)
            == everything.make(course)
            == 0
        )
    assert capsys.readouterr().err == ""
    script = f"""
import sys
from pathlib import Path
from coursework.teach import download
from coursework.masters import artefacts, master
made = artefacts.Artefacts(master.read(Path("exercises/{STEM}.ipynb")), "")
made.make_practice(""), made.make_assignment()
files = [getattr(module, "__file__", None) for module in sys.modules.values()]
print(*filter(None, files), sep="\\n")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    loaded = [path for path in map(Path, done.stdout.splitlines()) if path.is_relative_to(ROOT)]
    ours = [path for path in loaded if ".venv" not in path.parts and path.name != "__init__.py"]
    assert len(ours) > 20, done.stderr
    assert [
        path for path in ours if not any(path.is_relative_to(maker) for maker in everything.MAKERS)
    ] == []
    changed = tmp_path / "changed.py"
    changed.write_text("changed = True", encoding="utf-8")
    monkeypatch.setattr(everything, "MAKERS", (*everything.MAKERS, changed))
    assert everything.make(course) == 1
    steps = [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()]
    assert steps == [f"{STEM} made"] * 2 + [f"download of {STEM} made"]


def test_a_changed_master_is_made_again_and_an_assignment_alone(course, capsys):
    executed = course / "exercises" / f"{STEM}.ipynb"
    page = products.list_practice(course, STEM).page
    for change in (executed, page):
        with change.open("a", encoding="utf-8") as file:
            file.write("\n")
        before = page.read_bytes()
        assert everything.make_assignment(course, "", STEM) == (change == executed)
        assert page.read_bytes() == before
        assert everything.make(course) == 1
        assert everything.make(course) == 0
    with pytest.raises(MasterError, match="no assignment '33_x'; assignments are 04_vintages"):
        everything.make_assignment(course, "", "33_x")
