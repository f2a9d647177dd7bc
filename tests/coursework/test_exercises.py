"""Exercises: files made from a master are right, current, and reveal no answers."""

import html
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import altair as alt
import nbformat
import pandas as pd
import pytest
from plain_answers import charted

from coursework import products
from coursework.lint.chapter import Chapter
from coursework.lint.run import find_stale
from coursework.masters import assessed, page, seals
from coursework.masters.master import KINDS, MasterError, parse, read
from coursework.masters.notebooks import clear_solutions, describe, make_source
from coursework.teach import chapter
from tests import browser as pages
from tests.chapters import contract
from tests.coursework import masters
from tests.coursework.masters import (
    MASTER,
    ROOT,
    SOURCES,
    given_away,
    recorded,
    toy_cells,
    toy_master,
)


def test_masters_pair_and_cover_their_chapters():
    """Every lesson has a master that fits its notebook, trains all objectives and gives no answer
    away."""
    names = [path.name for path in contract.SOURCES]
    assert [path.name for path in SOURCES] == names
    faults = []
    all_kinds = set()
    for source in SOURCES:
        notebook = source.with_suffix(".ipynb")
        faults += map(str, find_stale(Chapter.load(source)))
        faults += contract.all_chart_problems(contract.read(notebook))
        faults += given_away(master := read(notebook))
        trained = {number for exercise in master.exercises for number in exercise.objectives}
        kinds = {exercise.facts["kind"] for exercise in master.exercises}
        assert trained == set(chapter.read_objectives(ROOT, master.stem)), master.stem
        assert 1 <= sum(exercise.marked for exercise in master.exercises) <= 2, master.stem
        assert chapter.count_minutes(ROOT, master.stem)[-1] == master.minutes, master.stem
        all_kinds |= kinds
    assert faults == [] and all_kinds == set(KINDS)


