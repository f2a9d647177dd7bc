"""Each rule of the linter catches a planted fault."""

import re
from pathlib import Path

import nbformat
import pytest
from plain_answers.recording import ANSWER_MIME
from sealed_readings.labels import LABELS

from coursework import __main__ as command
from coursework import headings
from coursework.__main__ import main
from coursework.lint import answers, boxes, guesses, parts, run, verdicts
from coursework.lint import code as rules
from coursework.lint import rules as lint
from coursework.lint.chapter import Chapter
from coursework.masters.master import Exercise, MasterError
from coursework.teach import reading_time
from jingjinji import claims
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME
from tests.chapters import contract

new = nbformat.v4
TEXT = "# A chapter: why?\n\nA few words.\n\n## Key terms\n\n**one**\n: The first.\n"
FRONT = "---\nkernelspec:\n  display_name: Python 3\n  name: python3\n---\n"
CHART = {CHART_MIME: {"data": {"values": [{"year": 2013, "share": 41.2537}]}}}


def code(source: str, *tags: str, shown: dict | None = None):
    outputs = [new.new_output("display_data", data=shown)] if shown else []
    return new.new_code_cell(source, metadata={"tags": list(tags)}, outputs=outputs)


def chapter(*cells, text: str = TEXT, source: Path = Path("chapters/99_toy.md")) -> Chapter:
    return Chapter(source, new.new_notebook(cells=[*cells, new.new_markdown_cell(text)]))


def messages(findings) -> list[str]:
    return [finding.says for finding in findings]


def test_minutes_follow_the_formula():
    made = chapter(
        code("x = 1\n\ny = 2", shown=CHART),
        code(
            "z = 3\n" * 40, "hide-input", shown={"text/html": "<table border='1'><tr></tr></table>"}
        ),
        code("glue()\n" * 40, "remove-cell", shown=CHART),
        text=":::{admonition} Predict\n:class: tip\nHow many?\n:::\n\n$$ x = 1 $$\n\n"
        + "word " * 128,
    )
    # Two lines, a chart and a table, 131 words (of a box and a formula too); a cell, a fold, a
    # guess.
    assert reading_time.count_minutes(made.notebook) == (
        round((102 + 131 / 130 * 60) / 60),
        round(225 / 60),
    )
    assert reading_time.count_minutes(chapter(text="# 京津冀\n\n" + "差距" * 510).notebook) == (
        4,
        0,
    )


def test_a_removed_cell_that_computes_is_caught_and_one_that_hands_over_is_not():
    handing_over = code(
        'glue(y=f"{y:.1f}", name=names["a"].lower() + " and others")', "remove-cell"
    )
    assert messages(rules.find_removed(chapter(code("x = 1.5\ny = x * 2"), handing_over))) == []
    for source in ("share = x / y", 'glue(y=f"{table.max():.1f}")', "def half(x): return x / 2"):
        assert len(messages(rules.find_removed(chapter(code(source, "remove-cell"))))) == 1, source


def test_a_folded_cell_without_a_summary_is_caught():
    mute = code("x = 1", "hide-input")
    summed_up = code("y = 2", "hide-input")
    summed_up.metadata["mystnb"] = {"code_prompt_show": "Code: bars and their labels"}
    assert messages(rules.find_mute(chapter(mute, summed_up))) == [
        "a folded cell has no summary: x = 1"
    ]


SERIES = "year\n2014    0.33\n2020    0.32\ndtype: float64"
ROWS = "fell in 0.5\ny2014   0.052\ny2020   0.032\n"


@pytest.mark.parametrize(
    ("output", "row"),
    [
        (new.new_output("stream", text=SERIES), "2014    0.33"),
        (new.new_output("stream", text=ROWS), "y2014   0.052"),
        (new.new_output("execute_result", {"text/plain": SERIES}), "2014    0.33"),
        (
            new.new_output(
                "execute_result", {"text/plain": SERIES, "text/html": "<table></table>"}
            ),
            "",
        ),
        (new.new_output("stream", text="by hand 0.3264, library 0.3264\nkey 0.33\n"), ""),
    ],
)
def test_a_table_that_is_shown_as_text_is_caught(output, row):
    cell = code("x = 1\nprint(x)")
    cell.outputs = [output]
    findings = [(finding.line, finding.says) for finding in run.find_printed_tables(chapter(cell))]
    assert findings == ([(2, f"a table is shown as text: {row}")] if row else [])


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
    printed = answers.Printed(shown.notebook)
    stands = [41.2537, 0.412537, 3517.24, 1.6381]
    assert [v for v in stands if not list(answers.list_printed(printed, [asked(v, 0.05)]))] == []
    fine = [41.2549, 3517.9, 1.75, 2022.0, 0.5]
    assert [v for v in fine if list(answers.list_printed(printed, [asked(v, 0.05)]))] == []


