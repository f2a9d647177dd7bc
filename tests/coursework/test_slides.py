"""Slides of a lesson: they fit and are read from afar, load nothing from elsewhere, and ask
first."""

import re
from collections import Counter

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pybtex.database import BibliographyData
from sealed_readings.results import VERDICT_MIME

from coursework.common import MasterError
from coursework.teach import slides
from coursework.teach.download import Plain
from tests import browser
from tests.pages.built import ROOT

WIDE, HIGH = 1280, 720
# Heading of each slide, how far down and to the right it reaches once all is shown, and its
# smallest letters.
REACH = """() => Reveal.getSlides().map((slide) => {
  const at = Reveal.getIndices(slide);
  Reveal.slide(at.h, at.v, 20);
  const shown = [...slide.querySelectorAll(":not(aside, aside *, svg *)")];
  const parts = shown.map((one) => one.getBoundingClientRect());
  const size = (text) => parseFloat(getComputedStyle(text).fontSize)
    * (text.getScreenCTM?.().d ?? 1);
  return [slide.querySelector("h1, h2").textContent, Math.max(...parts.map((box) => box.bottom)),
    Math.max(...parts.map((box) => box.right)),
    Math.min(...[...slide.querySelectorAll("p, td, text")].map(size))];
})"""


@pytest.mark.parametrize("stem", ["07_services", "16_moving", "20_access"])
def test_the_slides_of_a_lesson(at_desk, stem):
    folder = slides.make(ROOT, stem)
    visit = browser.open_page(at_desk, folder.as_uri(), f"{stem}.html")
    page = visit.page
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    page.wait_for_function("window.Reveal && Reveal.isReady()", timeout=60_000)
    reach = page.evaluate(REACH)
    assert [text for text, low, right, _ in reach if low > HIGH or right > WIDE] == []
    assert [text for text, _, _, letters in reach if letters < HIGH / 45] == []
    assert [
        text for text, number in Counter(text for text, *_ in reach).items() if number > 1
    ] == []
    assert [text for text, *_ in reach[1:] if len(text.split()) > 8] == []
    assert visit.foreign == visit.errors == []
    text = (ROOT / "chapters" / f"{stem}.md").read_text("utf-8")
    assert page.locator(".poll").count() == text.count("```{guess}")
    assert page.locator(".chart svg").count() == text.count("\n  figure:\n")
    assert page.locator("aside.notes").count() > len(reach) / 3
    if "claims.verdict_table(" in text:
        assert page.locator("section").last.locator(".verdicts tr").count() > 0
    shown = page.inner_text("body")
    assert re.findall(r"\{(?:glue|doc|ref|footcite)[:\w]*\}|\$\$|C80 verdict", shown) == []
    index = (folder / "index.html").read_text("utf-8")
    assert f'href="{stem}.html"' in index and (folder / "reveal/LICENSE").is_file()


def test_an_author_marks_cells_and_questions_come_before_answers():
    guess = ":::{admonition} Predict\n```{guess} choice\n:answer: less\n\n- more\n- less\n```\n:::"
    filed = {"claim": "C80", "statement": "It doubled.", "sentence": "It rose. It did not double."}
    cells = [
        new_markdown_cell("# 京津冀\n\nFor the notes."),
        new_markdown_cell("## 差距\n\n北京高。"),
        new_markdown_cell("Marked.", metadata={"slide": "How much?"}),
        new_code_cell(
            "x = 1\nx",
            metadata={"slide": "In code", "code": True},
            outputs=[new_output("stream", text="one")],
        ),
        new_code_cell("y = 2"),
        new_markdown_cell(f"{guess}\n\nSaid.", metadata={"slide": "More or less?"}),
        new_markdown_cell(
            "## 手算\n\n:::{admonition} By hand\nTwo and two.\n$2 + 2 = 4$.\nFour.\n:::"
        ),
        new_markdown_cell("## Verdicts\n\nIt is so."),
        new_code_cell(
            "", outputs=[new_output("display_data", {VERDICT_MIME: {"table": [filed] * 9}})]
        ),
    ]
    notebook = new_notebook(cells=cells)
    listed = slides.list_slides(notebook, Plain({}, {}, BibliographyData(), ""))
    assert [one.heading for one in listed] == [
        "京津冀",
        "How much?",
        "In code",
        "More or less?",
        "By hand",
    ]
    opening, marked, code, question, by_hand = listed
    assert "北京高。" in "".join(opening.notes) and (marked.kicker, question.kicker) == (
        "差距",
        "Predict",
    )
    assert "Marked." in marked.shown and "\nx\n" in code.shown and ">one</pre>" in code.answers[0]
    assert "<li>less" in question.shown and question.answers == ["**B. less**"]
    assert "Said." in "".join(question.notes)
    assert (by_hand.shown, by_hand.answers) == ("Two and two.", ["$2 + 2 = 4$.", "Four."])
    claim, _, found = [*slides.list_verdicts(notebook)][8]
    assert (claim, found) == ("**C80** It doubled.", "It rose.")
    with pytest.raises(MasterError, match="there is no chapter '99'"):
        slides.make(ROOT, "99")


LESSON = """# Better than whom?

An old man asks.

:::{glance}
**You need.** Nothing.
:::

## A pill

A hundred people take a **placebo** (安慰剂).

| pill | better |
|---|---|
| empty | 90 |

:::{admonition} By hand
How many are cured?
| a | b |
|---|---|
| 1 | 2 |
None.
:::

Here is no toy.

## What we can say

:::{decides}
| divided by | rise |
|---|---|
| residents | 2 % |
:::

:::{answer}
:not: We may not say why.
It rose.
:::

:::{key-ideas}
- Compare.
:::

## Key terms

**placebo** · 安慰剂 · ānwèijì
: A pill with nothing in it.
"""


def test_a_lesson_has_its_person_toy_words_and_answer_on_slides():
    notebook = new_notebook(cells=[new_markdown_cell(LESSON)])
    listed = slides.list_slides(notebook, Plain({}, {}, BibliographyData(), ""))
    assert [one.heading for one in listed] == [
        *("Better than whom?", slides.OPENING, "A pill", "placebo · 安慰剂", "By hand"),
        *("The choice that decides", "What we can say", "Key ideas"),
    ]
    opening, toy, word, by_hand, _, answer, ideas = listed[1:]
    assert opening.shown == "An old man asks." and word.shown == "A pill with nothing in it."
    assert "| empty | 90 |" in toy.shown and "no toy" not in toy.shown
    assert by_hand.answers == ["| a | b |\n|---|---|\n| 1 | 2 |", "None."]
    assert answer.shown.strip() == "It rose." and "We may not say why." in answer.answers[0]
    assert ideas.shown.strip() == "- Compare."


def test_a_slide_takes_no_more_of_a_text_than_fits():
    line = "Nine words stand in each line of this text.\n"
    assert slides.shorten(3 * line, 20).count("Nine") == 2
    assert slides.shorten(f"{line}\n{line}\n| a |\n|---|\n| 1 |", 9).endswith("| 1 |")
    assert slides.shorten("$$\na = b\n$$\n", 2) == "$$\na = b\n$$"
    assert slides.shorten(f"(a-target)=\n\n% a comment\n\n{line}", 20) == line.strip()
