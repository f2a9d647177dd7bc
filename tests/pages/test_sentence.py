"""The reader's sentence comes before the book's, and is kept."""

from coursework.masters.master import read
from tests import browser
from tests.pages import built

PAGE = "chapters/01_reading.html"


def test_the_books_sentence_stays_covered_until_the_reader_wrote_or_asked(at_desk, home):
    visit = browser.open_page(at_desk, home, PAGE)
    box = visit.page.locator(".sentence").first
    field, book = box.get_by_role("textbox"), box.locator(".sentence-said")
    assert not box.locator(".sentence-still, .sentence-book summary").locator("visible=true").count()
    for text, says in {"": "Write a sentence first", "Too short.": "Write a sentence first"}.items():
        field.fill(text)
        box.get_by_role("button", name="Compare").click()
        assert says in box.get_by_role("status").inner_text() and book.is_hidden()
    field.fill("The ratio fell while the gap in yuan grew.")
    box.get_by_role("button", name="Compare").click()
    assert book.is_visible() and box.get_by_role("status").inner_text() == "Kept in this browser."
    visit.page.reload()
    assert field.input_value().startswith("The ratio fell") and book.is_visible()
    visit.page.evaluate("localStorage.clear()")
    visit.page.reload()
    assert field.input_value() == "" and book.is_hidden()
    box.get_by_role("button", name="Show it anyway").click()
    box.locator(".sentence-book summary:focus").wait_for()
    assert book.is_visible() and visit.errors == []


def test_a_text_that_a_person_marks_has_a_field_and_then_a_model_answer(at, home):
    path = "exercises/pages/03_gdp.html"
    exercise = next(e for e in read(built.ROOT / "exercises" / "03_gdp.ipynb").exercises if e.by_hand)
    model = exercise.answer.source.splitlines()[0]
    assert model not in built.html(path), "packed, as other answers are"
    page = at(path)
    box = page.locator(".sentence")
    box.get_by_role("button", name="Compare").click()
    assert "Write an answer first" in box.get_by_role("status").inner_text()
    box.get_by_role("textbox", name=f"Your answer to exercise {exercise.number}").fill("A region grew. " * 5)
    box.get_by_role("button", name="Compare").click()
    assert built.plain(model) in built.plain(box.locator(".sentence-said").inner_text())
    page.reload()
    assert box.get_by_role("textbox").input_value().startswith("A region grew.")
