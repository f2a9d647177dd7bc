"""The front of the book: start page, findings, what pages say of themselves."""

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup

from book import citation
from coursework.teach import chapter
from jingjinji import claims
from tests import browser
from tests.chapters import contract
from tests.pages import built
from tests.pages.built import ROOT, filed, html, plain
from tests.waiting import until

SHOW, FINISH, AGAIN, PAUSE = "Show the figures", "Show all at once", "Play again", 1400
WIDE = "document.documentElement.scrollWidth"
# Words and numbers of the figures that cover one another.
COVERED = """() => {
  const parts = [...document.querySelectorAll(".scale-number, .scale-words, .scale-end")];
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right
    && a.top < b.bottom && b.top < a.bottom;
  return boxes.flatMap((a, i) =>
    boxes.slice(i + 1).filter((b) => meet(a, b)).map(() => parts[i].innerText));
}"""


# The start page


def read_figures(page) -> list[list[str]]:
    """Cells of the table that scripts turn into a scale: whose figure, the number, why it
    differs."""
    rows = page.locator(".scale tbody tr").all()
    return [[plain(cell) for cell in row.locator("td").all_text_contents()] for row in rows]


@pytest.mark.parametrize("size", [browser.DESK, browser.PHONE], ids=["desk", "phone"])
def test_the_start_page_asks_and_then_the_figures_fall_one_after_the_other(chromium, home, size):
    with chromium.new_context(viewport=size) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{home}/index.html")
        front = page.locator(".front")
        article = claims.folder().article
        text = plain(front.inner_text())
        day = f"{date.fromisoformat(article.date):%-d %B %Y}"
        hours = round(
            sum(sum(chapter.count_minutes(ROOT, path.stem)) for path in contract.SOURCES) / 60
        )
        course = f"{len(contract.SOURCES)} lessons, about {hours} hours"
        parts = ["times that in 2013", "basic Python, no account", article.title, article.publisher]
        assert [part for part in (*parts, day, course) if part not in text] == []
        assert front.locator(".article-source a").get_attribute("href") == article.address
        doors = [link.get_attribute("href") for link in front.locator(".doors a").all()]
        assert doors == [f"chapters/{name}.html" for name in ("18_trains", "08_gaps", "22_air")]
        # By keyboard: eight steps from one are 1.8.
        slider = front.get_by_role("slider")
        show = front.get_by_role("button", name=SHOW)
        assert slider.get_attribute("aria-valuetext") == "not chosen yet"
        told = front.locator(".scale-told[role=status]")
        figures = read_figures(page)
        assert plain(told.inner_text()) == "" and told.bounding_box()["height"] == 0
        wide = slider.bounding_box()
        before = front.locator(".scale").bounding_box()["width"]
        assert wide["width"] == before
        slider.focus()
        for _ in range(8):
            page.keyboard.press("ArrowRight")
        assert slider.bounding_box() == wide, "nothing moves under the hand"
        assert slider.get_attribute("aria-valuetext") == "1.8 times"
        assert '"1.8 times' in plain(front.locator("p").first.inner_text())
        end = show.bounding_box()
        assert end["y"] >= wide["y"] + wide["height"]
        assert end["y"] + end["height"] <= size["height"]
        show.press("Enter")
        assert len(figures) == 5 and figures[0][1] == claims.get("C80").printed
        for count in range(1, 6):
            said = plain(told.inner_text())
            assert [why in said for _, _, why in figures] == [at < count for at in range(5)]
            assert front.locator(".scale-number:visible").all_inner_texts() == [
                number for _, number, _ in figures[:count]
            ]
            page.clock.run_for(PAUSE)
        assert "You said 1.8, and so does the article." in plain(told.inner_text())
        assert filed()["C80"]["label"].partition(":")[0] in told.inner_text()
        assert front.get_by_role("button", name=AGAIN).evaluate("it => it.matches(':focus')")
        last = front.locator(".scale-end").bounding_box()
        first = slider.bounding_box()
        assert last["y"] + last["height"] - first["y"] <= size["height"], "one screen has them all"
        until(lambda: page.evaluate("document.getAnimations().length === 0"), "nothing moves", 30)
        for width in (size["width"], 320):
            page.set_viewport_size({"width": width, "height": size["height"]})
            assert page.evaluate(WIDE) == width and page.evaluate(COVERED) == []
        page.reload()
        assert slider.input_value() == "1.8" and front.locator(".scale-number:visible").count() == 5


def test_the_reader_is_answered_and_a_second_press_ends_the_telling(chromium, home):
    with chromium.new_context(viewport=browser.DESK) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{home}/index.html")
        slider = page.get_by_role("slider")
        answer = page.locator(".scale-told .scale-answer")
        page.get_by_role("button", name=SHOW).click()
        assert page.locator(".scale-number:visible").count() == 1 and not answer.is_visible()
        page.get_by_role("button", name=FINISH).click()
        page.clock.run_for(1)
        assert page.locator(".scale-number:visible").count() == 5
        assert page.get_by_role("button", name=AGAIN).is_visible() and not answer.is_visible()
        # Who guesses late is answered too, also after a reload.
        slider.press("End")
        printed = claims.get("C80").printed
        for _ in range(2):
            assert answer.inner_text() == f"You said 3; the article says {printed}."
            page.reload()


