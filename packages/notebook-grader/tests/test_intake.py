"""The right notebook is found in any file of platforms and students, or refused with a reason."""

import contextlib
import functools
import io
import json
import operator
import os
import random
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path

import nbformat
import pytest
import small
from nbformat.v4 import new_code_cell, new_notebook
from notebook_grader import files
from notebook_grader.assignments import key
from notebook_grader.course import PLAIN
from notebook_grader.grading import grade
from notebook_grader.hand_in import admission, intake, plain, worked
from notebook_grader.limits import Limits
from notebook_grader.marks import store
from notebook_grader.run import sandbox, watchdog
from notebook_grader.run.attempt import Terms
from notebook_grader.run.notebook import SandboxError
from running import pack, read_csv
from small import NAME

WHOLE = nbformat.writes(small.submission()).encode()


def list_students(place: Path) -> list[str]:
    return [one.student for one in intake.collect(place, [NAME])]


FILE, SAMPLES = f"{NAME}.ipynb", Path(__file__).parent / "samples"
LAYOUTS = {
    name: [entry.split("|") for entry in entries]
    for name, *entries in read_csv(SAMPLES / "layouts.csv")[1:]
}
LAYOUTS |= {
    "letters that turn": ([f"ann\u202e\x1b[31m/{FILE}"], ["ann__[31m"]),
    "one accent, two spellings": ([f"Jose\u0301/{FILE}", f"Jos\u00e9/{FILE}"], ["Jos\u00e9"]),
}


