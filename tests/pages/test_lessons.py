"""The parts of a lesson, the page of all answers, and the three kinds of cells."""

import json
import re

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from book.theme import folded
from tests import browser
from tests.pages import built, checks

new = nbformat.v4
TOC = """
format: jb-book
root: index
parts:
  - caption: Before
    chapters: [{file: chapters/0a_before}]
  - caption: Part I
    chapters:
      - file: chapters/05_toy
        sections: [{file: chapters/05_toy_checks}, {file: exercises/pages/05_toy}]
      - file: chapters/06_older
  - caption: The record
    chapters: [{file: pages/answers}]
"""
GLANCE = """:::{glance}
**You need.** A pen.

**Objectives.** After this lesson you can

1. **compare** a rise with others;
2. **say** what that proves.
:::"""
END = """## What we can say

:::{decides}
| what we compare | answer |
|---|---|
| beds | common |
:::

:::{answer}
:not: that the plan brought beds, nor that it brought none: {glue:text}`beds` is all we know.
Beds rose by {glue:text}`beds` %.
:::

:::{key-ideas}
- Ask: better than whom?
:::

```{doors}
```"""


def glued(value: str) -> list:
    prefix = "application/papermill.record/"
    about = {"scrapbook": {"name": "beds", "mime_prefix": prefix}}
    return [new.new_output("display_data", {f"{prefix}text/plain": repr(value)}, metadata=about)]


def cell(source: str, *tags: str, outputs: tuple | list = (), prompt: str = ""):
    told = {"mystnb": {"code_prompt_show": prompt}} if prompt else {}
    return new.new_code_cell(source, metadata={"tags": [*tags], **told}, outputs=list(outputs))


def table() -> list:
    return [new.new_output("execute_result", {"text/html": "<table><tr><td>31</td></tr></table>"})]


def text(source: str):
    return new.new_markdown_cell(source)


