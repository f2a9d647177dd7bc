"""From the bytes of a notebook to marks: method and number, values from the sandbox, restored
cells."""

import copy
import json
from dataclasses import replace
from types import SimpleNamespace

import attackers
import nbformat
import pytest
import small
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from notebook_grader import files
from notebook_grader.assignments.fact import read_facts
from notebook_grader.cells import INPUTS, get_grade_id
from notebook_grader.course import PLAIN
from notebook_grader.grading import engine
from notebook_grader.grading.grade import Job, grade
from notebook_grader.hand_in import plain
from notebook_grader.limits import Limits
from notebook_grader.marks.decisions import decide_by_machine, make_view
from notebook_grader.run import notebook, values
from notebook_grader.run.attempt import Attempt, Evidence, Terms
from notebook_grader.run.notebook import Starved, find_hidden
from notebook_grader.run.restore import restore
from plain_answers.recording import ANSWER_MIME
from running import needs_sandbox
from small import PARAMETERS, find_cell

LIMITS = Limits(cell_seconds=60, seconds=300, memory=1024)


def mark(loaded, notebook, limits=LIMITS):
    return grade(
        Job("ann", "x.ipynb", nbformat.writes(notebook).encode()), Terms(loaded, PLAIN, limits)
    )


@needs_sandbox
def test_method_and_number(loaded):
    """Right, typed and wrong answers; shown outputs are those of the judge, not of the notebook."""
    cases = {
        "right": ({"text": " "}, [4, 3, 2, 2]),
        "written out": ({"rate": "rate = (53.0 / 50 - 1) * 100"}, [4, 3, 2, 2]),
        "typed": ({"rate": "rate = 6.0", "mean": "def mean(x):\n    return 2"}, [2, 0, 2, 2]),
        "wrong": (
            attackers.WRONG | {"text": STUB, "parts": "parts = 1  # This is the text."},
            [0, 0, 2, 0],
        ),
        "misled": (
            {
                "rate": "rate = (1 - start / end) * 100",
                "choice": 'choice = "A"',
                "parts": "parts = ...",
            },
            [0, 3, 0, 0],
        ),
    }
    for name, (answers, points) in cases.items():
        result, notebook = mark(loaded, small.submission(**answers))
        assert [result.cells[f"tests-1-{n}"].points for n in range(1, 5)] == points, name
        assert result.version == loaded.version
        text = result.cells["answer-1-5"]  # marked by the machine if it is empty
        assert (text.points, text.answered) == ((0, False) if name == "right" else (None, True))
        shown = find_cell(notebook, "tests-1-1").outputs
        assert len(shown) == 1 and (name in ("right", "written out")) == (
            shown[0].output_type == "stream"
        )
    held = {name: cell.misconceptions for name, cell in result.cells.items() if cell.misconceptions}
    assert held == {"tests-1-1": ["the last is the hundred"], "tests-1-3": ["lies"]}
    assert [name for name, cell in result.cells.items() if not cell.answered] == ["tests-1-4"]
    assert loaded.key.secret not in nbformat.writes(notebook)


def _recall(loaded, wrong=()):
    """A stand-in for `Attempt.make`: runs nothing, has the key's answers, and notes the sets of
    values.

    The answers named in `wrong` do not follow another set.
    """
    noted = []

    def make(submission, variants, terms, patience, again):
        noted.append(dict(variants))
        evidence = {}
        for name, variant in variants.items():
            question = loaded.key.variants[variant][name]
            recorded = {one.name: one.values for one in question.answers}
            recorded |= {one: {"": 0.5} for one in wrong if again and one in recorded}
            evidence[name] = Evidence(recorded, "")
            drawn = {one.name: one.values for one in question.for_inputs}
            drawn |= {one: {"": 0.5} for one in wrong if one in drawn}
            evidence[INPUTS + name] = Evidence(drawn, "")
        notebook = copy.deepcopy(submission)
        restore(notebook, loaded)
        cells = {name: cell for cell in notebook.cells if (name := get_grade_id(cell))}
        return Attempt(notebook, variants, cells, evidence, [], [])

    return make, noted


def test_the_same_code_has_the_same_mark(loaded, monkeypatch):
    """What else stands in a file has no part in the choice of the second run's values."""
    make, noted = _recall(loaded)
    monkeypatch.setattr("notebook_grader.grading.grade.Attempt.make", make)
    for number in range(10):
        result, _ = mark(loaded, small.changed(_insert(new_markdown_cell(f"try {number}"))))
        assert [result.cells[f"tests-1-{n}"].points for n in range(1, 5)] == [4, 3, 2, 2]
    assert len({tuple(sorted(one.items())) for one in noted[1::2]}) == 1
    assert noted[0]["tests-1-1"] == 0 != noted[1]["tests-1-1"]