def choices(right: str, *wrong: str) -> Exercise:
    texts = {"A": {"text": right, "says": "Yes."}}
    for letter, text in zip("BCD", wrong):
        texts[letter] = {"text": text, "says": "No.", "misconception": text}
    return exercise(choices=texts)


def test_a_right_option_that_gives_itself_away_is_caught():
    even = choices("It grew by a tenth.", "It fell by a third.", "It stayed the same.")
    long = choices("It grew by a tenth in the years after the plan.", "It fell.", "It stayed.")
    longer = choices("It grew by a quarter.", "It fell by a third.", "It stayed the same.")
    assert [*answers.list_options([even]), *answers.list_options([longer])] == []
    assert "longest by far" in str([*answers.list_options([long])])
    assert "the longest in 3 choices" in str([*answers.list_options([longer] * 3)])


def test_exercises_that_lack_what_every_chapter_has_are_caught():
    text = Exercise({"exercise": "3.2", "objectives": [2], "kind": "short text"})
    findings = str(
        [*answers.list_unmarked([1, 2], [exercise(objectives=[1], kind="numeric"), text])]
    )
    assert "objective 2 has no exercise" in findings and "needs samples" in findings


BOX = """::::{admonition} Modify
:class: modify
```diff
- base = 2
+ base = 3
```
What happens? Guess first.

:::{dropdown} Answer
It grows.
:::
% holds: power > was["power"]
::::
"""


def test_a_box_that_is_wrong_is_caught():
    toy = code("base = 2\npower = base**2")
    assert messages(boxes.find_wrong(chapter(toy, text=BOX))) == []
    for sign, unconfirmed in {">": [], "<": ['power < was["power"]']}.items():
        box = chapter(toy, text=BOX.replace("power >", f"power {sign}"))
        assert boxes.list_unconfirmed(box.notebook) == unconfirmed
    for old, new_, fault in (
        ("- base = 2", "- base = 1", "not in one visible cell"),
        ("It grows.", "It grows to 9.", "typed number"),
        ("% holds", "% other", "lacks a part"),
    ):
        assert fault in str(messages(boxes.find_wrong(chapter(toy, text=BOX.replace(old, new_)))))


YEARS = {
    "It grew to 1.8 times.": 0,
    "It was larger in 2022 than in 2013, and than in 2014.": 0,
    "From 2014 to 2022 it grew less than from 2013 to 2022.": 1,
    "It grew to 1.8 times by 2022.": 1,
}


@pytest.mark.parametrize("sentence", YEARS)
def test_a_sentence_on_other_years_than_its_number_is_caught(sentence):
    made = claims.verdict("C80", sentence=sentence, period=(2013, 2022), b=1.81)
    found = messages(
        verdicts.find_other_years(chapter(code("b", shown={VERDICT_MIME: made.filed})))
    )
    assert len(found) == YEARS[sentence] and all(
        "not about 2013 to 2022" in message for message in found
    )


def test_a_label_that_the_ledger_does_not_have_is_caught():
    now = claims.folder().find_label("C80")
    for name, label in LABELS.items():
        words = label.words.split(" …")[0]
        text = f"Of {{ref}}`C80 <claim-c80>` the ledger says {words}.\nC78 and C80 are {words}."
        assert len(messages(verdicts.find_other_labels(chapter(text=text)))) == (name != now), label


def test_a_chapter_without_its_parts_is_caught():
    whole = f"# A chapter\n\n**You need.** Nothing.\n\nSee {{ref}}`C80 <claim-c80>`.\n\n{TEXT}"
    assert messages(parts.find_missing(chapter(text=whole))) == []
    for part, fault in {
        "**You need.** Nothing.": "it does not say what to know first",
        "**one**\n: The first.": "it has no key terms",
        "{ref}`C80 <claim-c80>`": "it neither files nor cites a claim",
    }.items():
        assert messages(parts.find_missing(chapter(text=whole.replace(part, "")))) == [fault]


