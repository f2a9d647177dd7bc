"""A key term says what it means where it stands."""

from tests import browser

PAGE, TERM = "chapters/04_gaps.html", 'a[href*="glossary.html#term-lorenz-curve"]'
IN_GLOSSARY = "**/glossary.html#term-lorenz-curve"


def test_hover_and_focus_show_the_definition_in_both_languages(at):
    page = at(PAGE)
    term, box = page.locator(TERM).first, page.get_by_role("tooltip")
    term.hover()
    box.wait_for()
    assert "Lorenz curve" in box.inner_text()
    assert box.locator("[lang=zh-Hans]").inner_text() == "洛伦兹曲线"
    assert term.get_attribute("aria-describedby") == box.get_attribute("id")
    page.keyboard.press("Escape")
    assert box.count() == 0
    page.mouse.move(0, 0)
    term.focus()
    box.wait_for()
    assert page.url.endswith(PAGE)


def test_a_tap_stays_a_second_one_or_a_term_that_is_gone_leads_to_the_glossary(on_phone, home):
    page = browser.open_page(on_phone, home, PAGE).page
    page.locator(TERM).first.tap()
    place = page.get_by_role("tooltip").bounding_box()
    assert place["x"] >= 0 and place["x"] + place["width"] <= browser.PHONE["width"]
    assert page.url.endswith(PAGE)
    page.get_by_role("link", name="In the glossary").tap()
    page.wait_for_url(IN_GLOSSARY)
    page = browser.open_page(on_phone, home, PAGE).page
    page.route("**/words-data.js", lambda route: route.abort())
    page.locator(TERM).first.tap()
    page.wait_for_url(IN_GLOSSARY)


def test_from_a_folder_the_words_are_there_too(at_desk):
    page = browser.open_page(at_desk, browser.HTML.as_uri(), PAGE).page
    page.locator(TERM).first.hover()
    page.get_by_role("tooltip").wait_for()