def test_an_answer_is_kept_with_its_own_exercise_in_any_order(loaded, monkeypatch):
    """Marks are in the order of the assignment, with the code of the exercise."""
    make, _ = _recall(loaded)
    monkeypatch.setattr("notebook_grader.grading.grade.Attempt.make", make)
    made = small.submission(parts="parts = ...")
    made.cells.insert(3, made.cells.pop(made.cells.index(find_cell(made, "answer-1-4"))))
    for name in ("question-1-1", "given-1-1", "answer-1-1", "tests-1-1"):
        made.cells.append(made.cells.pop(made.cells.index(find_cell(made, name))))
    result, _ = mark(loaded, made)
    assert [*result.cells] == [*loaded.list_points()]
    answers = [cell.answer for cell in result.cells.values()]
    assert answers[:4] == [small.RATE, small.MEAN, small.CHOICE, "parts = ..."]


def test_classes_have_other_values_than_each_other(loaded):
    keys = [replace(loaded.key, secret=str(number)) for number in range(40)]
    assert {key.find_other_variant("tests-1-1") for key in keys} == {1, 2, 3}


def test_feedback_names_the_answer_that_did_not_follow(loaded, monkeypatch):
    for name, cell, what in (
        ("1.1 rate", "tests-1-1", "other values in the cell of parameters"),
        ("1.2 drawn", "tests-1-2", "other inputs for the function"),
    ):
        make, _ = _recall(loaded, wrong=[name])
        monkeypatch.setattr("notebook_grader.grading.grade.Attempt.make", make)
        result, _ = mark(loaded, small.submission())
        assert f"{name} was not right with {what}." in result.cells[cell].note
        assert any(f"Did not follow other values: {name}." == one for one in result.remarks)


def test_a_misplaced_cell_of_inputs_is_not_the_students_fault(loaded, monkeypatch):
    """A person decides, and no remark says that the answer did not follow."""
    for name, points in (("mean", None), ("given", None), ("absent", 0)):
        make, _ = _recall(loaded, wrong=["1.2 drawn"])
        failure = f"The check stopped: NameError: name '{name}' is not defined"

        def stop(*arguments, make=make, failure=failure, **more):
            attempt = make(*arguments, **more)
            attempt.evidence[INPUTS + "tests-1-2"] = Evidence({}, failure)
            return attempt

        monkeypatch.setattr("notebook_grader.grading.grade.Attempt.make", stop)
        result, notebook = mark(loaded, small.submission())
        cell = result.cells["tests-1-2"]
        assert cell.points == points
        assert ("fault of the grader and not of the answer" in cell.note) == (points is None)
        assert ("did not find" in find_cell(notebook, "tests-1-2").outputs[0].evalue) == (
            points is None
        )
        assert ("Did not follow other values: 1.2 drawn." in result.remarks) == (points == 0)
        view = make_view(result, decide_by_machine(result))
        assert view.waiting == 5 + 3 * (points is None)


@pytest.mark.slow
@needs_sandbox
@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_random_patching_never_raises_a_mark(loaded, seed):
    """Replace random objects that can be reached in the student's process."""
    patch = f"""\
import gc, random, sys, types
dice = random.Random({seed})
answers = [lambda *a, **k: None, lambda *a, **k: True, lambda *a, **k: {{"": 6.0}}]
answers += [lambda *a, **k: a[0] if a else 6.0]
owners = [m for m in list(sys.modules.values()) if isinstance(m, types.ModuleType)]
shell = get_ipython()
owners += [check, shell, shell.kernel, type(shell), shell.display_pub, __builtins__]
for owner in dice.choices(owners[-6:], k=4) + dice.choices(owners, k=60):
    own = ("setattr", "__class__")
    names = [n for n in dir(owner) if callable(getattr(owner, n, None)) and n not in own]
    if names:
        try: setattr(owner, dice.choice(names), dice.choice(answers))
        except Exception: pass"""
    notebook = small.submission(**attackers.WRONG | {"rate": f"rate = 1.0\n{patch}"})
    result, _ = mark(loaded, notebook, replace(LIMITS, cell_seconds=10, seconds=60))
    assert sum(cell.points or 0 for cell in result.cells.values()) <= 2, result


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("rate = 1; checked = database.x", ""),
        ("check: int = 5", "check"),
        ("for a, (*data, b) in c: pass\ndef f(check): ...", "check data"),
        ("real = 5", ""),
        ("from numpy import *", "check data pd"),
        ("%matplotlib inline\nx = 5", "check data pd"),
        ("x = !ls", "check data pd"),
        ("exec('x = 5')", "check data pd"),
        ("globals()['x'] = 5", "check data pd"),
        ("get_ipython().run_line_magic('reset', '-f')", "check data pd"),
        ("(" * 300, ""),
    ],
)
def test_what_a_student_may_bind_anew_a_given_cell_gets_back(code, names):
    first = (
        "%matplotlib inline\nimport pandas as pd, real\nfrom course import check, data\nfrom re"
        " import *"
    )
    given = [small.make_code("given-1", first), small.make_code("given-2", "real = real.table")]
    hidden = find_hidden(new_notebook(cells=[*given, new_code_cell(code)]))
    assert sorted(hidden) == names.split()
    assert hidden.get("check", "") in ("", "from course import check")


