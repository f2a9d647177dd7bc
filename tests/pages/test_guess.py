"""A guess is taken before the answer, kept, and shown beside it and on the chart."""

import json
import re
from html import unescape

from tests import browser
from tests.pages import built

PAGE = "chapters/01_reading.html"


def asked(name: str) -> list[dict]:
    return [json.loads(unescape(data)) for data in re.findall(r'data-guess="([^"]+)"', built.html(name))]


def test_a_guess_is_compared_and_there_again(at):
    page, first = at(PAGE), asked(PAGE)[0]
    wrong = next(option for option in first["options"] if option != first["answer"])
    box, said = page.locator(".guess").first, page.locator(".guess-said").first
    assert box.locator(".guess-still").is_hidden() and said.inner_text() == ""
    box.get_by_label(wrong, exact=True).check()
    words = said.inner_text()
    assert wrong in words and first["answer"] in words
    page.reload()
    assert box.get_by_label(wrong, exact=True).is_checked() and said.inner_text() == words


def test_a_number_is_drawn_on_its_chart_and_no_number_is_asked_again(at):
    drawn = [(name, one) for name in built.names() for one in asked(name) if one.get("figure")]
    assert drawn, "no guess of the book is drawn on a chart"
    name, one = drawn[0]
    page = at(name)
    box = page.locator(".guess").nth(asked(name).index(one))
    for text, says in {"plenty": "Write one number", str(one["answer"]): one["shown"]}.items():
        box.locator("input[type=text]").fill(text)
        box.get_by_role("button").click()
        assert says in box.locator(".guess-said").inner_text()
    page.locator(f"#{one['figure']}").scroll_into_view_if_needed()
    page.locator(f"#{one['figure']} .guess-line").wait_for()


def test_without_scripts_the_box_asks_to_write_it_down(no_scripts, home):
    page = browser.open_page(no_scripts, home, PAGE).page
    assert page.locator(".guess-still").first.is_visible() and page.locator(".guess input").count() == 0


def test_every_box_that_predicts_has_a_field():
    pages = [f"{name}.html" for name in built.listed() if name.startswith("chapters/")]
    boxes = {name: built.html(name).count('<p class="admonition-title">Predict</p>') for name in pages}
    assert {name: len(asked(name)) for name in pages} == boxes