LANGUAGE = {"language_info": {"name": "python", "pygments_lexer": "python"}}
LONG = "\n".join(f"x{i} = {i}" for i in range(9))
CELLS = [
    cell("import os", "hide-input"),
    cell("glue(beds='31')", "hide-input", outputs=glued("31"), prompt="Code: the beds"),
    text(":::{work}\nThe next cell draws.\n:::"),
    cell("draw()", "hide-input", outputs=table(), prompt="Code: the table"),
    cell("again()", "hide-input"),
    cell(LONG, outputs=table()),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The HTML of a book with a lesson, its checks, and a chapter of the older form."""
    root = tmp_path_factory.mktemp("book")
    for folder in ("chapters", "exercises/pages", "pages", "_build"):
        (root / folder).mkdir(parents=True)
    (root / "_toc.yml").write_text(TOC, encoding="utf-8")
    (root / "index.md").write_text("# Index\n", encoding="utf-8")
    (root / "pages/answers.md").write_text("# Answers\n\n```{all-answers}\n```\n", encoding="utf-8")
    lesson = {
        "times": "About 4 minutes to read.",
        "title": "Toy",
        "deck": "Whose beds?",
        "apart": [4, 0, 0],
        "minutes": 4,
        "assigned": "",
    }
    notes = json.dumps(dict.fromkeys(("05_toy", "06_older"), lesson))
    (root / "_build/lessons.json").write_text(notes, encoding="utf-8")

    def write(name: str, *cells, **metadata) -> None:
        notebook = new.new_notebook(cells=[*cells], metadata=LANGUAGE | metadata)
        (root / f"{name}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")

    write("chapters/0a_before", text("# Before"))
    opening = text(f"# Toy\n\nWho?\n\n{GLANCE}\n\n## Count")
    write("chapters/05_toy", opening, *CELLS, text(END), deck="Whose beds?")
    objections = (
        '# Checks\n\n## "But the years!"\n\n*So* it stands.\n\n## For the ledger\n\nNothing.'
    )
    write("chapters/05_toy_checks", text(objections))
    exercises = [{"points": 3, "minutes": 20}, {"points": 1, "minutes": 10}]
    write("exercises/pages/05_toy", text("# Exercises"), exercises=exercises)
    write("chapters/06_older", text("# Older\n\n## Count"), *CELLS, cell("short = 1"))
    app = Sphinx(
        str(root),
        None,
        str(root / "out"),
        str(root / "doctrees"),
        "html",
        confoverrides={
            "extensions": [
                *("myst_nb", "sphinx_external_toc", "book.progress.pages"),
                *("book.lessons.deck", "book.lessons.forms", "book.lessons.answers"),
                "book.theme.folded",
                *("book.facts", "book.from_notebooks"),
            ],
            "nb_execution_mode": "off",
            "nb_code_prompt_show": "Code: as usual",
            "myst_enable_extensions": ["colon_fence"],
            "html_theme": "basic",
        },
        status=None,
        warningiserror=True,
    )
    app.build()
    paths = [*(root / "out" / "chapters").glob("*.html"), root / "out" / "pages" / "answers.html"]
    return {path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), "lxml") for path in paths}


def say(element: Tag) -> str:
    return " ".join(element.get_text().split())


def find(page: Tag, css: str) -> list[str]:
    return [say(element) for element in page.select(css)]


def test_the_head_is_two_lines_over_a_fold_with_the_objectives(pages):
    (glance,) = pages["05_toy"].select("div.glance")
    assert find(glance, ":scope > p") == ["You need. A pen.", "Time. About 4 minutes to read."]
    (fold,) = glance.select("details:not([open])")
    assert find(fold, "summary") == ["What you can do after this lesson"]
    assert find(fold, "li") == ["compare a rise with others;", "say what that proves."]


def test_the_deck_stands_between_the_title_and_the_story(pages):
    (deck,) = pages["05_toy"].select("p.deck")
    assert say(deck) == "Whose beds?" and deck.find_previous_sibling().name == "h1"
    assert not pages["05_toy_checks"].select("p.deck") and not pages["06_older"].select("p.deck")


def test_the_answer_says_what_we_may_and_what_not_with_computed_numbers(pages):
    page = pages["05_toy"]
    assert find(page, ".answer-said p") == ["What we can say", "Beds rose by 31 %."]
    unsaid = "that the plan brought beds, nor that it brought none: 31 is all we know."
    assert find(page, ".answer-not p") == ["What we may not say", unsaid]
    assert find(page, ".decides > p, .decides td") == ["The choice that decides", "beds", "common"]
    assert find(page, ".key-ideas > p, .key-ideas li") == ["Key ideas", "Ask: better than whom?"]


def test_doors_lead_to_checks_and_exercises_that_are_there(pages):
    doors = pages["05_toy"].select(".lesson-doors li")
    assert [say(door) for door in doors] == [
        "Checks Does the answer stand? Here somebody objects: “But the years!”",
        "Exercises 2 exercises, 4 points, about 30 minutes.",
    ]
    links = [link.get("href") for door in doors for link in door.select("a")]
    assert links == ["05_toy_checks.html", "../exercises/pages/05_toy.html"]


def test_all_answers_stand_on_one_page_with_the_numbers_of_their_lessons(pages):
    (section,) = pages["answers"].select("section section")
    assert find(section, "h2")[0].startswith("5. Toy")
    assert find(section, ".answer-said p:not(.lesson-label)") == ["Beds rose by 31 %."]
    assert "31 is all we know" in find(section, ".answer-not")[0]
    assert find(section, ".decides td") == ["beds", "common"]
    links = [(say(link), link["href"]) for link in section.select("p.answer-from a")]
    toy = "../chapters/05_toy"
    assert links == [("The lesson", f"{toy}.html"), ("its checks", f"{toy}_checks.html")]


def test_neighbours_share_a_fold_also_across_an_empty_output(pages):
    folds = pages["05_toy"].select("details.hide")
    assert [(say(fold.select_one(".collapsed")), "follows" in fold["class"]) for fold in folds] == [
        ("Code: the beds", False),
        ("Code: the beds", True),
        ("Code: the table", False),  # a remark stands between
        ("Code: getting ready", False),  # a table stands between
    ]
    assert folded.join_summaries(["Code: beds", "Code: a map", "Code: beds"]) == "Code: beds; a map"


def test_a_method_is_open_and_what_is_about_folded_code_is_folded(pages):
    newer, older = (find(pages[name], "details.work > summary") for name in ("05_toy", "06_older"))
    assert newer == ["About the code"]
    assert older == ["About the code", "Code, 9 lines"]


def list_lessons() -> list[str]:
    return [name for name in built.names() if 'class="glance' in built.html(name)]


def test_lessons_show_no_code_before_their_method(at_desk, home):
    """Reading comes first: on no screen is code seen that is not the method's."""
    for name in list_lessons():
        page = browser.open_page(at_desk, home, name).page
        assert page.locator("html[data-layer=read]").count() == 1
        lines = page.locator(".cell_input pre:visible").evaluate_all(
            "all => all.map((code) => code.textContent.trim().split('\\n').length)"
        )
        assert max(lines, default=0) <= folded.LONGEST_METHOD, name
        assert not page.locator(".lab-bar:visible").count(), name
        assert checks.accessibility(page, within="main") == [], name


def test_one_click_opens_neighbours_together(at_desk, home):
    for name in list_lessons():
        page = browser.open_page(at_desk, home, name).page
        page.evaluate(checks.OPEN_COVERS)
        for run in page.locator(
            ".cell:has(> details.hide:not(.follows)):has(+ .cell > details.follows)"
        ).all():
            run.locator("summary").first.press("Enter")
            page.wait_for_timeout(50)
        assert (
            page.locator(".cell:has(> details.hide:not([open])) > details.follows[open]").count()
            == 0
        )
        assert page.locator("details.follows:not([open])").count() == 0, name


def test_how_to_read_these_pages_names_both_buttons():
    names = re.findall(
        r'<button type="button" value="\w+"[^>]*>(?:<span[^>]*>)?([^<]+)', built.html(PAGE)
    )
    assert names == ["Just read", "Read and run code"]
    assert all(f"<strong>{name}</strong>" in built.html("index.html") for name in names)


PAGE = "chapters/08_gaps.html"