HABITS = """\
%matplotlib inline
import matplotlib.pyplot as plt
import seaborn as sns
import pandas as pd
sns.set_theme(style="whitegrid")
table = pd.DataFrame({"a": [1, 2, 4], "b": [3, 1, 2]})
table.plot()
table.hist()
plt.rcParams["font.sans-serif"] = ["SimHei"]
plt.plot(table["a"]); plt.title("\u4eac\u6d25\u5180"); plt.show()
"""


@needs_sandbox
def test_habits_of_drawing_cost_nothing_and_a_package_that_is_absent_is_named(loaded):
    pytest.importorskip("seaborn")
    drawn, _ = mark(loaded, small.submission(rate=HABITS + small.RATE))
    assert [drawn.cells[f"tests-1-{n}"].points for n in (1, 2)] == [4, 3]
    later = "import plotly_express as px\n" + small.PARTS  # behind a cell of unseen inputs
    unused, _ = mark(loaded, small.submission(parts=later))
    assert unused.cells["tests-1-4"].points == 2
    (told,) = [remark for remark in unused.remarks if "plotly_express" in remark]
    assert told.startswith("The course does not have plotly_express") and told.endswith(
        "(cell 15)."
    )
    used, _ = mark(loaded, small.submission(rate="if 1:\n    import plotly_express\n" + small.RATE))
    assert used.cells["tests-1-1"].points == 0
    (told,) = [
        remark for remark in used.remarks if "plotly_express" in remark and "second" not in remark
    ]
    assert told.startswith("It imports plotly_express, which the course does not have (cell 6")


def _output(name: object, found: object) -> dict:
    return {"output_type": "display_data", "data": {ANSWER_MIME: {"name": name, "values": found}}}


def test_what_had_no_processor_runs_again_alone_and_nobody_is_blamed(monkeypatch):
    seen = []

    def grade_one(job: Job, terms: bytes) -> str:
        seen.append((job.student, job.patience))
        if job.student in "bc" and job.patience == 1:
            raise Starved("the machine was too busy for it")
        return job.student

    monkeypatch.setattr(engine, "grade_one", grade_one)
    tasks = [SimpleNamespace(student=one) for one in "abcd"]
    saved = []

    def save(graded: str, _: bytes) -> str:
        return saved.append(graded) or ""

    with engine.open_threads(2) as pool:
        outcome = engine.grade_all(tasks, lambda task: Job(task.student, "", b""), b"", pool, save)
    assert outcome == engine.Outcome() and sorted(saved) == [*"abcd"]
    assert sorted(seen[-2:]) == [("b", engine.PATIENCE), ("c", engine.PATIENCE)]


def test_only_plain_values_leave_the_sandbox():
    odd = [
        [],
        {},
        {"": []},
        {"": None},
        {"": {}},
        {"": float("nan")},
        {"": float("inf")},
        {"": 10**400},
    ]
    odd += [{"": "x" * 2000}, 5, {str(n): n for n in range(6000)}, {"x" * 2000: 1}]
    outputs = [_output("1.1 rate", one) for one in odd]
    outputs += [_output(["x"], {"": 1}), {"data": 3}, {"data": {ANSWER_MIME: []}}]
    assert values.read_answers(outputs) == {}
    assert values.read_answers([*outputs, _output("1.1 rate", {"": 6})]) == {"1.1 rate": {"": 6}}
    twice = [_output("1.1 rate", {"": one}) for one in (6, 7, 6)]
    assert values.read_answers(twice) == {"1.1 rate": None}


