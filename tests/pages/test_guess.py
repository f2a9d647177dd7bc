"""A guess or a sentence of the reader comes before the book's, which waits for it; both are
kept."""

import json
import re
from html import unescape

from lxml import html

from coursework.masters.master import read
from tests import browser
from tests.pages import built, checks

PAGE, NUMBERS = "chapters/01_reading.html", "chapters/02_region.html"
SHOW, CHECK = "Show without guessing", "Check my guess"
# Of what waits, what can be seen.
SEEN = """() => [...document.querySelectorAll(".waits > :not(.cover)")].filter(
  (part) => part.checkVisibility({ visibilityProperty: true }))"""


def asked(name: str) -> list[dict]:
    return [
        json.loads(unescape(data)) for data in re.findall(r'data-guess="([^"]+)"', built.html(name))
    ]


def test_a_guess_and_a_sentence_are_compared_and_there_again(at_desk, home):
    visit = browser.open_page(at_desk, home, PAGE)
    page = visit.page
    first = asked(PAGE)[0]
    wrong = next(option for option in first["options"] if option != first["answer"])
    box = page.locator(".guess").first
    verdict = page.locator(".guess-said").first
    assert box.locator(".guess-still").is_hidden() and verdict.inner_text() == ""
    box.get_by_role("button", name=CHECK).click()
    assert verdict.inner_text() == "Choose one first."
    box.get_by_label(wrong, exact=True).check()
    box.get_by_role("button", name=CHECK).click()
    words = verdict.inner_text().removesuffix(" The result is shown below.")
    assert wrong in words and first["answer"] in words
    page.reload()
    assert box.get_by_label(wrong, exact=True).is_checked() and verdict.inner_text() == words
    # The book's sentence stays covered until the reader wrote or asked.
    box = page.locator(".sentence").first
    field = box.get_by_role("textbox")
    book = box.locator(".sentence-said")
    assert (
        not box.locator(".sentence-still, .sentence-book summary").locator("visible=true").count()
    )
    for text, says in {"": "Write something first", "Too short.": "Write something first"}.items():
        field.fill(text)
        box.get_by_role("button", name="Compare").click()
        assert says in box.get_by_role("status").inner_text() and book.is_hidden()
    field.fill("The ratio fell while the gap in yuan grew.")
    box.get_by_role("button", name="Compare").click()
    assert book.is_visible() and box.get_by_role("status").inner_text() == "Kept in this browser."
    page.reload()
    assert field.input_value().startswith("The ratio fell") and book.is_visible()
    page.evaluate("localStorage.clear()")
    page.reload()
    assert field.input_value() == "" and book.is_hidden()
    box.get_by_role("button", name="Show without writing").click()
    box.locator(".sentence-book summary:focus").wait_for()
    assert book.is_visible() and visit.errors == []


def test_what_shows_the_answer_is_covered_until_the_reader_guesses_or_asks(at_desk, home):
    visit = browser.open_page(at_desk, home, NUMBERS)
    page = visit.page
    answer = asked(NUMBERS)[1]["shown"]
    covers = page.get_by_text("Hidden until you guess.")
    last = page.locator(".waits").last
    heights = "all => all.map((part) => part.offsetHeight)"
    assert max(page.locator(".waits").evaluate_all(heights)) < 60, "a line each"
    assert (
        covers.count() == page.locator(".waits").count()
        and page.evaluate(f"({SEEN})().length") == 0
    )
    assert answer not in last.inner_text() and checks.accessibility(page, within="main") == []
    # Paper has it all.
    page.emulate_media(media="print")
    assert page.evaluate(f"({SEEN})().length") and not covers.first.is_visible()
    page.emulate_media(media="screen")
    page.get_by_role("button", name=SHOW).last.press("Enter")
    assert answer in last.inner_text()
    assert last.evaluate("part => part === document.activeElement"), (
        "the focus goes where the button was"
    )
    rest = covers.count()
    page.reload()
    assert answer in last.inner_text() and covers.count() == rest
    box = page.locator(".guess").first
    box.locator("input[type=radio]").first.check()
    box.get_by_role("button", name=CHECK).click()
    assert box.get_by_role("status").inner_text().endswith("The result is shown below.")
    assert covers.count() < rest
    page.get_by_label("I have read this lesson").check()
    page.reload()
    assert covers.count() == 0 and visit.errors == []


