"""Each rule for the form of a lesson catches a planted fault, and lets chapters of the older form
be."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from coursework import needs
from coursework.lint import charts, lessons, names, numbers, tables
from coursework.lint.chapter import Chapter
from coursework.lint.rules import OF_LESSONS, OF_LESSONS_ONLY, list_rules
from jingjinji.charts import CHART_MIME
from tests.chapters import contract

new = nbformat.v4
ROOT = contract.CHAPTERS.parent
HEAD = """# Better than whom?

:::{glance}
**You need.** A pen.

**Objectives.** After this lesson you can

1. **compare** a rise with others.
:::
"""
DECK = "Hospital beds, and whom to compare them with."
ANSWER = """:::{answer}
:not: that the plan brought beds, nor that it brought none.
Beds rose by {glue:text}`beds` % from 2014 to 2019, as they did elsewhere.
:::
"""
END = f"""## What we can say

{ANSWER}
:::{{key-ideas}}
- Ask: better than whom?
:::

```{{doors}}
```
"""


def glued(**values: str):
    kind = "application/papermill.record/text/plain"
    outputs = [
        new.new_output("display_data", {kind: repr(text)}, metadata={"scrapbook": {"name": name}})
        for name, text in values.items()
    ]
    return new.new_code_cell("glue()", metadata={"tags": ["remove-cell"]}, outputs=outputs)


def shown(html: str, source: str = "shown"):
    return new.new_code_cell(
        source, outputs=[new.new_output("execute_result", {"text/html": html})]
    )


def drawn(title: str, subtitle: str = ""):
    spec = {CHART_MIME: {"title": {"text": title, "subtitle": subtitle}}}
    return new.new_code_cell("chart", outputs=[new.new_output("display_data", spec)])


def lesson(
    *cells, text: str = "", end: str = END, stem: str = "99_toy", deck: str = DECK
) -> Chapter:
    made = [
        new.new_markdown_cell(HEAD + text),
        *cells,
        new.new_markdown_cell(end),
        glued(beds="31.4"),
    ]
    told = {"deck": deck} if deck else {}
    return Chapter(ROOT / "chapters" / f"{stem}.md", new.new_notebook(cells=made, metadata=told))


def says(findings) -> str:
    return "\n".join(map(str, findings))


def test_a_lesson_is_sound_and_a_chapter_of_the_older_form_has_other_rules():
    sound = lesson(
        shown("<table><caption>Beds per resident, 2014</caption></table>"),
        drawn("Beds rose everywhere in China"),
    )
    assert sound.is_lesson
    asked = list_rules(sound)
    assert asked.keys() >= OF_LESSONS.keys() | OF_LESSONS_ONLY.keys()
    without_file = (OF_LESSONS | OF_LESSONS_ONLY).keys() - {"objectives"}
    assert says(found for name in without_file for found in asked[name](sound)) == ""
    older = Chapter(
        Path("chapters/99_old.md"), new.new_notebook(cells=[new.new_markdown_cell("# Old")])
    )
    assert not older.is_lesson and not list_rules(older).keys() & OF_LESSONS.keys()


@pytest.mark.parametrize(
    "part", ["```{doors}\n```\n", ANSWER, ":::{key-ideas}\n- Ask: better than whom?\n:::\n"]
)
def test_a_missing_part_is_caught(part):
    assert "it has 0 parts" in says(lessons.find_missing_parts(lesson(end=END.replace(part, ""))))


def test_a_deck_that_is_missing_or_too_long_is_caught():
    assert "it has no deck" in says(lessons.find_unfit_deck(lesson(deck="")))
    longest = "word " * lessons.LONGEST_DECK
    assert says(lessons.find_unfit_deck(lesson(deck=longest))) == ""
    assert "has 19 words, at most 18" in says(
        lessons.find_unfit_deck(lesson(deck=f"{longest}more"))
    )


def test_a_long_open_cell_and_many_key_terms_are_caught():
    long = new.new_code_cell("x = 1\n" * 9)
    term = "\n\n**term {}** · 词 · cí\n: What it means.\n"
    found = says(lessons.find_missing_parts(lesson(long, text="".join(map(term.format, range(6))))))
    assert "an open cell of 9 lines" in found and "6 key terms" in found
    long.metadata["tags"] = ["hide-input"]
    assert says(lessons.find_missing_parts(lesson(long))) == ""


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("Beds rose " + "very " * 40 + "much.", "has 43 words"),
        ("Beds rose by 5 % to 3 a head, or {glue:text}`beds` %.", "has 3 numbers (5, 3, 31.4)"),
        ("One. Two. Three.", "has 3 sentences"),
        ("Beds rose in 12 of 40 ways.", "counts estimates (12 of 40)"),
        ("Beds rose from 2013 to 2022 by {glue:text}`beds` %.", ""),
    ],
)
def test_an_answer_that_says_too_much_is_caught(body, fault):
    found = says(
        lessons.find_loose_answers(lesson(end=f":::{{answer}}\n:not: that.\n{body}\n:::\n"))
    )
    assert fault in found and bool(fault) == bool(found)


def test_an_answer_that_is_silent_on_what_one_may_not_say_is_caught():
    found = says(lessons.find_loose_answers(lesson(end=":::{answer}\nBeds rose.\n:::\n")))
    assert "does not say what one may not write" in found


def test_a_code_in_a_sentence_is_caught_and_one_in_code_or_an_address_is_not():
    for text in (
        "It says {ref}`C80 <claim-c80>`.",
        "See F155a.",
        "The gdp_region grew.",
        "Open chapter-id.",
    ):
        assert "the code" in says(lessons.find_codes(lesson(text=text))), text
    fine = (
        "{ref}`Two thirds <claim-c68>` of `gdp_a`, {glue:text}`gdp_low`,"
        " {doc}`/pages/verdict_rule`, PM2.5."
    )
    assert says(lessons.find_codes(lesson(text=fine))) == ""


def test_an_objective_with_a_term_of_a_later_lesson_is_caught(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_config.yml").symlink_to(ROOT / "_config.yml")
    objective = HEAD.replace(
        "a rise with others", "a placebo with a location quotient, and its share"
    )
    term = "\n\n## Key terms\n\n**{}** · 词 · cí\n: What it means.\n"
    for stem, text in {
        "06_before": term.format("placebo"),
        "07_now": objective,
        "14_later": term.format("location quotient") + term.format("share"),
    }.items():
        (tmp_path / "chapters" / f"{stem}.md").write_text(text, encoding="utf-8")
    made = Chapter(
        tmp_path / "chapters" / "07_now.md",
        new.new_notebook(cells=[new.new_markdown_cell(objective)]),
    )
    assert re.findall("“(.*?)”", says(lessons.find_unexplained(made))) == ["location quotient"]


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<table><thead><th></th><th>Beijing</th></thead></table>", "has no title in words"),
        ("<table><caption>What we see here</caption></table>", "names no unit"),
        (
            "<table><caption>GDP (yuan)</caption><th>first_year</th></table>",
            "'first_year' is a name of a program",
        ),
        ("<table><caption>Beds per resident</caption><th>Beijing</th></table>", ""),
    ],
)
def test_a_table_without_title_or_unit_is_caught(html, fault):
    found = says(tables.find_bare(lesson(shown(html))))
    assert fault in found and bool(fault) == bool(found)


def test_a_written_table_whose_first_head_is_empty_is_caught():
    assert "the first head" in says(
        tables.find_bare(lesson(text="\n| | before |\n|---|---|\n| beds | 5 |\n"))
    )
    assert says(tables.find_bare(lesson(text="\n| beds | before |\n|---|---|\n| A | 5 |\n"))) == ""


# From two readers' lists of titles that say nothing alone, and of good ones.
SUBJECTLESS = [
    "Begun in 2006 or 2010 zero is out, begun with the plan hardly",
    "In logs they fell behind; mostly not given level and north",
    "It prints as 1.8 or more",
    "More polycentric",
    "Closer by Beijing's sales; by what the two buy, years decide",
    "Behind by each border but one: Beijing alone is ahead",
]
STANDING = [
    "Beijing makes 5 times as much a head as Xingtai",
    "Since 2015 Beijing has gained far fewer people",
    "Cities of the poorer half make 26 % of the output",
    "The fourth census took 31 % off Tianjin's GDP of 2013",
    "Counted from 2013, catching up could be chance",
    "Hebei's gap narrowed by one series, but it widened by the other",
]


def test_a_title_without_a_subject_is_caught():
    found = {
        title: says(charts.find_without_subject(lesson(drawn(title))))
        for title in SUBJECTLESS + STANDING
    }
    assert [title for title in SUBJECTLESS if not found[title]] == []
    assert [title for title in STANDING if found[title]] == []


OTHER_NAMES = {
    "It hangs on the years.": "depends on",
    "That turns the answer.": "changes the answer",
    "Growth in real terms fell.": "at constant prices",
    "It is no more than luck.": "chance",
    "The tilt is small.": "slope",
    "It fell by {glue:text}`beds` per cent.": "%",
    "By printed yuan it fell.": "published levels",
    "Tianjin’s part in the total fell.": "share",
    "See chapter 4.": "lesson",
    "A DiD says so.": "difference in differences",
}


def test_another_name_is_caught_in_prose_titles_and_tables_with_line_and_advice():
    for sentence, name in OTHER_NAMES.items():
        title = sentence.replace("{glue:text}`beds`", "5")
        for made in (lesson(text=sentence), lesson(drawn("Beds rose in China", title))):
            assert f"Write “{name}”" in says(names.find_other_names(made)), sentence
    assert "Write “slope”" in says(
        names.find_other_names(lesson(shown("<table><th>tilt</th></table>")))
    )
    fine = (
        "How they did it: `luck`, {ref}`chance <claim-c80>`, turn the page, part of the road, real"
        " people."
    )
    assert says(names.find_other_names(lesson(text=fine))) == ""


def test_the_three_places_are_named_first_in_each_section():
    named = "Beijing, Tianjin and Hebei grew. The three places grew fast."
    assert says(names.find_other_names(lesson(text=f"\n## One\n\n{named}\n"))) == ""
    found = says(
        names.find_other_names(lesson(text=f"\n## One\n\n{named}\n\n## Two\n\nThe three grew.\n"))
    )
    assert found.count("before the three are named") == 1


def test_contributing_has_the_list_of_names():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [f"| {row['name']} | {row['instead of']} |" for row in names.read_names()]
    assert 25 <= len(rows) <= 40 and [row for row in rows if row not in text] == []


def test_numbers_of_a_toy_are_typed_and_those_after_its_section_are_not():
    toy = new.new_markdown_cell("## Two towns\n\nA has 5.15 beds.", metadata={"toy": True})
    after = new.new_markdown_cell("It has 5.25.\n\n## The real ones\n\nHebei has 5.78.")
    found = says(numbers.find_in_prose(lesson(toy, new.new_code_cell("1"), after)))
    assert re.findall(r"typed number '(.*?)'", found) == ["5.78"]


def test_the_table_of_extras_knows_each_function_of_the_library_that_imports_one():
    packages = {
        package: extra for extra, found in needs.list_extras(ROOT).items() for package in found
    }
    told = {name for names_of_extra in needs.EXTRAS.values() for name in names_of_extra}
    assert packages.keys() <= told
    unknown = []
    for path in (ROOT / "jingjinji").rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                modules = {
                    node.module or ""
                    for node in ast.walk(function)
                    if isinstance(node, ast.ImportFrom)
                }
                heavy = {module.partition(".")[0] for module in modules} & packages.keys()
                if heavy and not {function.name, f"{path.stem}.{function.name}"} & told:
                    unknown.append(f"{path.stem}.{function.name}")
    assert unknown == []


def test_a_notebook_asks_for_the_extras_of_its_code(tmp_path):
    source = tmp_path / "99_toy.md"
    front = "---\nkernelspec:\n  display_name: Python 3\n  name: python3\n---\n"
    for line, extras in {
        "import networkx": ["networks"],
        "convergence.beta(a)": ["statistics"],
        "beta = 1": [],
    }.items():
        source.write_text(
            f"{front}\n# Of scipy\n\n```{{code-cell}} ipython3\n{line}\n```\n", encoding="utf-8"
        )
        assert needs.read_extras(source) == extras