def test_a_cell_without_its_ids_keeps_its_place():
    """A renamed answer without its cell id still runs before the restored test."""
    notebook = small.submission()
    for name in ("answer-1-2", "tests-1-2"):
        cell = find_cell(notebook, name)
        cell.metadata.nbgrader["grade_id"] = f"my-{name}"
        cell["id"] = f"my-{name}"
    notebook = plain.parse(nbformat.writes(notebook).encode())
    restore(notebook, small.HELD)
    sources = [cell.source for cell in notebook.cells]
    tests = next(i for i, text in enumerate(sources) if "1.2 mean" in text and "answer(" in text)
    assert sources.index(small.MEAN) < tests


@pytest.mark.parametrize("kept", [0, -1])
@pytest.mark.parametrize(
    "names", ["given-1-1 answer-1-1", "answer-1-2 tests-1-2", "given-1-1 answer-1-1 tests-1-1"]
)
def test_cells_that_were_merged_are_parted(loaded, names, kept):
    notebook = small.submission()
    merged = [find_cell(notebook, name) for name in names.split()]
    merged[kept].source = "\n\n".join(cell.source for cell in merged)
    notebook.cells = [cell for cell in notebook.cells if cell not in merged or cell is merged[kept]]
    notebook = plain.parse(nbformat.writes(notebook).encode())
    assert restore(notebook, loaded) == [f"Merged cells, parted: {names.split()[kept]}."]
    assert [cell.source for cell in notebook.cells] == [
        cell.source for cell in small.submission().cells
    ]


STUB, SAYS = "*Write your answer here.*", "Because the base is not named."


def _write(name: str, text: str):
    """Append a text to a cell."""
    return lambda made: find_cell(made, name).update(
        source=f"{find_cell(made, name).source}\n\n{text}"
    )


def _insert(cell, place: int = 99):
    return lambda made: made.cells.insert(place, copy.deepcopy(cell))


def _replace(cell):
    return lambda made: made.cells.__setitem__(-1, copy.deepcopy(cell))


def _copy(made) -> None:
    """The answer is in a copy; the last copy, which counts, is untouched."""
    _insert(made.cells[-1], -1)(made)
    made.cells[-2].update(id="copied", source=SAYS)


# Ways of writing a text into the wrong place.
WAYS = {
    "the question": (_write("question-1-5", SAYS), "a given text, under “Exercise 1.5. A text”"),
    "the introduction": (_write("how-to", SAYS), "a given text, under “A small assignment”"),
    "above": (
        _insert(new_markdown_cell(SAYS), -1),
        "a cell of its own, under “Exercise 1.5. A text”",
    ),
    "below": (_insert(new_markdown_cell(SAYS)), "a cell of its own, under “Exercise 1.5. A text”"),
    "in its place": (_replace(new_markdown_cell(SAYS)), "a cell of its own, under"),
    "itself as code": (_replace(small.make_code("answer-1-5", f"# {SAYS}")), ""),
    "raw": (_insert(new_raw_cell(SAYS), 0), "a cell of its own:]"),
    "a copy": (_copy, ""),
    "a comment": (_write("answer-1-4", f"# {SAYS}"), "code, under “Exercise 1.4. Task 4”"),
    "comments": (_write("answer-1-4", "# Because the\nx = 1  # base is not named."), "code, under"),
    "a given cell of code": (
        _write("tests-1-4", f"x = 1  # {SAYS}"),
        "code, under “Exercise 1.4. Task 4”",
    ),
    "a string": (_insert(new_code_cell(f'"""{SAYS}"""')), "code, under “Exercise 1.5. A text”"),
    "a name": (_insert(new_code_cell(f"text = f'{SAYS} {{1}}'")), "code, under"),
    "print": (_insert(new_code_cell(f'print("{SAYS}")')), "code, under"),
    "print of parts": (_insert(new_code_cell("print('Because', 'the base', 1)")), "code, under"),
    "no Python": (_insert(new_code_cell(SAYS)), "code, under"),
    "a magic": (_insert(new_code_cell(f"%%markdown\n{SAYS}")), "code, under"),
    "Chinese": (_insert(new_code_cell("# 没有说明基期和价格")), "code, under"),
}


