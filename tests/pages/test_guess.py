"""A guess comes before the answer, which waits for it; it is kept, and shown beside it and on the chart."""

import json
import re
from html import unescape

from docutils import nodes

from book.exercises.guess import find_waiting
from tests import browser
from tests.pages import built, checks

PAGE, NUMBERS = "chapters/01_reading.html", "chapters/03_gdp.html"
SHOW, CHECK = "Show it anyway", "Check my guess"
# Of what waits, what can be seen.
SEEN = """() => [...document.querySelectorAll(".waits > :not(.cover)")].filter(
  (part) => part.checkVisibility({ visibilityProperty: true }))"""


def asked(name: str) -> list[dict]:
    return [json.loads(unescape(data)) for data in re.findall(r'data-guess="([^"]+)"', built.html(name))]


def test_a_guess_is_compared_and_there_again(at):
    page, first = at(PAGE), asked(PAGE)[0]
    wrong = next(option for option in first["options"] if option != first["answer"])
    box, said = page.locator(".guess").first, page.locator(".guess-said").first
    assert box.locator(".guess-still").is_hidden() and said.inner_text() == ""
    box.get_by_role("button", name=CHECK).click()
    assert said.inner_text() == "Choose one first."
    box.get_by_label(wrong, exact=True).check()
    box.get_by_role("button", name=CHECK).click()
    words = said.inner_text().removesuffix(" The result below is open now.")
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
        box.get_by_role("button", name=CHECK).click()
        assert says in box.locator(".guess-said").inner_text()
    page.locator(f"#{one['figure']}").scroll_into_view_if_needed()
    page.locator(f"#{one['figure']} .guess-line").wait_for()


def test_without_scripts_the_box_asks_to_write_it_down(no_scripts, home):
    page = browser.open_page(no_scripts, home, PAGE).page
    assert page.locator(".guess-still").first.is_visible() and page.locator(".guess input").count() == 0
    assert page.locator(".waits").count() and not page.locator(".cover, .is-covered").count()


def test_what_shows_the_answer_is_covered_until_the_reader_guesses_or_asks(at_desk, home):
    visit = browser.open_page(at_desk, home, NUMBERS)
    page, answer = visit.page, asked(NUMBERS)[0]["shown"]
    covers, first = page.get_by_text("Covered until you guess."), page.locator(".waits").first
    heights = page.locator(".waits").evaluate_all("all => all.map((part) => part.offsetHeight)")
    assert covers.count() == page.locator(".waits").count() and page.evaluate(f"({SEEN})().length") == 0
    assert answer not in first.inner_text() and checks.accessibility(page, within="main") == []
    # Paper has it all.
    page.emulate_media(media="print")
    assert page.evaluate(f"({SEEN})().length") and not covers.first.is_visible()
    page.emulate_media(media="screen")
    page.get_by_role("button", name=SHOW).first.press("Enter")
    assert answer in first.inner_text()
    assert first.evaluate("part => part === document.activeElement"), "the focus goes where the button was"
    assert page.locator(".waits").evaluate_all("all => all.map((part) => part.offsetHeight)") == heights
    rest = covers.count()
    page.reload()
    assert answer in first.inner_text() and covers.count() == rest
    box = page.locator(".guess").nth(1)
    box.locator("input[type=radio]").first.check()
    box.get_by_role("button", name=CHECK).click()
    assert box.get_by_role("status").inner_text().endswith("The result below is open now.")
    assert covers.count() < rest
    page.get_by_label("I have read this chapter").check()
    page.reload()
    assert covers.count() == 0 and visit.errors == []


def test_every_box_that_predicts_has_a_field():
    pages = [f"{name}.html" for name in built.listed() if name.startswith("chapters/")]
    boxes = {name: built.html(name).count('<p class="admonition-title">Predict</p>') for name in pages}
    assert {name: len(asked(name)) for name in pages} == boxes
    # Between a field and the next one something waits.
    kinds = {
        name: re.findall(r'class="(?:[^"]* )?(guess-live|waits)[ "]', built.html(name)) for name in pages
    }
    assert [name for name, found in kinds.items() if "guess-live guess-live" in " ".join(found)] == []
    assert [name for name, found in kinds.items() if found[-1:] == ["guess-live"]] == []


def test_the_next_outputs_wait_those_that_print_the_number_and_what_behind_them_says_it():
    def cell(printed: str = "") -> nodes.container:
        output = nodes.container("", nodes.literal_block("", printed), classes=["cell_output"])
        return nodes.container("", *([output] if printed else []), classes=["cell"])

    def waiting(answer: str, *after: nodes.Node) -> list[str]:
        section = nodes.section("", nodes.admonition(), *after)
        return [node.astext() for node in find_waiting(section[0], answer)]

    def says(text: str) -> nodes.paragraph:
        return nodes.paragraph("", text)

    near = cell("1.81"), nodes.comment(), cell("a chart"), says("It is 1.81."), says("So."), cell("1.81")
    assert waiting("1.81", *near) == ["1.81", "a chart", "It is 1.81."]
    far = says("First"), cell("0.5"), says("then"), cell(), cell("72 of 100"), says("0.72"), says("72!")
    assert waiting("72", *far) == ["0.5", "72 of 100", "72!"]
    assert waiting("no", cell("yes"), says("no, no"), nodes.note(), says("no")) == ["yes", "no, no"]
    assert waiting("1", says("x"), nodes.section("", cell("1"))) == []
