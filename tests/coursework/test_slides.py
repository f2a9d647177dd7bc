"""Slides of a chapter: nothing runs over its slide or comes from elsewhere, each prediction is a poll."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from coursework.making import slides
from coursework.making.files import MasterError
from tests.pages.built import ROOT

STEM = "03_gdp"
WIDE, HIGH = 1120, 700
# What each slide shows when all of it is shown: its heading, and how far down and to the right it reaches.
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
    page, foreign, errors = at_desk.new_page(), [], []
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    page.on(
        "request", lambda one: None if one.url.startswith(("file:", "data:")) else foreign.append(one.url)
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((folder / f"{STEM}.html").as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()", timeout=60_000)
    reach = page.evaluate(REACH)
    assert [text for text, low, right in reach if low > HIGH or right > WIDE] == []
    assert foreign == [] and errors == []
    text = (ROOT / "chapters" / f"{STEM}.md").read_text("utf-8")
    assert page.locator(".poll").count() == page.locator(".answer").count() == text.count("```{guess}")
    charts = page.locator(".chart svg")
    assert charts.count() == text.count("mystnb:\n  figure:") and len(reach) > charts.count() + 10
    assert page.locator("section section aside.notes").count() > len(reach) / 2
    assert re.findall(r"\{(?:glue|doc|ref|footcite)[:\w]*\}|\$\$|C80 verdict", page.inner_text("body")) == []
    index = (folder / "index.html").read_text("utf-8")
    assert f'href="{STEM}.html"' in index and (folder / "reveal/LICENSE").is_file()


def test_a_section_without_a_space_opens_with_its_first_sentence():
    text = "# 京津冀\n\n## 差距\n\n北京的人均产值高。河北的低。\n\n## Key terms\n\n比重。"
    deck = slides.Deck(new_notebook(cells=[new_markdown_cell(text)]), lambda text: text, {})
    assert [slide.text for slide in deck.slides] == ["# 京津冀", "## 差距\n\n北京的人均产值高。"]


def test_what_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(MasterError, match="there is no chapter '99'"):
        slides.make(ROOT, "99")
    for name in ("chapters", "data"):
        (tmp_path / name).symlink_to(Path(ROOT / name))
    with pytest.raises(MasterError, match="the ledger is not made"):
        slides.make(tmp_path, "03")