@pytest.mark.parametrize(("members", "students"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(tmp_path, members, students):
    assert list_students(pack(tmp_path / "all.zip", dict.fromkeys(members, WHOLE))) == students


def test_names_from_chinese_windows_in_a_zip_and_in_a_folder_that_it_was_unpacked_to(tmp_path):
    path = pack(tmp_path / "a.zip", {"XX/a.ipynb": b"{}"})
    path.write_bytes(path.read_bytes().replace(b"XX", "张".encode("gbk")))
    assert list_students(path) == ["张"]
    folder = os.fsencode(tmp_path) + b"/in/" + "张".encode("gbk")
    os.makedirs(folder)
    Path(os.fsdecode(folder), FILE).write_bytes(WHOLE)
    (submission,) = intake.collect(tmp_path / "in", [NAME])
    assert (submission.student, submission.files[0].read(2**20)) == ("张", WHOLE)


@pytest.mark.parametrize(
    "members", [{f"ann/{FILE}": WHOLE, "ann/\N{SNOWMAN}": b"x"}, {f"ann/{FILE}": b"x"}]
)
def test_a_zip_with_odd_bytes_is_refused_in_a_sentence(tmp_path, members):
    """500 damaged zips: false flags of names, sizes, offsets and checksums."""
    whole = pack(tmp_path / "a.zip", members).read_bytes()
    dice = random.Random(0)
    messages = set()
    for _ in range(500):
        damaged = bytearray(whole)
        for _ in range(dice.choice([1, 1, 1, 3, 9])):
            damaged[dice.randrange(len(damaged))] = dice.choice([0, 127, 255, dice.randrange(256)])
        (tmp_path / "a.zip").write_bytes(damaged)
        try:
            for submission in intake.collect(tmp_path / "a.zip", [NAME]):
                intake.read_contents(submission.files[0], 20)
        except (intake.IntakeError, plain.Refused) as error:
            messages.add(str(error))
    assert len(messages) > 20 and not any("\n" in sentence for sentence in messages)


def test_a_zip_bomb_is_not_unpacked_and_another_packing_is_not_opened(tmp_path):
    path = pack(tmp_path / "bomb.zip", {"ann/a.ipynb": bytes(300 * 2**20)})
    assert path.stat().st_size < 2**20
    file, _ = intake.choose(intake.collect(path, [])[0], NAME)
    with pytest.raises(plain.Refused, match="more than 20 MB"):
        intake.read_contents(file, 20)
    path = pack(tmp_path / "a.zip", {f"ann/{FILE}": WHOLE}, zipfile.ZIP_LZMA)
    with pytest.raises(plain.Refused, match="uses a compression method that platforms do not"):
        intake.collect(path, [NAME])[0].files[0].read(100)


# Files of each student, the one that is chosen first.
TRIES = {
    ".dot": [".dot/03_gdp.ipynb"],
    "ann_1": ["ann_1_100_03_gdp-1.ipynb", "ann_1_99_03_gdp.ipynb"],
    "bob": ["bob_03_gdp (1).ipynb"],
    "cy": ["cy/03_gdp-2.ipynb", "cy/03_gdp-1.ipynb"],
    "d": ["d/03_gdp.ipynb", "d/.ipynb_checkpoints/03_gdp.ipynb", "d/x.ipynb"],
    "e": ["e/03_gdp-100.ipynb", "e/03_gdp-99.ipynb", "e/draft.ipynb"],
    "f": ["f/draft.ipynb"],
    "g": ["g/Kopie von 03_gdp.ipynb"],
    "h": ["h/03_gdp_final_FINAL2.ipynb"],
    "i": ["i/03_gdp.ipynb", "i/03_gdp - Kopie.ipynb", "i/03_gdp-Copy1.ipynb"],
}


def test_the_last_try_counts_whatever_platforms_and_browsers_call_it_and_the_others_are_named(
    tmp_path,
):
    for name in (name for names in TRIES.values() for name in names):
        small.write(tmp_path / name, small.submission())
    for submission in intake.collect(tmp_path, ["03_gdp", "04_gaps"]):
        file, aside = intake.choose(submission, "03_gdp")
        chosen, *others = TRIES[submission.student]
        assert file.name == chosen
        assert sorted(aside) == sorted(name for name in others if "checkpoints" not in name)


def choose_worked(folder: Path, **notebooks) -> tuple[str, list[str]]:
    for name, notebook in notebooks.items():
        small.write(folder / "ann" / f"{name.replace('__', ' ')}.ipynb", notebook)
    is_worked = functools.partial(worked.is_worked_file, assignment=small.HELD, most=20)
    file, aside = intake.choose(intake.collect(folder, [NAME])[0], NAME, is_worked)
    return file.parts[-1], [name.removeprefix("ann/") for name in aside]


@pytest.mark.parametrize(
    "also", [f"{NAME}-final", f"{NAME}__(1)", "draft", f"{NAME}__-__Kopie", NAME]
)
def test_an_untouched_copy_never_counts_beside_a_worked_one(tmp_path, also):
    blank = small.release()
    one = small.submission()
    one_answer = small.changed(lambda made: made.update(cells=blank.cells), rate="rate = 6")
    small.find_cell(one_answer, "answer-1-1").source = "rate = 6"
    other = f"{NAME}-2" if also == NAME else NAME
    for number, done in enumerate((one, one_answer)):
        place = tmp_path / str(number)
        chosen, aside = choose_worked(place, **{other: small.release(), also: done})
        assert (chosen, aside) == (f"{also.replace('__', ' ')}.ipynb", [f"{other}.ipynb"])
    spaced = small.release()
    small.find_cell(spaced, "how-to").source += "\n\n"
    small.find_cell(spaced, "answer-1-1").metadata.pop("nbgrader")
    assert choose_worked(tmp_path / "spaces", **{other: spaced, also: one})[0].startswith(also[:5])


def test_two_worked_ones_are_refused_and_a_notebook_of_another_assignment_is_no_work(tmp_path):
    done = small.submission()
    with pytest.raises(
        plain.Refused, match=r"2 notebooks could be meant \(.*\); keep one, named 92_small"
    ):
        choose_worked(tmp_path / "two", **{NAME: done, f"{NAME}-final": done})
    assert (
        choose_worked(tmp_path / "tries", **{NAME: done, f"{NAME}-1": done})[0] == f"{NAME}-1.ipynb"
    )
    other = small.changed(lambda made: made.metadata["course"].update(assignment="03_gdp"))
    assert choose_worked(tmp_path / "other", **{NAME: small.release(), "x": other})[0] == FILE
    files.write(tmp_path / "cut" / "ann" / FILE, WHOLE[: len(WHOLE) // 2])
    assert choose_worked(tmp_path / "cut", **{f"{NAME}-final": done})[1] == [FILE]
    assert (
        choose_worked(tmp_path / "blank", **{NAME: small.release(), "x": small.release()})[0]
        == FILE
    )


def test_a_students_folder_is_no_wrapper_once_the_student_is_known(tmp_path):
    path = pack(tmp_path / "late.zip", {f"ann/bob_{FILE}": WHOLE, f"ann/carl_{FILE}": WHOLE})
    assert [one.student for one in intake.collect(path, [NAME], {"ann"})] == ["ann"]


OTHER = nbformat.writes(
    small.changed(lambda made: made.metadata["course"].update(assignment="03_gdp"))
)


def test_a_student_has_one_voice_in_what_the_class_handed_in(tmp_path):
    small.hand_in(tmp_path, ann=small.submission(), bob=small.submission())
    for number in range(40):
        path = tmp_path / "aaa mallory" / f"{number}_03_gdp.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(OTHER)
    assert (
        admission.guess_assignment(intake.collect(tmp_path, [NAME]), [NAME, "03_gdp"], Limits())
        == NAME
    )


ONE = pack(
    io.BytesIO(), {f"x/{FILE}": OTHER.encode(), "__MACOSX/._x.ipynb": b"", "a.png": b""}
).getvalue()
NO_NOTEBOOK = pack(io.BytesIO(), {"a.pdf": b""}).getvalue()
UNRELATED = nbformat.writes(new_notebook(cells=[new_code_cell("1 + 1")]))
DEEP = pack(io.BytesIO(), {f"week/Ann/03/{FILE}": OTHER.encode(), "week/.DS_Store": b""}).getvalue()
REFUSED = {
    "one in a zip's folders": (DEEP, "Abgabe/neu/Abgabe.zip", "belongs to the assignment 03_gdp"),
    "one in a zip": (ONE, "Abgabe.zip", "belongs to the assignment 03_gdp"),
    "a zip without": (NO_NOTEBOOK, "Abgabe.zip", "there is no notebook, only Abgabe.zip"),
    "no zip": (b"PK", "x.zip", "x.zip is no zip that can be read"),
    "saved as text": (OTHER.encode(), f"{FILE}.txt", "belongs to the assignment 03_gdp"),
    "hidden": (b"", ".DS_Store", "there is no notebook, only hidden files"),
    "link": (b"[x]\r\nURL=https://colab.example/x\r\n", "x.url", "link https://colab.example/x"),
    "online text": (
        b"<a href='https://x.example/a'>",
        "onlinetext.html",
        "html with the link https://x.ex",
    ),
    "script": (b"rate = 6", "a.py", "there is no notebook, only a.py"),
    "packed": (b"7z\xbc\xaf", "a.7z", "there is no notebook, only a.7z"),
    "essay": (b"PK", "essay.docx", "there is no notebook, only essay.docx"),
    "text": (
        b"Dear teacher, it is on my other computer.",
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
    "many": (
        json.dumps({"cells": [{}] * 400_000}).encode(),
        FILE,
        "400000 cells; at most 2000 are accepted",
    ),
    "kind": (b'{"cells": [{"cell_type": []}]}', FILE, "cell 1 has an unknown type"),
    "old": (b'{"worksheets": []}', FILE, "the notebook has an old format; open it in Jupyter"),
}


def refuse(place: Path, student: str) -> str:
    (submission,) = [one for one in intake.collect(place, [NAME]) if one.student == student]
    with pytest.raises(plain.Refused) as caught:
        data = intake.read_contents(intake.choose(submission, NAME)[0], 20)
        grade.grade(grade.Job(student, FILE, data), Terms(small.HELD, PLAIN, Limits()))
    return str(caught.value)


@pytest.mark.parametrize(("data", "name", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_graded_is_refused_in_a_sentence(tmp_path, data, name, sentence):
    files.write(tmp_path / "ann" / name, data)
    assert sentence in refuse(tmp_path, "ann")


@pytest.mark.parametrize("value", [5, None, [], [["x"]], {"a": 5}, 10**400, True, "x"], ids=str)
def test_a_notebook_with_an_odd_value_anywhere_is_read_or_refused(value):
    text = nbformat.writes(
        small.changed(lambda made: made.cells[-1].update(attachments={"a": {"b": "c"}}))
    )
    places = [
        ["metadata", "course"],
        ["cells", -1],
        ["cells", -1, "metadata", "nbgrader", "grade_id"],
    ]
    places += [["nbformat"], ["metadata"], ["cells"], ["cells", -1, "attachments", "a"]]
    places += [
        ["cells", -1, name] for name in ("cell_type", "source", "id", "metadata", "attachments")
    ]
    for *place, name in places:
        made = json.loads(text)
        functools.reduce(operator.getitem, place, made)[name] = value
        with contextlib.suppress(plain.Refused):
            nbformat.writes(plain.parse(json.dumps(made).encode()))


def test_what_nobody_thought_of_is_refused_and_a_fault_of_the_machine_is_not():
    sentence = r"the notebook cannot be read \(KeyError: 'x'\); save it again and"
    with pytest.raises(plain.Refused, match=sentence), plain.reading("the notebook"):
        raise KeyError("x")
    with pytest.raises(OSError), plain.reading("the notebook"):
        raise SandboxError("the sandbox did not start: no bubblewrap")


def test_links_and_two_files_are_refused_also_a_link_that_replaces_a_file(tmp_path):
    for name in ("final.ipynb", "final (1).ipynb"):
        small.write(tmp_path / "two" / name, small.submission())
    path = tmp_path / "link" / FILE
    small.write(path, small.submission())
    file, _ = intake.choose(intake.collect(tmp_path, [NAME])[0], NAME)
    path.unlink()
    path.symlink_to(tmp_path / "two" / "final.ipynb")
    with pytest.raises(plain.Refused, match="cannot be read"):
        file.read(100)
    for number in (1, 2):  # of the file or of the try
        small.write(tmp_path / f"di_2024_{number}_{FILE}", small.submission())
    for student in ("two", "di_2024"):
        assert "2 notebooks could be meant" in refuse(tmp_path, student)
    assert "is a link, not a file" in refuse(tmp_path, "link")


def test_names_that_no_file_system_likes():
    assert store.make_file_name("张伟 é") == "张伟 é"
    damaged = ["../../etc", "a/b", "x" * 300, ".hidden", "a\nb", "a\x1b[31m"]
    damaged.append(store.make_file_name(damaged[1]))  # a student named like the file of another
    made = [store.make_file_name(name) for name in damaged]
    assert len(set(made)) == len(damaged)
    assert all(
        "/" not in one and "\n" not in one and one[0] != "." and len(one) < 200 for one in made
    )


def test_a_kept_result_of_another_version_is_read_and_all_that_are_broken_are_named(tmp_path):
    whole = json.loads(json.dumps(asdict(small.make_result("ann")[0])))
    whole["of another version"] = whole["cells"]["tests-1-1"]["also"] = 5
    files.write(tmp_path / "results" / "ann.json", json.dumps(whole))
    assert store.read_results(tmp_path) == {"ann": small.make_result("ann")[0]}
    for name, text in {
        "ann": '{"student": "ann"',
        "bob": json.dumps(whole),
        "cy": '{"cells": {"a": {"points": "x"}}}',
    }.items():
        files.write(tmp_path / "results" / f"{name}.json", text)
    fault = r"results: ann.json, bob.json, cy.json cannot be read \(3 in all\): put"
    with pytest.raises(files.StoreError, match=fault):
        store.read_results(tmp_path)
    files.write(tmp_path / "notebooks" / "ann.ipynb", '{"cells": [')
    with pytest.raises(
        files.StoreError, match="ann.ipynb is cut off: grade ann again with --again"
    ):
        store.Store(tmp_path).read_notebook("ann")
    kept = {"made_from": key._digest(dict(small.source())), "secret": "s"}
    files.write(tmp_path / f"{NAME}.json", json.dumps(kept))
    with pytest.raises(ValueError, match=rf"{NAME}.json is of another version or was changed"):
        key.load(NAME, small.source(), tmp_path, PLAIN)


def test_what_a_sandbox_hides_in_its_folder_counts_as_too_much(tmp_path):
    """A folder that is too deep for any path counts as excess, a missing one does not."""
    at = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("x" * 250, dir_fd=at)
        above = at
        at = os.open("x" * 250, os.O_RDONLY, dir_fd=above)
        os.close(above)
    os.close(at)
    assert watchdog._measure_size(tmp_path)[1] >= watchdog.HIDDEN
    assert watchdog._measure_size(tmp_path / "gone") == (0, 0)
    sandbox.remove(tmp_path)
    assert not tmp_path.exists()


def test_folders_of_runs_that_were_killed_are_removed_after_a_day(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new, link, other = (
        tmp_path / name for name in ("grading-a", "grading-b", "grading-c", "mine")
    )
    for folder in (old, new, other):
        folder.mkdir()
    (old / "kernel.json").write_text("{}")
    link.symlink_to(other)
    for path in (old, other, link):
        os.utime(path, (0, 0), follow_symlinks=False)
    sandbox.remove_leftovers()
    assert sorted(tmp_path.iterdir()) == [new, link, other]
