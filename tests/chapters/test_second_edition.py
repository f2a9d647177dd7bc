"""The rules of the second edition can fail: each planted fault is caught by the rule that is there for it."""

import nbformat
import pytest
from plain_answers.recording import ANSWER_MIME

from coursework.making import reading_time
from coursework.making.master import Exercise, Master
from coursework.making.take_along import simplify_code
from jingjinji.charts import CHART_MIME
from tests.chapters import second_edition

new = nbformat.v4
TEXT = "# A chapter: why?\n\nA few words.\n\n## Key terms\n\n**one**\n: The first.\n"
SUMMARY = {"mystnb": {"code_prompt_show": "Code: bars and their labels"}}
CHART = {CHART_MIME: {"data": {"values": [{"year": 2013, "share": 41.2537}]}}}


def code(source: str, *tags: str, shown: dict | None = None, **metadata):
    outputs = [new.new_output("display_data", data=shown)] if shown else []
    return new.new_code_cell(source, metadata={"tags": list(tags), **metadata}, outputs=outputs)


def chapter(*cells, text: str = TEXT):
    return new.new_notebook(cells=[*cells, new.new_markdown_cell(text)])


CLEAN = chapter(
    code("import pandas as pd\nx = 1.5\ny = x * 2"),
    code("bars = x", "hide-input", shown=CHART, **SUMMARY),
    code('glue(y=f"{y:.1f}", name=names["a"].lower() + " and others")', "remove-cell"),
)
LOAD = {
    "31 code cells": chapter(*(code("x = 1") for _ in range(30)), code("x", "remove-cell")),
    "lines of code seen": chapter(*(code("\n\n".join(["x = 1"] * 8)) for _ in range(9))),
    "17 lines of a visible cell (x = 1)": chapter(code("\n".join(["x = 1"] * 17))),
    "11 key terms, at most 10": chapter(
        text=TEXT + "".join(f"\n**term {n}**\n: A term.\n" for n in range(10))
    ),
    "61 minutes of reading, at most 60": chapter(
        text="word " * 130 * 61 + "\n\n## Verdicts\n\n" + "word " * 5000
    ),
}


def test_a_clean_chapter_is_clean():
    found = [rule(CLEAN) for rule in (second_edition.load_problems, second_edition.removed_problems)]
    assert [*found, second_edition.folded_problems(CLEAN)] == [[], [], []]


@pytest.mark.parametrize("says", LOAD)
def test_too_much_is_caught(says):
    (found,) = second_edition.load_problems(LOAD[says])
    assert says in found


