"""Cards on links: what a key term means, what a claim says with its label, and a source with its
address."""

from tests import browser
from tests.pages import checks
from tests.pages.built import filed, plain

PAGE, TERM = "chapters/08_gaps.html", 'a[href*="glossary.html#term-lorenz-curve"]'
IN_GLOSSARY = "**/glossary.html#term-lorenz-curve"
SOURCE = 'a[href="#footcite-young2008"]'
CLAIM = 'a[href$="#claim-c67"]'


def test_a_first_tap_shows_the_card_and_a_second_or_a_missing_file_follows_the_link(on_phone, home):
    on_phone.add_init_script("localStorage.setItem('layer', 'work')")
    page = browser.open_page(on_phone, home, PAGE).page
    page.locator(TERM).first.tap()
    place = page.get_by_role("tooltip").bounding_box()
    assert place["x"] >= 0 and place["x"] + place["width"] <= browser.PHONE["width"]
    assert page.url.endswith(PAGE)
    page.get_by_role("link", name="In the glossary").tap()
    page.wait_for_url(IN_GLOSSARY)
    page.goto(f"{home}/index.html")
    page.locator(CLAIM).first.tap()
    page.get_by_role("link", name="In the ledger").tap()
    page.wait_for_url("**/ledger.html#claim-c67")
    page = browser.open_page(on_phone, home, PAGE).page
    page.route("**/words-data.js", lambda route: route.abort())
    page.locator(TERM).first.tap()
    page.wait_for_url(IN_GLOSSARY)


def test_hover_and_focus_show_a_term_in_both_languages_a_source_and_a_claim_with_its_label(
    at_desk, home
):
    at_desk.add_init_script("localStorage.setItem('layer', 'work')")
    claim = filed()["C67"]
    for name, link, parts in (
        (PAGE, TERM, ["Lorenz curve", "洛伦兹曲线"]),
        (
            "chapters/10_convergence.html",
            SOURCE,
            ["Journal of Money, Credit and Banking", "doi:10.1111/"],
        ),
        ("index.html", CLAIM, [claim[part] for part in ("quoted", "label", "plain")]),
    ):
        page = browser.open_page(at_desk, home, name).page
        link = page.locator(link).first
        box = page.get_by_role("tooltip")
        link.scroll_into_view_if_needed()
        page.wait_for_timeout(300)  # a card closes when the page scrolls
        for act in (link.hover, link.focus):
            act()
            box.wait_for()
            assert all(plain(part) in plain(box.inner_text()) for part in parts)
            assert link.get_attribute("aria-describedby") == box.get_attribute("id")
            page.keyboard.press("Escape")
            assert box.count() == 0
            page.mouse.move(0, 0)
        assert page.url.endswith(name)


def test_a_card_on_the_page_that_decides_its_claim_waits_for_the_guesses(at):
    sentence = plain(filed()["C80"]["plain"])
    page = at("chapters/04_vintages.html")
    box = page.get_by_role("tooltip")
    for script, is_open in (("0", False), (checks.OPEN_COVERS, True)):
        page.evaluate(script)
        page.locator('a[href$="#claim-c80"]').first.hover()
        box.wait_for()
        assert (sentence in plain(box.inner_text())) is is_open and box.locator(
            ".badge"
        ).count() == is_open
        page.keyboard.press("Escape")
        page.mouse.move(0, 0)