def test_the_start_page_says_what_it_is_and_for_whom():
    page = BeautifulSoup(html("index.html"), "lxml")
    deck = page.select_one("h1 + p.deck").get_text()
    assert f"check {len(claims.ledger())} sentences of a magazine article" in deck
    assert "For students" in deck
    description = page.select_one("meta[name=description]")["content"]
    assert description == deck


BROKEN = """() => Promise.all([...document.querySelectorAll(".card-chart img")].map((picture) => {
  picture.loading = "eager";
  return picture.decode().then(() => "", () => picture.src);
})).then((all) => all.filter(Boolean))"""


def test_a_card_for_each_lesson_says_its_question_what_it_is_about_and_how_long(at):
    page = BeautifulSoup(html("index.html"), "lxml")
    parts = page.select("section:has(> ul.course-path)")
    assert len(parts) == 5 and all(part.find("h3").get_text() for part in parts)
    cards = [card for part in parts for card in part.select("ul.course-path > li")]
    assert len(cards) == len(contract.SOURCES)
    for card, source in zip(cards, contract.SOURCES, strict=True):
        title, deck, minutes = card.find_all("p", recursive=False)
        link = title.select_one("a")
        lesson = BeautifulSoup(html(f"chapters/{source.stem}.html"), "lxml")
        assert link["href"] == f"chapters/{source.stem}.html"
        assert plain(title.get_text()).startswith(
            f"{int(source.stem[:2])} {plain(link.get_text())}"
        )
        assert deck.get_text() == lesson.select_one("h1 + p.deck").get_text()
        assert deck.get_text() == lesson.select_one("meta[name=description]")["content"]
        reading, running, _ = chapter.count_minutes(ROOT, source.stem)
        assert minutes.get_text().startswith(f"{reading} min to read, {running} to run")
        picture = card.select_one(".card-chart > img[alt='']")
        assert picture["loading"] == "lazy"
        drawn = html(picture["src"])
        assert "<text" not in drawn and len(drawn) < 90_000
    shown = at("index.html")
    assert shown.locator(".progress-mark").count() == 0
    assert shown.evaluate(BROKEN) == []
    shown.set_viewport_size({"width": 320, "height": 800})
    assert shown.evaluate(WIDE) == 320


def test_nothing_on_the_start_page_tells_the_answer_before_the_guess(at):
    page = at("index.html")

    def read_numbers() -> set[str]:
        """Numbers like the answer in what is seen, named, or on the card of a link."""
        titles = "all => all.map((element) => element.title || element.content)"
        words = page.locator("[title], meta").evaluate_all(titles)
        for link in page.locator("a:is([href*='#claim-'], [href*='#term-']):visible").all():
            link.focus()
            page.locator("a[aria-describedby=word-box]:focus").wait_for()
            words.append(page.get_by_role("tooltip").inner_text())
        words += [page.locator("body").inner_text(), page.locator("body").aria_snapshot()]
        return set(re.findall(r"\b1\.[6-9]\d?\b", " ".join(words)))

    assert read_numbers() == set()
    page.get_by_role("button", name=SHOW).click()
    numbers = {
        number for _, cell, _ in read_figures(page) for number in re.findall(r"1\.[6-9]\d?", cell)
    }
    assert read_numbers() == numbers and len(numbers) == 5


# Findings


def test_findings_count_each_verdict_once_and_show_ten_with_what_was_found(at):
    page = at("pages/findings.html")
    assert sum(map(int, page.locator(".verdict-key strong").all_inner_texts())) == len(filed())
    items = page.locator(".finding")
    assert items.count() == 10
    for one in items.all():
        name = (
            one.locator("a[href*='#claim-']")
            .last.get_attribute("href")
            .partition("#claim-")[2]
            .upper()
        )
        claim = filed()[name]
        text = plain(one.inner_text())
        assert plain(claim["plain"]) in text and plain(claim["label"]).casefold() in text.casefold()


# What pages say of themselves


def test_every_page_describes_itself_and_says_how_it_may_be_used_and_cited():
    known = citation.read_citation(ROOT)
    descriptions = set()
    parts = [*(address for _, _, address in known.terms), known.authors, known.title, known.version]
    for name in (f"{name}.html" for name in built.listed()):
        metas = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html(name)))
        assert 40 <= len(metas["description"]) <= 200, name
        assert metas["og:description"] == metas["description"] and metas["og:title"], name
        picture = (browser.HTML / name).parent / metas["og:image"]
        assert picture.resolve() == browser.HTML / "_static" / "social.png", name
        assert 'rel="canonical"' not in html(name) and "og:url" not in metas, (
            "no address is configured"
        )
        foot = re.search(r'<div class="foot">.*?</div>', html(name), re.DOTALL)[0]
        assert [part for part in parts if part not in foot] == [], name
        descriptions.add(metas["description"])
    assert len(known.terms) == 2 and len(descriptions) == len(built.listed())


def test_a_page_that_is_not_there_leads_back_under_any_path(at_desk):
    home = "http://book.test/a/book/"
    page = at_desk.new_page()
    built.host(at_desk, home)
    wanted = [
        f"{name}.html" for name in ("index", "pages/search", "pages/findings", "pages/ledger")
    ]
    assert set(wanted) <= set(built.names())
    for missing in ("nothing.html", "chapters/99_no.html", "chapters/deep/er/"):
        assert page.goto(home + missing).status == 404
        assert "not in the book" in page.locator("h1").inner_text()
        page.wait_for_load_state("networkidle")
        leads = page.locator("nav a").evaluate_all("all => all.map((link) => link.href)")
        assert leads == [home + name for name in wanted]
