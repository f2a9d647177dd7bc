"""Slides of a chapter: they fit, load nothing from elsewhere, and ask before they answer."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pybtex.database import BibliographyData

from coursework.common import MasterError
from coursework.teach import slides
from coursework.teach.download import Plain
from tests import browser
from tests.pages.built import ROOT

STEM = "03_gdp"
WIDE, HIGH = 1120, 700
# Heading of each slide, and how far down and to the right it reaches once all of it is shown.
REACH = """() => Reveal.getSlides().map((slide) => {
  const at = Reveal.getIndices(slide);
  Reveal.slide(at.h, at.v, 9);
  const shown = slide.querySelectorAll(":not(aside, aside *, svg *)");
  const parts = [...shown].map((one) => one.getBoundingClientRect());
  return [slide.textContent.trim().slice(0, 60), Math.max(...parts.map((box) => box.bottom)),
    Math.max(...parts.map((box) => box.right))];
})"""


def test_the_slides_of_a_chapter(at_desk):
    folder = slides.make(ROOT, STEM)
    visit = browser.open_page(at_desk, folder.as_uri(), f"{STEM}.html")
    page = visit.page
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    page.wait_for_function("window.Reveal && Reveal.isReady()", timeout=60_000)
    reach = page.evaluate(REACH)
    assert [text for text, low, right in reach if low > HIGH or right > WIDE] == []
    assert visit.foreign == visit.errors == []
    text = (ROOT / "chapters" / f"{STEM}.md").read_text("utf-8")
    assert page.locator(".poll").count() == text.count("```{guess}")
    assert page.locator(".chart svg").count() == text.count("mystnb:\n  figure:")
    assert page.locator("section section aside.notes").count() > 10
    shown = page.inner_text("body")
    assert re.findall(r"\{(?:glue|doc|ref|footcite)[:\w]*\}|\$\$|C80 verdict", shown) == []
    assert "Verdict" not in shown and "Key terms" not in shown
    index = (folder / "index.html").read_text("utf-8")
    assert f'href="{STEM}.html"' in index and (folder / "reveal/LICENSE").is_file()


def test_an_author_marks_cells_and_questions_come_before_answers():
    box = ":::{admonition} Predict\n```{guess} choice\n:answer: less\n\n- more\n- less\n```\n:::"
    cells = [
        new_markdown_cell("# 京津冀\n\nFor the notes."),
        new_markdown_cell("## 差距\n\n北京高。"),
        new_markdown_cell("Marked.", metadata={"slide": "How much?"}),
        new_code_cell("x = 1", metadata={"slide": "In code"}),
        new_code_cell("y = 2"),
        new_markdown_cell(box),
        new_markdown_cell("## Verdicts\n\nIt is so."),
    ]
    listed = slides.list_parts(new_notebook(cells=cells), Plain({}, {}, BibliographyData(), ""))
    shown = [(kind, getattr(part, "source", part).strip()) for kind, part in listed]
    kinds, texts = zip(*(part for part in shown if part[1]))
    assert " ".join(kinds) == "slide notes slide notes subslide - subslide - subslide - fragment"
    assert texts[:4] == ("# 京津冀", "For the notes.", "## 差距", "北京高。")
    assert texts[4:8] == ("## How much?", "Marked.", "## In code", "x = 1")
    assert "<li>less</li>" in texts[9] and ">B. less<" in texts[10]
    with pytest.raises(MasterError, match="there is no chapter '99'"):
        slides.make(ROOT, "99")
