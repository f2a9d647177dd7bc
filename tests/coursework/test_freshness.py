"""What makes a product stale: its source, and the modules that made it, as the import graph has them."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from coursework.making import derived, everything, execute, freshness, origins, products, take_along, variant
from tests.coursework import masters
from tests.coursework.masters import ROOT

STEM = "03_gdp"

CELL = 'claims.verdict("C80", sentence="It depends.")'
ROWS = {"C80": "C80,a,1.81", "C26": "C26,-,"}


CHANGED = {
    "another claim's": (CELL, {"C26": "C26,a,3"}, False),
    "a new claim's": (CELL, {"C99": "C99,a,1"}, False),
    "its own claim's": (CELL, {"C80": "C80,a,1.82"}, True),
    "any, where all are read": ('data.load("readings")', {"C26": "C26,a,3"}, True),
}


@pytest.mark.parametrize(("cell", "changed", "stale"), CHANGED.values(), ids=CHANGED)
def test_a_changed_reading_makes_the_notebooks_that_use_it_stale(tmp_path, cell, changed, stale):
    (tmp_path / "data").mkdir()
    (tmp_path / freshness.DESCRIPTOR).write_text('{"resources": []}', encoding="utf-8")

    def digest(rows: dict[str, str]) -> str:
        text = "\n".join(["claim_id,reading,number", *rows.values()]) + "\n"
        (tmp_path / "data" / "readings.csv").write_text(text, encoding="utf-8")
        freshness._digest_table.cache_clear()
        return freshness.digest_code(tmp_path, [cell], [], ["readings.csv"])

    assert (digest(ROWS) != digest(ROWS | changed)) == stale


# What is made of masters and chapters follows from the modules that make it.


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of one chapter, of which everything is made."""
    root = masters.lay_out_course(tmp_path_factory.mktemp("course"), [STEM])
    assert everything.make(root) == 1
    return root


@pytest.fixture
def made(course, monkeypatch):
    """The names of what the course makes anew, which is noted in place of being made."""
    found: list[str] = []

    def note(name: str, count: int):
        return lambda *_: found.append(name) or [name] * count

    monkeypatch.setattr(derived, "make_practice", note("practice", 3))
    monkeypatch.setattr(derived, "make_assignment", note("assignment", 2))
    monkeypatch.setattr(take_along, "format_chapter", lambda *_: found.append("chapters") or "")
    monkeypatch.setattr(everything.Record, "note", lambda *_: None)
    monkeypatch.setattr(everything, "write_file", lambda *_: None)
    return found


def makers(*ends: str) -> list[str]:
    """The modules from which what these make follows."""
    return sorted({name for end in ends for name in origins.list_modules(ROOT, f"coursework.making.{end}")})


@pytest.mark.parametrize("module", makers("derived", "take_along"))
def test_a_changed_module_makes_anew_what_it_makes(course, made, module, monkeypatch, tmp_path):
    changed, find_file = tmp_path / "changed.py", origins.find_file
    changed.write_text(find_file(module).read_text(encoding="utf-8") + "# changed", encoding="utf-8")
    monkeypatch.setattr(origins, "find_file", lambda name: changed if name == module else find_file(name))
    origins.digest_maker.cache_clear()
    wanted = ["practice", "assignment"] if module in makers("derived") else []
    try:
        assert everything.make(course) == len(wanted) // 2
    finally:
        origins.digest_maker.cache_clear()
    assert made == wanted + ["chapters"] * (module in makers("take_along"))


def test_a_changed_text_makes_anew_what_has_it(monkeypatch):
    hashed: list[Path] = []
    monkeypatch.setattr(origins, "digest_of", lambda *paths: hashed.extend(paths))
    origins.digest_maker.__wrapped__(ROOT, "coursework.making.derived")
    assert ROOT / "coursework" / "making" / "texts" in hashed


def test_what_is_fresh_is_not_made(course, made):
    assert everything.make(course) == 0 and made == []


def test_pages_run_no_master_and_read_each_copy_of_the_wheel_once(course, made, monkeypatch):
    read, read_bytes = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or read_bytes(path))
    monkeypatch.setattr(variant, "execute", None)
    assert everything.make(course, cohort="2027-spring", marked=False) == 0
    wheels = [path.parent.name for path in read if path.suffix == ".whl"]
    assert sorted(wheels) == ["assignments", "take-along"]


def test_the_graph_knows_every_module_that_making_loads():
    """What a run has loaded is in the graph, but for what the library's own package brings beside."""
    script = f"""
import sys
from pathlib import Path
import coursework.making.take_along
from coursework.making import derived, master
read = master.read(Path("exercises/{STEM}.ipynb"))
derived.make_practice(read, "", "", {{"objectives": dict.fromkeys("123456", "")}})
derived.make_assignment(read, "")
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    rooms = {"coursework", "jingjinji", "plain_answers", "sealed_readings", "notebook_grader"}
    loaded = {name for name in done.stdout.split() if name.partition(".")[0] in rooms}
    beside = set(origins.list_modules(ROOT, "jingjinji"))
    assert {"plain_answers.rounding", "notebook_grader.zips"} <= loaded, done.stderr
    assert loaded - set(makers("derived", "take_along")) - beside == set()


def test_a_changed_master_is_one(course):
    for change in (course / "exercises" / f"{STEM}.ipynb", products.list_practice(course, STEM).page):
        with change.open("a", encoding="utf-8") as file:
            file.write("\n")
        assert everything.make(course) == 1
        assert everything.make(course) == 0


def test_a_stored_notebook_has_a_list_of_numbers_in_one_line_and_is_the_same_notebook():
    arcs = {"application/json": [[[1, -2.5], [3e-07, 4]], [[5, 6]], [], [["7", 8]]]}
    output = nbformat.v4.new_output("display_data", data=arcs)
    cell = nbformat.v4.new_code_cell("x = [\n  1,\n  2\n]\ny = [ 3 ]", id="a", outputs=[output])
    made = nbformat.v4.new_notebook(cells=[cell])
    assert nbformat.reads(text := execute.format_notebook(made), as_version=4) == made
    assert "[[1, -2.5], [3e-07, 4]]" in text and "[[5, 6]]" in text
