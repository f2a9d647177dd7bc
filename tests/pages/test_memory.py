"""What the book remembers of a reader, in the reader's own browser: answers, guesses and marks."""

from pathlib import Path

import pytest

from tests import browser
from tests.pages import built

PAGE, GUESS = "exercises/pages/20_access.html", "chapters/01_reading.html"
NUMBER, CHOICE = ".self-check-number", ".self-check-choice"
NOT_OURS = ("not JSON", "null", '{"read": 3}', '{"right": {"chapters/04_vintages": 2}}')
FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  configurable: true, get() { throw new DOMException("no", "SecurityError"); }
});"""


def _choose_until_right(page) -> None:
    place = page.locator(CHOICE).first
    for option in place.locator("input").all():
        option.check()
        if place.locator(".is-right").count():
            return


def test_answers_are_there_again_and_the_page_says_how_far_the_reader_is(at):
    page = at(PAGE)
    _choose_until_right(page)
    chosen = page.locator(CHOICE).first.locator("input:checked")
    letter = chosen.get_attribute("value")
    total = page.locator(".self-check, .code-exercise").count()
    assert page.locator(".page-marks").inner_text().startswith(f"1 of {total} answers")
    assert page.locator(".question-mark").count() == 1 and _list_marks(page) == [
        f"✓ 1 of {total} right"
    ]
    number = page.locator(NUMBER).first
    number.locator("input").fill("12345")
    number.get_by_role("button", name="Check").click()
    verdict = number.locator("[role=status]").first.inner_text()
    for count in (1, 2):
        number.locator(".hint-button").click()
        assert page.locator(".hints li").count() == count
    page.reload()
    assert number.locator("input").input_value() == "12345"
    assert number.locator("[role=status]").first.inner_text() == verdict
    assert chosen.get_attribute("value") == letter and page.locator(f"{CHOICE} .is-right").count()


def _list_marks(page) -> list[str]:
    """List the marks beside the chapters of the table of contents."""
    page.wait_for_load_state("load")
    return [
        text.strip()
        for text in page.locator(".bd-sidebar-primary .progress-mark").all_text_contents()
    ]


def test_marks_are_saved_as_a_file_erased_when_the_reader_agrees_and_loaded_again(
    at, home, tmp_path
):
    page = at("chapters/04_vintages.html")
    read = page.get_by_label("I have read this lesson")
    for press, marks in ((read.check, ["✓ read"]), (read.uncheck, []), (read.check, ["✓ read"])):
        press()
        page.reload()
        assert _list_marks(page) == marks and read.is_checked() == bool(marks)
    page.goto(f"{home}/{PAGE}")
    _choose_until_right(page)
    page.goto(f"{home}/index.html")
    summary = page.locator(".progress-summary")
    way = page.locator(".way-in")
    for place in (summary, way):
        assert "1 lesson and answered 1 question right" in place.inner_text()
    assert page.locator(".course-path .progress-mark").count() == 1
    start = way.locator("a").first
    assert start.inner_text() == "Go on with lesson 20", (
        "the one whose exercises were answered last"
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    saved = Path(download.value.path())
    eraser = page.get_by_role("button", name="Delete my progress")
    for answer, is_left in (("dismiss", True), ("accept", False)):
        page.once("dialog", lambda dialog, answer=answer: getattr(dialog, answer)())
        eraser.click()
        assert eraser.is_visible() == is_left
    assert page.locator("button:focus").inner_text() == "Load from a file"
    for _ in range(2):
        assert "Moving from another browser?" in summary.inner_text() and _list_marks(page) == []
        assert start.inner_text() == "Start lesson 1" and "no account" in way.inner_text()
        page.reload()
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('progress'))") == []
    )
    # What the reader does after erasing stays beside what is loaded.
    page.goto(f"{home}/chapters/08_gaps.html")
    read.check()
    page.goto(f"{home}/index.html")
    status = summary.get_by_role("status")
    chosen = page.locator("input[type=file]")
    (other := tmp_path / "other.json").write_text(
        '{"read": ["chapters/04_vintages"]}', encoding="utf-8"
    )
    chosen.set_input_files(other)
    status.filter(has_text="other.json holds no progress in this book.").wait_for()
    chosen.set_input_files(saved)
    status.filter(has_text="is added to yours").wait_for()
    assert "2 lessons and answered 1 question right" in summary.inner_text()
    page.goto(f"{home}/{PAGE}")
    assert page.locator(f"{CHOICE} .is-right").count() == 1


def test_marks_of_a_lesson_that_was_renamed_are_those_of_its_page_of_today(at_desk, home):
    former = {
        "last": "exercises/pages/12_access",
        "read": ["chapters/03_gdp", "chapters/04_vintages", "chapters/14_services"],
        "right": {
            "exercises/pages/12_access": ["12.1 choice"],
            "exercises/pages/20_access": ["20.2 power"],
        },
        "asked": {"exercises/pages/12_access": 9},
        "answers": {
            "exercises/pages/12_access": {"12.1 choice": "B", "exercise-12-2": {"tries": 1}}
        },
        "guesses": {"chapters/0b_doubt": {"choice 1": "a"}},
        "code": {"exercises/pages/12_access": {"k3": "x = 1"}},
    }
    visit = browser.open_page(at_desk, home, "index.html")
    keep = "marks => localStorage.setItem('progress of /', JSON.stringify(marks))"
    visit.page.evaluate(keep, former)
    visit.page.reload()
    page = "exercises/pages/20_access"
    assert visit.page.evaluate("globalThis.bookMemory.marks") == {
        "last": page,
        "read": ["chapters/04_vintages", "chapters/07_services"],
        "right": {page: ["20.1 choice", "20.2 power"]},
        "asked": {page: 9},
        "answers": {page: {"20.1 choice": "B", "exercise-20-2": {"tries": 1}}},
        "guesses": {"chapters/09_doubt": {"choice 1": "a"}},
        "code": {page: {"k3": "x = 1"}},
    }
    assert visit.page.locator(".way-in a").first.inner_text() == "Go on with lesson 20"


def test_stored_marks_that_are_not_ours_do_no_harm(at_desk, home):
    visit = browser.open_page(at_desk, home, "index.html")
    for spoilt in NOT_OURS:
        visit.page.evaluate("spoilt => localStorage.setItem('progress of /', spoilt)", spoilt)
        visit.page.reload()
        assert visit.errors == [], spoilt


def test_answers_are_checked_on_plain_http(at_desk):
    """A lab's server without a certificate is no secure context: some of a browser is missing
    there."""
    built.host(at_desk, "http://book.test/")
    page = at_desk.new_page()
    page.goto(f"http://book.test/{PAGE}")
    assert not page.evaluate("isSecureContext")
    _choose_until_right(page)
    assert page.locator(f"{CHOICE} .is-right").count() == 1


@pytest.mark.parametrize("fault", [FORBIDDEN, browser.FULL], ids=["forbidden", "full"])
def test_where_the_browser_keeps_nothing_the_page_says_so_and_works(at_desk, home, fault):
    at_desk.add_init_script(fault)
    visit = browser.open_page(at_desk, home, PAGE)
    page = visit.page
    _choose_until_right(page)
    assert "does not keep them" in page.locator(".page-marks").inner_text()
    # The theme's script reads its own setting without a guard, and works all the same.
    mode = page.evaluate("document.documentElement.dataset.mode")
    page.get_by_role("button", name="Colour mode: ").click()
    assert page.evaluate("document.documentElement.dataset.mode") != mode
    page.goto(f"{home}/{GUESS}")
    page.locator(".guess input[type=radio]").first.check()
    page.get_by_role("button", name="Check my guess").first.click()
    assert page.locator(".guess-said").first.inner_text().endswith("does not keep it.")
    assert visit.errors == []