def test_a_line_too_wide_for_a_phone_is_caught():
    wide = chapter(code(f"x = '{'a' * 75}'"), code(f"glue('{'a' * 75}')", "remove-cell"))
    assert second_edition.width_problems(wide) == [
        "a line of 81 characters, at most 76: x = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    ]


def test_minutes_follow_the_formula():
    box = ":::{admonition} Predict\n:class: tip\nHow many?\n:::\n\n$$ x = 1 $$\n\n"
    made = chapter(
        code("x = 1\n\ny = 2", shown=CHART),
        code("z = 3\n" * 40, "hide-input", shown={"text/html": "<table></table>"}),
        code("glue()\n" * 40, "remove-cell", shown=CHART),
        text=box + "word " * 128 + "\n\n## Verdicts\n\n" + "word " * 1000,
    )
    # Two lines seen, a chart and a table, a box, and 131 words: those of the box and a formula among them.
    assert reading_time.count_minutes(made) == round((2 * 5 + 2 * 60 + 120 + 131 / 130 * 60) / 60)


@pytest.mark.parametrize(
    "source",
    ["share = x / y", 'glue(y=f"{1 - y:.1f}")', 'glue(y=f"{table.max():.1f}")', "def half(x): return x / 2"],
)
def test_what_a_removed_cell_computes_is_caught(source):
    assert len(second_edition.removed_problems(chapter(code(source, "remove-cell")))) == 1


def test_a_name_from_a_folded_chart_and_a_cell_without_a_summary_are_caught():
    late = chapter(*CLEAN.cells[:2], code("later = bars * 2"))
    assert "'bars' was born in a folded chart cell" in second_edition.folded_problems(late)[0]
    again = chapter(*CLEAN.cells[:2], code("bars = 3"), code("later = bars * 2"))
    assert second_edition.folded_problems(again) == []
    inside = chapter(*CLEAN.cells[:2], code("def half(bars):\n    return [bars for bars in bars]"))
    assert second_edition.folded_problems(inside) == []
    mute = chapter(code("x = 1", "hide-input"))
    assert "no summary" in second_edition.folded_problems(mute)[0]


def test_a_notebook_to_take_along_keeps_numbers_and_no_asserts_of_the_book():
    removed = code('from jingjinji import glue\n\nassert y > 0\nglue(\n    y="1",\n)', "remove-cell")
    assert simplify_code(removed) == 'numbers.update(\n    y="1",\n)'
    kept = code("from jingjinji import charts, glue\nassert x == 1  # the identity\nglue(x=x)\nx")
    assert simplify_code(kept) == (
        "from jingjinji import charts\nassert x == 1  # the identity\nnumbers.update(x=x)\nx"
    )


def test_a_call_that_nobody_explains_is_caught():
    prose = "# A chapter: why?\n\n`cumsum` adds up.\n"
    made = chapter(code("table.cumsum()\ntable.wobble()\ntable.pivot()\nprint('a'.lower())"), text=prose)
    assert second_edition.untaught(made, {"pivot"}, set()) == ["wobble"]
    folded = chapter(code("table.wobble()", "hide-input"), text=prose)
    assert second_edition.untaught(folded, set(), set()) == []


def exercise(number: str = "3.1", **facts) -> Exercise:
    return Exercise({"exercise": number, **facts}, tests=new.new_code_cell(""))


def asked(value: float, within: float) -> Exercise:
    record = {"name": "3.1 share", "values": {"": value}, "within": within}
    made = exercise()
    made.tests.outputs = [new.new_output("display_data", data={ANSWER_MIME: record})]
    return made


def test_an_answer_that_stands_in_the_chapter_is_caught():
    shown = chapter(
        code("chart", shown=CHART),
        code("table", shown={"text/html": "<td>3,517.2</td>"}),
        code("print(ratio)", shown={"text/plain": "about 1.638 times in 2022"}),
    )
    printed = second_edition.Printed(shown)
    stands = [41.2537, 0.412537, 3517.24, 1.6381]
    assert [v for v in stands if not second_edition.key_problems(printed, [asked(v, 0.05)])] == []
    fine = [41.2549, 3517.9, 1.75, 2022.0, 0.5]
    assert [v for v in fine if second_edition.key_problems(printed, [asked(v, 0.05)])] == []


def choices(right: str, *wrong: str) -> Exercise:
    texts = {"A": {"text": right, "says": "Yes."}}
    for letter, text in zip("BCD", wrong):
        texts[letter] = {"text": text, "says": "No.", "misconception": text}
    return exercise(choices=texts)


def test_a_right_option_that_gives_itself_away_is_caught():
    even = choices("It grew by a tenth.", "It fell by a third.", "It stayed the same.")
    assert second_edition.option_problems([even]) == []
    long = choices("It grew by a tenth in the years after the plan.", "It fell.", "It stayed.")
    assert "longest by far" in second_edition.option_problems([long])[0]
    hedged = choices("It may have grown.", "It did fall then.", "It stayed the same.")
    assert second_edition.option_problems([hedged]) == []
    assert "the only hedged one in 3 choices" in second_edition.option_problems([hedged] * 3)[0]


def test_exercises_that_lack_what_every_chapter_has_are_caught(tmp_path):
    (tmp_path / "chapters").mkdir()
    glance = "# T\n\n## At a glance\n\n1. **measure** a gap;\n2. **judge** it.\n\n## More\n"
    (tmp_path / "chapters" / "03_toy.md").write_text(glance, encoding="utf-8")
    text = Exercise({"exercise": "3.2", "objectives": [2], "kind": "short text"})
    one = exercise(objectives=[1], kind="numeric")
    found = second_edition.exercise_problems(tmp_path, Master(tmp_path / "03_toy.ipynb", [], [one, text]))
    for says in ("objective 2 has no exercise", "'chart making'", "2 exercises", "needs samples"):
        assert any(says in problem for problem in found), says