def _without_markup(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", text))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_answer_reaches_a_student(source):
    master = read(source.with_suffix(".ipynb"))
    stem = source.stem
    made = products.list_practice(ROOT, stem)
    release = products.list_assignment(ROOT, stem).release
    notebooks = [
        pages.HTML / f"_sources/exercises/pages/{stem}.ipynb",
        made.page,
        made.notebook,
        release,
    ]
    places = {
        path: "\n".join(cell.source for cell in contract.read(path).cells) for path in notebooks
    }
    html_page = (pages.HTML / f"exercises/pages/{stem}.html").read_text(encoding="utf-8")
    places |= {
        "page": _without_markup(html_page),
        made.fetched: made.fetched.read_text(encoding="utf-8"),
    }
    provided = [cell.source for cell in master.provided]
    leaks = []
    for exercise in master.exercises:
        shown = "\n".join(
            [*provided, *(cell.source for cell in [*exercise.question, *exercise.provided])]
        )
        shown += "" if exercise.by_hand else page.find_starter(exercise, contract.read(release))
        secrets = masters.list_secrets(exercise, shown)
        leaks += [
            (place, line) for line in secrets for place, text in places.items() if line in text
        ]
    assert leaks == []


@pytest.mark.slow
def test_the_instructors_edition_is_marked_and_complete():
    command = ["make", "book", "EDITION=instructor", f"VENV={Path(sys.executable).parents[1]}"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    edition = ROOT / "_build" / "instructor" / "_build" / "html"
    texts = {
        name: (edition / name).read_text(encoding="utf-8") for name in pages.list_pages(edition)
    }
    unmarked = [name for name, text in texts.items() if "it holds the solutions" not in text]
    assert [name for name in unmarked if "This page has moved" not in texts[name]] == []
    # A narrow space joins a % to its number.
    plan = _without_markup(texts["exercises/pages/key/exercises.html"]).replace("\u202f", " ")
    for path in SOURCES:
        key = texts[f"exercises/pages/key/{path.stem}.html"]
        for exercise in read(path.with_suffix(".ipynb")).exercises:
            assert f"Exercise {exercise.number}" in key
            assert f"{exercise.number} {exercise.title}".split("'")[0] in plan
        assert "END SOLUTION" in key
    # Each edition searches its own pages.
    names = ["plan", "exercises", *(path.stem for path in SOURCES)]
    keys = {f"/exercises/pages/key/{name}.html" for name in names}
    assert keys <= pages.read_search_index(edition).keys()
    assert not keys & pages.read_search_index(pages.HTML).keys()


def test_the_forms_of_an_assessed_notebook_hold_no_data_of_a_chart():
    table = pd.DataFrame({"year": [2013, 2014], "place": ["A", "B"], "share": [41.25, 57.5]})
    lines = alt.Chart(table).mark_line().encode(x="year:Q", y="share:Q", color="place:N")
    asks = {"mark": "line", "x": "year", "y": "share", "color": "place"}
    cells = toy_cells()
    cells["raw"].source = MASTER.replace("numeric", "chart making")
    cells["tests"].outputs = recorded("3.1 chart", lines, 0.05, asks=asks)
    cells["slip"].outputs = recorded(
        "3.1 chart", lines.encode(y="year:Q"), 0.05, says="Which is the share?"
    )
    master = toy_master(cells)
    form = assessed.list_forms(master)["3.1 chart"]
    assert form["kind"] == "chart" and not any(map(charted.is_label_of_data, form["labels"]))
    assert form["types"] == {"x": "quantitative", "y": "quantitative", "color": "ordinal"}
    assert "41.25" not in json.dumps([form, seals.seal_answers(master)])


def test_the_packages_that_a_marked_notebook_lists_are_installed_and_pinned():
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    pinned += ["jingjinji", "sklearn"] if "scikit-learn" in pinned else []
    assert [name for name in assessed.PACKAGES if name not in pinned or not find_spec(name)] == []
    master = toy_master(toy_cells())
    notebook = assessed.make_assessed(
        clear_solutions(make_source(master, "x.whl")), master, "x.whl"
    )
    how_to, forms = notebook.cells[:2]
    assert "`altair`, `esda`" in how_to.source and "`sklearn` and `statsmodels`." in how_to.source
    assert "'matplotlib', 'networkx'" in forms.source


@pytest.mark.parametrize(
    ("cell", "change", "message"),
    [
        ("tests", None, "no cell holds tests"),
        ("tests", {"metadata": describe("tests-3-2", grade=True, points=2)}, "called tests-3-1"),
        ("tests", {"metadata": describe("tests-3-1", grade=True)}, "tests-3-1 has no points"),
        ("raw", {"source": MASTER.replace("3.1", "4.2")}, "exercise 4.2 stands where 3.1 belongs"),
        (
            "raw",
            {"source": MASTER.replace("numeric", "riddle")},
            "kind 'riddle' is none of numeric",
        ),
        ("raw", {"source": MASTER.replace("numeric", "parsons")}, "answered in lines, not in code"),
        (
            "raw",
            {"source": f"{MASTER}\naccepted: {{Vienna: Wien}}"},
            "'Vienna' needs a list of texts",
        ),
        (
            "raw",
            {"source": f"{MASTER}\naccepted: {{Vienna: [Wien, ＷＩＥＮ。]}}"},
            "'Wien' reads as another",
        ),
        ("tests", {"outputs": []}, "the tests record no answer"),
        (
            "slip",
            {"outputs": recorded("3.1 n", 2.004, says="Count.")},
            "cannot tell this misconception from",
        ),
        ("slip", {"metadata": {"misconception": "off by two"}}, "named in one place only"),
    ],
)
def test_a_faulty_master_is_refused_in_one_sentence(cell, change, message):
    cells = toy_cells()
    seals.seal_answers(toy_master(cells))
    if change is None:
        del cells[cell]
    else:
        cells[cell].update(nbformat.from_dict(change))
    with pytest.raises(MasterError, match=rf"03_toy\.ipynb.*{re.escape(message)}"):
        seals.seal_answers(toy_master(cells))


@pytest.mark.parametrize(("written", "reads"), [("3.10", "3.1"), ("'3.10'", ""), ("3.2", "")])
def test_a_number_that_yaml_reads_as_another_is_refused(written, reads):
    cell = nbformat.v4.new_raw_cell(f"exercise: {written}\ntitle: Ten")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    with pytest.raises(MasterError) as error:
        parse(Path("03_toy.ipynb"), notebook)
    refused = "03_toy.ipynb: exercise: 3.10 is read as 3.1; write exercise: '3.10', in quotes"
    assert (str(error.value) == refused) == bool(reads), (
        "a toy lacks more, as the other sentence says"
    )
