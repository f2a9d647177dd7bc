"""Whatever platforms and students make of a file, the right notebook is found or refused in words."""

import zipfile
from pathlib import Path

import nbformat
import pytest
import small
from nbformat.v4 import new_code_cell, new_notebook
from notebook_grader import grade, intake, marks, store
from small import NAME

WHOLE = nbformat.writes(small.submission()).encode()


def pack(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def list_students(place: Path) -> list[str]:
    return [one.student for one in intake.collect(place, [NAME])]


FILE = f"{NAME}.ipynb"
LAYOUTS = {
    "plain": ([f"ann/{FILE}", f"bob/{FILE}"], ["ann", "bob"]),
    "wrapped": ([f"all/ann/{FILE}", f"all/bob/{FILE}"], ["ann", "bob"]),
    "nbgrader": ([f"ann/{NAME}/{FILE}"], ["ann"]),
    "flat": ([f"ann_{FILE}", f"bob-{FILE}"], ["ann", "bob"]),
    "wrapped flat": ([f"all/ann_{FILE}", f"all/bob_{FILE}"], ["ann", "bob"]),
    "one student": ([f"ann/{FILE}"], ["ann"]),
    "climbing out": ([f"../../ann/{FILE}", f"/bob/{FILE}"], ["ann", "bob"]),
    "rubbish": ([f"ann/{FILE}", f"__MACOSX/ann/._{FILE}", "ann/.ipynb_checkpoints/x.ipynb"], ["ann"]),
    "one accent, two spellings": ([f"Jose\u0301/{FILE}", f"Jos\u00e9/{FILE}"], ["Jos\u00e9"]),
}


@pytest.mark.parametrize(("members", "students"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(tmp_path, members, students):
    assert list_students(pack(tmp_path / "all.zip", **dict.fromkeys(members, WHOLE))) == students


def test_a_zip_from_chinese_windows(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("XX/a.ipynb"), b"{}")
    path.write_bytes(path.read_bytes().replace(b"XX", "张".encode("gbk")))
    assert list_students(path) == ["张"]


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    path = pack(tmp_path / "bomb.zip", **{"ann/a.ipynb": bytes(300 * 2**20)})
    assert path.stat().st_size < 2**20
    file = intake.choose(intake.collect(path, [])[0], NAME)
    with pytest.raises(intake.Refused, match="more than 20 MB"):
        intake.read_contents(file, 20)


def test_names_that_platforms_and_browsers_change(tmp_path):
    flat = ["ann_1_2_03_gdp-1.ipynb", "bob_03_gdp (1).ipynb", "cy/03_gdp-1.ipynb", "cy/03_gdp-2.ipynb"]
    for name in [
        *flat,
        ".dot/03_gdp.ipynb",
        "d/.ipynb_checkpoints/03_gdp.ipynb",
        "d/03_gdp.ipynb",
        "d/x.ipynb",
    ]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    collected = intake.collect(tmp_path, ["03_gdp", "04_gaps"])
    chosen = {one.student: intake.choose(one, "03_gdp").name for one in collected}
    assert chosen == {
        ".dot": ".dot/03_gdp.ipynb",
        "ann_1": flat[0],
        "bob": flat[1],
        "cy": flat[3],
        "d": "d/03_gdp.ipynb",
    }


OTHER = nbformat.writes(small.changed(lambda made: made.metadata["course"].update(assignment="03_gdp")))
UNRELATED = nbformat.writes(new_notebook(cells=[new_code_cell("1 + 1")]))
REFUSED = {
    "essay": (b"PK", "essay.docx", "no notebook is there, only essay.docx"),
    "text": (
        b"Dear teacher, my notebook is on my other computer.",
        FILE,
        "is not a notebook: it is not JSON",
    ),
    "bytes": (b"\x89PNG\xff\xfe\x00\x01", FILE, "the file is not a notebook: it is not text"),
    "json": (b'{"hello": 1}', FILE, "the file is not a notebook: it has no cells"),
    "truncated": (WHOLE[: len(WHOLE) // 2], FILE, "damaged or cut off"),
    "nested": (b"[" * 200_000, FILE, "not JSON"),
    "other": (OTHER.encode(), FILE, "belongs to the assignment 03_gdp"),
    "unrelated": (UNRELATED.encode(), FILE, "belongs to another assignment"),
    "huge": (b'{"cells": [' + b" " * (50 * 2**20) + b"]}", FILE, "more than 20 MB"),
    "empty": (b"", FILE, "not a notebook"),
}


def refuse(place: Path, student: str) -> str:
    (submission,) = [one for one in intake.collect(place, [NAME]) if one.student == student]
    with pytest.raises(intake.Refused) as caught:
        data = intake.read_contents(intake.choose(submission, NAME), 20)
        grade.grade(student, FILE, data, small.HELD, grade.Machine(None, None))
    return str(caught.value)


@pytest.mark.parametrize(("data", "name", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_graded_is_refused_in_a_sentence(tmp_path, data, name, sentence):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / name).write_bytes(data)
    assert sentence in refuse(tmp_path, "ann")


def test_links_and_two_files_are_refused(tmp_path):
    for name in ("final.ipynb", "final (1).ipynb"):
        small.write(tmp_path / "two" / name, small.submission())
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / FILE).symlink_to(tmp_path / "two" / "final.ipynb")
    assert "2 notebooks could be meant" in refuse(tmp_path, "two")
    assert "is a link, not a file" in refuse(tmp_path, "link")


@pytest.mark.parametrize(
    ("place", "sentence"), [("nowhere", "neither a folder nor a zip"), ("empty", "holds no submission")]
)
def test_a_collection_that_cannot_be_read(tmp_path, place, sentence):
    (tmp_path / "empty").mkdir()
    with pytest.raises(intake.IntakeError, match=sentence):
        intake.collect(tmp_path / place, [NAME])


def test_names_that_no_file_system_likes():
    assert store.make_file_name("张伟 é") == "张伟 é"
    odd = ["../../etc", "a/b", "x" * 300, ".hidden", "a\nb", "a\x1b[31m"]
    made = [store.make_file_name(name) for name in odd]
    assert len(set(made)) == len(odd)
    assert all("/" not in one and "\n" not in one and one[0] != "." and len(one) < 200 for one in made)


def test_formulas_stay_text():
    assert marks.escape_formula("=1+1") == "'=1+1" and marks.unescape_formula("'=1+1") == "=1+1"
    for text in ("'quoted'", "'-x", "'=1", "-", "'-", "''-", "@"):
        assert marks.unescape_formula(marks.escape_formula(text)) == text


def test_a_kept_result_that_is_cut_off_is_named(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "ann.json").write_text('{"student": "ann"')
    with pytest.raises(store.StoreError, match=r"results/ann.json is cut off, or of another version"):
        store.read_results(tmp_path)