def test_every_heading_that_code_looks_for_stands_in_a_chapter():
    text = "\n".join(path.read_text("utf-8") for path in contract.CHAPTERS.glob("*.md"))
    sought = [heading for name, heading in vars(headings).items() if name.isupper()]
    before = r"^(?:## |\*\*|:+\{admonition\} )"
    assert [
        heading for heading in sought if not re.search(before + heading, text, re.MULTILINE)
    ] == []


def test_a_finding_names_file_line_and_what_to_do(tmp_path, capsys):
    for folder in ("chapters", "exercises"):
        (tmp_path / folder).mkdir()
    source = tmp_path / "chapters" / "0z_toy.md"
    cell = ":tags: [remove-cell]\n\nhalf = 1 / 2"
    source.write_text(
        f"{FRONT}\n# Toy\n\n```{{code-cell}} ipython3\n{cell}\n```\n", encoding="utf-8"
    )
    (finding,) = rules.find_removed(Chapter.load(source))
    assert str(finding).startswith(
        "chapters/0z_toy.md:12: a removed cell computes (line 1 is more than"
    )
    assert str(finding).endswith("Compute it in the open.")
    assert main(["lint", "99"]) == 2
    assert "there is no chapter '99'" in capsys.readouterr().err


def test_a_fault_of_a_master_names_the_task(monkeypatch, capsys):
    def fail(*_: object) -> None:
        raise MasterError("04_vintages.md: no question")

    for module, name, task in ((lint, "choose", "lint"), (command, "_run_grader", "grade")):
        monkeypatch.setattr(module, name, fail)
        assert main([task]) == 2
        assert (
            capsys.readouterr().err == f"coursework {task} failed:\n04_vintages.md: no question\n"
        )


PREDICT = ":::{admonition} Predict\n:class: tip\nWhich?\n```{guess} %s\n:answer: %s\n%s```\n:::"
PORTS = PREDICT % ("choice", "Tianjin", "\n- Tangshan\n- Tianjin\n")
MAP = {CHART_MIME: {"title": "Baoding falls to Tianjin", "data": {"values": []}}}


@pytest.mark.parametrize(
    ("before", "box", "says"),
    [
        (new.new_markdown_cell("## The sea gate: Tianjin"), PORTS, "“The sea gate: Tianjin”"),
        (new.new_markdown_cell("## Does Tianjin win?\n\n## Tangshan or Tianjin"), PORTS, None),
        (code("draw()", shown=MAP), PORTS, "“Baoding falls to Tianjin”"),
        (code("draw()", "remove-cell", shown=MAP), PORTS, None),
        (
            new.new_markdown_cell("It is {glue:text}`share`."),
            PREDICT % ("number", "share", ""),
            "glue:text",
        ),
        (code("share = 41.25"), PREDICT % ("number", "share", ""), "“share = 41.25”"),
        (code("share = 241.25"), PREDICT % ("number", "share", ""), None),
        (
            new.new_markdown_cell("They rose by 41.25 %."),
            PREDICT % ("number", "share", ""),
            "rose by 41.25",
        ),
        (
            code("t", shown={"text/html": "<td>41.25</td>"}),
            PREDICT % ("number", "share", ""),
            "“41.25”",
        ),
    ],
)
def test_an_answer_that_is_told_before_its_guess_is_caught(before, box, says):
    glue = code("glue(share)", "remove-cell")
    text = {"application/papermill.record/text/plain": "'41.25'"}
    glue.outputs = [new.new_output("display_data", text, metadata={"scrapbook": {"name": "share"}})]
    told = new.new_markdown_cell(box)
    after = new.new_markdown_cell("So it is.")
    found = messages(guesses.find_told(chapter(before, told, glue, after)))
    assert [says in one for one in found] == ([True] if says else [])


def test_a_guess_for_which_nothing_waits_is_caught():
    box = PREDICT % ("choice", "Tangshan", "\n- Tangshan\n- Tianjin\n")
    for text, count in ((box, 1), (f"{box}\n\n## Next\n\nTold.", 1), (f"{box}\n\nTold.", 0)):
        found = messages(guesses.find_told(chapter(text=f"## Ports\n\n{text}")))
        assert found == ["nothing in its section waits for a guess"] * count
