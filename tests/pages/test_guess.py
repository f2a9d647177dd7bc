"""A guess is taken before the answer, kept, and shown beside it and on the chart."""

import json
import re
from html import unescape

import pytest

from tests import browser
from tests.pages import built

PAGE = "chapters/01_reading.html"


def asked(name: str) -> list[dict]:
    return [json.loads(unescape(data)) for data in re.findall(r'data-guess="([^"]+)"', built.html(name))]


def test_a_guess_is_compared_and_there_again(at_desk, home):
    visit = browser.open_page(at_desk, home, PAGE)
    page, first = visit.page, asked(PAGE)[0]
    wrong = next(option for option in first["options"] if option != first["answer"])
    box = page.locator(".guess").first
    assert box.locator(".guess-still").is_hidden() and box.locator(".guess-said").inner_text() == ""
    box.get_by_label(wrong, exact=True).check()
    said = box.locator(".guess-said").inner_text()
    assert wrong in said and first["answer"] in said
    page.reload()
    again = page.locator(".guess").first
    assert again.get_by_label(wrong, exact=True).is_checked()
    assert again.locator(".guess-said").inner_text() == said and visit.errors == []


def test_a_number_is_drawn_on_its_chart_and_no_number_is_asked_again(at_desk, home):
    drawn = [(name, one) for name in built.names() for one in asked(name) if one.get("figure")]
    assert drawn, "no guess of the book is drawn on a chart"
    name, one = drawn[0]
    page = browser.open_page(at_desk, home, name).page
    box = page.locator(".guess").nth(asked(name).index(one))
    field = box.locator("input[type=text]")
    field.fill("plenty")
    box.get_by_role("button").click()
    assert box.locator(".guess-said").inner_text().startswith("Write one number")
    field.fill(str(one["answer"]))
    box.get_by_role("button").click()
    assert one["shown"] in box.locator(".guess-said").inner_text()
    page.locator(f"#{one['figure']}").scroll_into_view_if_needed()
    page.locator(f"#{one['figure']} .guess-line").wait_for()


def test_without_scripts_the_box_asks_to_write_it_down(no_scripts, home):
    page = browser.open_page(no_scripts, home, PAGE).page
    assert page.locator(".guess-still").first.is_visible()
    assert page.locator(".guess input").count() == 0


@pytest.mark.parametrize("name", [f"{name}.html" for name in built.listed() if name.startswith("chapters/")])
def test_every_box_that_predicts_has_a_field(name):
    boxes = len(re.findall(r'<p class="admonition-title">Predict</p>', built.html(name)))
    assert len(asked(name)) == boxes
