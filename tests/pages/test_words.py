"""A key term says what it means where it stands."""

from tests import browser

PAGE, TERM = "chapters/04_gaps.html", 'a[href*="glossary.html#term-lorenz-curve"]'


def _box(page):
    return page.get_by_role("tooltip")


def test_hover_and_focus_show_the_definition_in_both_languages(at_desk, home):
    visit = browser.open_page(at_desk, home, PAGE)
    page, term = visit.page, visit.page.locator(TERM).first
    term.hover()
    _box(page).wait_for()
    assert "Lorenz curve" in _box(page).inner_text()
    assert _box(page).locator("[lang=zh-Hans]").inner_text() == "洛伦兹曲线"
    assert term.get_attribute("aria-describedby") == _box(page).get_attribute("id")
    page.keyboard.press("Escape")
    assert _box(page).count() == 0
    page.mouse.move(0, 0)
    term.focus()
    _box(page).wait_for()
    assert page.url.endswith(PAGE) and visit.errors == []


def test_a_tap_stays_on_the_page_and_a_second_one_leads_to_the_glossary(on_phone, home):
    page = browser.open_page(on_phone, home, PAGE).page
    term = page.locator(TERM).first
    term.tap()
    _box(page).wait_for()
    box = _box(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= browser.PHONE["width"]
    assert page.url.endswith(PAGE)
    _box(page).get_by_role("link", name="In the glossary").tap()
    page.wait_for_url("**/glossary.html#term-lorenz-curve")


def test_from_a_folder_the_words_are_there_too(at_desk):
    page = browser.open_page(at_desk, browser.HTML.as_uri(), PAGE).page
    page.locator(TERM).first.hover()
    _box(page).wait_for()


def test_a_term_that_is_gone_leads_to_the_glossary(on_phone, home):
    page = browser.open_page(on_phone, home, PAGE).page
    page.route("**/words-data.js", lambda route: route.abort())
    page.locator(TERM).first.tap()
    page.wait_for_url("**/glossary.html#term-lorenz-curve")
