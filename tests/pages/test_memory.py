"""What the book remembers of a reader, in the reader's own browser: answers, guesses and marks."""

import json
from pathlib import Path

from coursework.masters.master import read
from tests import browser
from tests.pages import built

PAGE, GUESS = "exercises/pages/03_gdp.html", "chapters/01_reading.html"
NUMBER, CHOICE = ".self-check-number", ".self-check-choice"
NOT_OURS = ("not JSON", "null", '{"read": 3}', '{"right": {"chapters/03_gdp": 2}}')
NOT_MARKS = ("not JSON", "[]", '{"read": ["chapters/03_gdp"]}')
FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  configurable: true, get() { throw new DOMException("no", "SecurityError"); }
});"""


def _answer(page, words: str) -> str:
    """Type an answer to the page's first number; the sentence that the page gives."""
    place = page.locator(NUMBER).first
    place.locator("input").fill(words)
    place.get_by_role("button", name="Check").click()
    return place.locator("[role=status]").first.inner_text()


def _choose_until_right(page) -> None:
    place = page.locator(CHOICE).first
    for option in place.locator("input").all():
        option.check()
        if place.locator(".is-right").count():
            return


def test_answers_are_there_again_and_the_page_says_how_far_the_reader_is(at):
    page = at(PAGE)
    marks = page.locator(".page-marks")
    assert marks.inner_text() == ""
    _choose_until_right(page)
    chosen = page.locator(CHOICE).first.locator("input:checked")
    letter, total = chosen.get_attribute("value"), page.locator(".self-check, .code-exercise").count()
    assert marks.inner_text().startswith(f"1 of {total} answers")
    assert page.locator(".question-mark").count() == 1
    beside = page.locator(".bd-sidebar-primary .progress-mark").all_text_contents()
    assert [mark.strip() for mark in beside] == [f"✓ 1 of {total} right"]
    said = _answer(page, "12345")
    page.reload()
    place = page.locator(NUMBER).first
    assert place.locator("input").input_value() == "12345"
    assert place.locator("[role=status]").first.inner_text() == said
    assert chosen.get_attribute("value") == letter and page.locator(f"{CHOICE} .is-right").count()


def _list_marks(page) -> list[str]:
    """The marks beside the chapters of the table of contents."""
    page.wait_for_load_state("load")
    return [text.strip() for text in page.locator(".bd-sidebar-primary .progress-mark").all_text_contents()]


def test_marks_survive_a_reload_are_saved_as_a_file_erased_when_one_is_asked_and_loaded_again(
    at, home, tmp_path
):
    page = at("chapters/03_gdp.html")
    read = page.get_by_label("I have read this chapter")
    for press, marks in ((read.check, ["✓ read"]), (read.uncheck, []), (read.check, ["✓ read"])):
        press()
        page.reload()
        assert _list_marks(page) == marks and read.is_checked() == bool(marks)
    page.goto(f"{home}/{PAGE}")
    _choose_until_right(page)
    page.goto(f"{home}/index.html")
    summary, way = page.locator(".progress-summary"), page.locator(".way-in")
    for place in (summary, way):
        assert "1 chapter and answered 1 question right" in place.inner_text()
    assert page.locator("table.course-path .progress-mark").count() == 1
    on = way.locator("a").first
    assert on.inner_text() == "Go on with chapter 1" and on.get_attribute("href").endswith("01_reading.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    saved = Path(download.value.path())
    assert len(json.loads(saved.read_text(encoding="utf-8"))["right"]["exercises/pages/03_gdp"]) == 1
    eraser = page.get_by_role("button", name="Erase all marks")
    for answer, is_left in (("dismiss", True), ("accept", False)):
        page.once("dialog", lambda dialog, answer=answer: getattr(dialog, answer)())
        eraser.click()
        assert eraser.is_visible() == is_left
    for _ in range(2):
        assert "You have no marks here yet" in summary.inner_text() and _list_marks(page) == []
        assert on.inner_text() == "Start chapter 1" and "no account" in way.inner_text()
        page.reload()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('progress'))") == []
    # What was done meanwhile stays beside what is loaded.
    page.goto(f"{home}/chapters/04_gaps.html")
    read.check()
    page.goto(f"{home}/index.html")
    said = summary.get_by_role("status")
    for text in NOT_MARKS:
        (tmp_path / "other.json").write_text(text, encoding="utf-8")
        page.locator("input[type=file]").set_input_files(tmp_path / "other.json")
        said.filter(has_text="other.json holds no marks of this book.").wait_for()
        page.reload()
    page.locator("input[type=file]").set_input_files(saved)
    said.filter(has_text="are here now").wait_for()
    assert "2 chapters and answered 1 question right" in summary.inner_text()
    page.goto(f"{home}/{PAGE}")
    assert page.locator(f"{CHOICE} .is-right").count() == 1


def test_stored_marks_that_are_not_ours_do_no_harm(at_desk, home):
    visit = browser.open_page(at_desk, home, "index.html")
    for spoilt in NOT_OURS:
        visit.page.evaluate("(value) => localStorage.setItem('progress of /', value)", spoilt)
        visit.page.reload()
    assert visit.errors == []


def test_answers_are_checked_on_plain_http(at_desk):
    """A lab's server without a certificate is no secure context: some of a browser is missing there."""
    built.host(at_desk, "http://book.test/")
    page = at_desk.new_page()
    page.goto(f"http://book.test/{PAGE}")
    assert not page.evaluate("isSecureContext")
    _choose_until_right(page)
    assert page.locator(f"{CHOICE} .is-right").count() == 1


def test_hints_come_one_by_one(at):
    """What is said of an answer, test_answers.py holds."""
    page = at(PAGE)
    place, hints = page.locator(NUMBER).first, page.locator(".hints li")
    name = place.locator("form").get_attribute("aria-label").removeprefix("Check ")
    exercises = read(built.ROOT / "exercises" / "03_gdp.ipynb").exercises
    steps = next(len(one.hints) for one in exercises if one.number == name.split()[0])
    for step in range(steps):
        assert hints.count() == step
        place.locator(".hint-button").click()
    assert hints.count() == steps and place.locator(".hint-button").count() == 0


def test_where_the_browser_keeps_nothing_the_page_says_so_and_works(at_desk, home):
    for fault in (FORBIDDEN, browser.FULL):
        visit = browser.open_page(at_desk, home, "index.html")
        visit.page.add_init_script(fault)
        visit.page.goto(f"{home}/{PAGE}")
        _choose_until_right(visit.page)
        assert "does not keep them" in visit.page.locator(".page-marks").inner_text()
        # Nor does the theme, which asks for its own setting without a guard, end there.
        before = visit.page.evaluate("document.documentElement.dataset.mode")
        visit.page.get_by_role("button", name="Colour mode: ").click()
        assert visit.page.evaluate("document.documentElement.dataset.mode") != before
        visit.page.goto(f"{home}/{GUESS}")
        visit.page.locator(".guess input[type=radio]").first.check()
        visit.page.get_by_role("button", name="Check my guess").first.click()
        assert visit.page.locator(".guess-said").first.inner_text().endswith("does not keep it.")
        assert visit.errors == []