# Ways of which the place is under the heading of the question, so that the text is read with an
# answer too.
BESIDE = (
    "the question",
    "above",
    "below",
    "a copy",
    "a string",
    "a name",
    "print",
    "print of parts",
)
BESIDE += ("no Python", "a magic", "Chinese")
LONG = "An answer of its own, which is as long as answers to such questions are."


@pytest.mark.parametrize("way", WAYS)
def test_a_text_in_the_wrong_place_is_read_by_a_person(way):
    change, place = WAYS[way]
    for text in (STUB, " ", LONG):
        notebook = plain.parse(nbformat.writes(small.changed(change, text=text)).encode("utf-16"))
        remarks = restore(notebook, small.HELD)
        answer = find_cell(notebook, "answer-1-5").source
        is_found = "Because" in answer or "没有" in answer
        if text == LONG and way not in ("in its place", "itself as code"):
            assert text in answer and is_found == (way in BESIDE)
            continue
        assert STUB not in answer and is_found
        assert answer.startswith(f"[In {place}") if place else answer.strip("# ") == SAYS
        if way == "the introduction":
            assert "Edited cells, replaced by the original: how-to." in remarks
        told = "Untouched cells for a text; a person reads what stands elsewhere: answer-1-5."
        assert (told in remarks) == bool(place)


def test_of_a_notebook_without_a_text_of_its_own_nothing_is_to_be_read():
    """Short comments, column names, magics and provided code do not count as texts."""
    code = (
        "%time\nx = {'gdp_per_head': 'Inner Mongolia'}  # growth rate\nprint('A small"
        " assignment', x)"
    )
    given = _insert(new_code_cell(f"given = {{'a': 1.5, 'b': 2.5}}\n{PARAMETERS[0]}"), 0)
    for change in (
        lambda made: None,
        _write("answer-1-1", code),
        given,
        _insert(new_markdown_cell("---")),
    ):
        notebook = plain.parse(nbformat.writes(small.changed(change, text=STUB)).encode())
        remarks = restore(notebook, small.HELD)
        assert remarks == [
            "Untouched cells for a text; no other text is in the notebook: answer-1-5."
        ]
        assert find_cell(notebook, "answer-1-5").source == STUB


def test_a_notebook_without_any_metadata_is_known_by_its_texts(loaded):
    """Some editors drop all metadata."""
    notebook = small.submission(text=LONG)
    for number, cell in enumerate(notebook.cells):
        cell.metadata = {}
        cell["id"] = f"c{number}"
    notebook.cells.insert(4, new_markdown_cell("A note of mine."))
    notebook = plain.parse(nbformat.writes(notebook).encode())
    assert restore(notebook, loaded)[0].startswith(
        "Cells without metadata, recognised by their text: "
    )
    assert find_cell(notebook, "answer-1-2").source == small.MEAN
    assert find_cell(notebook, "answer-1-5").source == LONG
    assert [
        c for c in loaded.list_cells() if not any(get_grade_id(one) == c for one in notebook.cells)
    ] == []


def test_facts_of_another_version_are_refused():
    made = small.source()
    made.metadata["course"]["exercises"]["tests-1-1"]["drawn"] = ""
    with pytest.raises(
        ValueError, match="'tests-1-1' has 'drawn', which this grader does not know"
    ):
        read_facts(made)


def test_half_a_character_is_a_question_mark_that_can_be_kept(tmp_path):
    """Lone surrogates in code, picture names and kernel messages; a pair is one character."""
    made = small.submission(rate="rate = 'HALF'", choice="choice = 'WHOLE'")
    find_cell(made, "answer-1-5")["attachments"] = {"HALF.png": {"image/png": "/9j/"}}
    find_cell(made, "answer-1-5").source = "![a](attachment:HALF.png)"
    made.cells[0].update(source="attachment:", attachments={})  # whose picture was deleted
    text = nbformat.writes(made).replace("HALF", r"\ud800").replace("WHOLE", r"\ud83d\ude00")
    read = plain.parse(text.encode())
    assert find_cell(read, "answer-1-1").source == "rate = '?'"
    assert find_cell(read, "answer-1-3").source == "choice = '\N{GRINNING FACE}'"
    ((name, bundle),) = find_cell(read, "answer-1-5").attachments.items()
    assert bundle == {"image/jpeg": "/9j/"}
    assert find_cell(read, "answer-1-5").source == f"![a](attachment:{name})"
    files.write(tmp_path / "kept.ipynb", nbformat.writes(read))
    assert notebook._read_part(rb'{"text": "a\uD800"}', json.loads) == {"text": "a?"}
