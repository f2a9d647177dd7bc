"""What the book remembers of a reader, in the reader's own browser: answers, guesses and marks."""

import base64
import json
import re
from pathlib import Path

from coursework.making.master import read
from coursework.making.seals import read_recorded
from tests import browser
from tests.pages import built

PAGE, GUESS = "exercises/pages/03_gdp.html", "chapters/01_reading.html"
NUMBER = ".self-check-number"
FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  configurable: true, get() { throw new DOMException("no", "SecurityError"); }
});"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


def _answer(page, words: str):
    """Type an answer to the page's first number; the sentence that the page gives."""
    place = page.locator(NUMBER).first
    place.locator("input").fill(words)
    place.get_by_role("button", name="Check", exact=True).click()
    return place.locator("[role=status]").first


def _choose_until_right(page) -> None:
    place = page.locator(".self-check-choice").first
    for option in place.locator("input").all():
        option.check()
        if place.locator(".is-right").count():
            return


def test_answers_and_what_was_said_of_them_are_there_again(at_desk, home):
    page = browser.open_page(at_desk, home, PAGE).page
    said = _answer(page, "12345").inner_text()
    _choose_until_right(page)
    chosen = page.locator(".self-check-choice").first.locator("input:checked").get_attribute("value")
    page.reload()
    place = page.locator(NUMBER).first
    assert place.locator("input").input_value() == "12345"
    assert place.locator("[role=status]").first.inner_text() == said
    again = page.locator(".self-check-choice").first
    assert (
        again.locator("input:checked").get_attribute("value") == chosen and again.locator(".is-right").count()
    )


def test_the_page_and_its_questions_say_how_far_the_reader_is(at_desk, home):
    page = browser.open_page(at_desk, home, PAGE).page
    assert page.locator(".page-marks").inner_text() == ""
    _choose_until_right(page)
    total = page.locator(".self-check, .code-exercise").count()
    assert page.locator(".page-marks").inner_text().startswith(f"1 of {total} answers")
    assert page.locator(".question-mark").count() == 1
    marks = page.locator(".bd-sidebar-primary .progress-mark").all_text_contents()
    assert [mark.strip() for mark in marks] == [f"✓ 1 of {total} right"]


def test_marks_can_be_saved_as_a_file_and_erased(at_desk, home):
    page = browser.open_page(at_desk, home, PAGE).page
    _choose_until_right(page)
    page.goto(f"{home}/index.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save them as a file").click()
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert len(saved["right"]["exercises/pages/03_gdp"]) == 1
    page.get_by_role("button", name="Erase all marks").click()
    page.goto(f"{home}/{PAGE}")
    assert page.locator(".self-check-choice").first.locator("input:checked").count() == 0


def test_answers_are_checked_on_plain_http(at_desk):
    """A lab's server without a certificate is no secure context: some of a browser is missing there."""
    built.host(at_desk, "http://book.test/")
    page = at_desk.new_page()
    page.goto(f"http://book.test/{PAGE}")
    assert not page.evaluate("isSecureContext")
    _choose_until_right(page)
    assert page.locator(".self-check-choice .is-right").count() == 1


def test_a_usual_slip_has_its_own_word_and_units_are_read(at_desk, home):
    page = browser.open_page(at_desk, home, PAGE).page
    right = _find_right_number(page)
    assert "sign" in _answer(page, str(-right)).inner_text()
    assert "hundredth" in _answer(page, str(right / 100)).inner_text()
    assert "ten times" in _answer(page, str(right * 10)).inner_text()
    for word in ("%", "pp", "个百分点", "百分点", " percentage points"):  # the question asks for %
        assert _answer(page, f"{right}{word}").inner_text().startswith("Right")
    assert _answer(page, f"{right} parsecs").inner_text().startswith("Write the number alone")


def _find_right_number(page) -> float:
    """What the master recorded of the page's first number."""
    name = page.locator(f"{NUMBER} form").first.get_attribute("aria-label").removeprefix("Check ")
    cells = read(built.ROOT / "exercises" / "03_gdp.ipynb").exercises
    records = [record for one in cells if one.tests for record in read_recorded(one.tests)]
    return next(record["values"][""] for record in records if record["name"] == name)


def test_hints_come_one_by_one(at_desk, home):
    page = browser.open_page(at_desk, home, PAGE).page
    hints = page.locator(".hints li")
    assert hints.count() == 0
    number = page.locator(NUMBER).first
    for step in (1, 2, 3):
        number.locator(".hint-button").click()
        assert hints.count() == step
    assert number.locator(".hint-button").count() == 0


def test_a_number_with_hints_has_three_steps():
    packed = [
        json.loads(base64.b64decode(check))
        for name in built.names()
        for check in re.findall(r'data-check="([^"]+)"', built.html(name))
    ]
    numbers = [check for check in packed if check["kind"] == "number" and check["hints"]]
    assert numbers and [check["name"] for check in numbers if len(check["hints"]) != 3] == []


def test_where_the_browser_keeps_nothing_the_page_says_so_and_works(at_desk, home):
    for fault in (FORBIDDEN, FULL):
        visit = browser.open_page(at_desk, home, "index.html")
        visit.page.add_init_script(fault)
        visit.page.goto(f"{home}/{PAGE}")
        _choose_until_right(visit.page)
        assert "does not keep them" in visit.page.locator(".page-marks").inner_text()
        # Nor does the theme, which asks for its own setting without a guard, end there.
        before = visit.page.evaluate("document.documentElement.dataset.mode")
        visit.page.locator("button.theme-switch-button:visible").click()
        assert visit.page.evaluate("document.documentElement.dataset.mode") != before
        visit.page.goto(f"{home}/{GUESS}")
        visit.page.locator(".guess input[type=radio]").first.check()
        assert visit.page.locator(".guess-said").first.inner_text().endswith("does not keep it.")
        assert visit.errors == []