def test_a_link_into_what_is_covered_opens_it_and_keeps_no_guess(at_desk, home):
    page = browser.open_page(at_desk, home, NUMBERS).page
    covers = page.get_by_text("Hidden until you guess.")
    count = covers.count()
    target = page.locator(".waits [id^=fig-]").first.get_attribute("id")
    page.evaluate("name => { location.hash = name; }", target)
    page.locator(f"#{target}").wait_for()
    assert covers.count() == count - 1 and page.locator(f"#{target}").bounding_box()["height"] > 100
    page.evaluate("() => { location.hash = '%E0%A4%A'; }")
    page.goto(f"{home}/{NUMBERS}?again")
    assert covers.count() == count
    # A link from another page, with the state of a chart.
    page.goto(f"{home}/{NUMBERS}?more#{target}?case_shown=nothing")
    page.locator(f"#{target}").wait_for()
    assert covers.count() == count - 1


def test_without_scripts_nothing_is_covered(no_scripts, home):
    page = browser.open_page(no_scripts, home, NUMBERS).page
    assert page.locator(".waits > *:visible").count() > 3 and not page.locator(".cover").count()
    assert page.get_by_text("Write your guess down before you read on.").first.is_visible()


def find_box(field: html.HtmlElement) -> html.HtmlElement:
    """Find the box of a guess: the part of its section that holds its field."""
    boxes = [field, *field.iterancestors()]
    return next(
        box for box in boxes if box.getparent().tag == "section" or is_waiting(box.getparent())
    )


def is_waiting(part: html.HtmlElement) -> bool:
    return "waits" in part.get("class", "").split()


def test_all_that_follows_a_guess_in_its_section_is_under_its_one_cover():
    seen = 0
    for name in (f"{name}.html" for name in built.listed() if name.startswith("chapters/")):
        for field in html.parse(browser.HTML / name).iterfind(".//div[@data-guess]"):
            seen += 1
            following = list(find_box(field).itersiblings())
            assert [is_waiting(part) for part in following] == [True], (
                f"{name}: {field.get('data-guess')}"
            )
            assert following[0].text_content().strip() and not following[0].xpath("ancestor::pre")
    assert seen


def test_every_box_that_predicts_has_a_field_and_something_waits_for_it():
    for name in (f"{name}.html" for name in built.listed() if name.startswith("chapters/")):
        kinds = re.findall(r'class="(?:[^"]* )?(guess-live|waits)[ "]', built.html(name))
        assert kinds.count("guess-live") == built.html(name).count(
            '<p class="admonition-title">Predict</p>'
        )
        assert "guess-live guess-live" not in " ".join(kinds) and kinds[-1:] != ["guess-live"], name


def test_a_text_that_a_person_marks_has_a_field_and_then_a_model_answer(at, home):
    path = "exercises/pages/08_gaps.html"
    exercise = next(
        e for e in read(built.ROOT / "exercises" / "08_gaps.ipynb").exercises if e.by_hand
    )
    model = exercise.answer.source.splitlines()[0]
    assert model not in built.html(path), "packed, as other answers are"
    page = at(path)
    box = page.locator(".sentence")
    box.get_by_role("button", name="Compare").click()
    assert "Write something first" in box.get_by_role("status").inner_text()
    box.get_by_role("textbox", name=f"Your answer to exercise {exercise.number}").fill(
        "A region grew. " * 5
    )
    box.get_by_role("button", name="Compare").click()
    assert built.plain(model) in built.plain(box.locator(".sentence-said").inner_text())
    page.reload()
    assert box.get_by_role("textbox").input_value().startswith("A region grew.")
