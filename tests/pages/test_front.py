"""The front of the book: start page, findings, what pages say of themselves."""

import json
import re
from datetime import date

import pytest

from book import citation
from coursework.teach import chapter
from jingjinji import claims
from tests import browser
from tests.chapters import contract
from tests.pages import built
from tests.pages.built import ROOT, filed, html, plain

FOLLOWED = "program => JSON.parse(program.textContent).usermeta.follow.texts"


# The start page


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, browser.PHONE], ids=["desk", "phone"])
def test_the_start_page_asks_before_it_answers_on_one_screen(chromium, home, size):
    with chromium.new_context(viewport=size) as context:
        visit = browser.open_page(context, home, "index.html")
        page, front = visit.page, visit.page.locator(".front")
        article, text = claims.folder().article, plain(front.inner_text())
        day = f"{date.fromisoformat(article.date):%-d %B %Y}"
        hours = round(sum(sum(chapter.count_minutes(ROOT, path.stem)) for path in contract.SOURCES) / 60)
        course = f"{len(contract.SOURCES)} chapters, about {hours} hours"
        parts = ["times that in 2013", "basic Python, no account", article.title, article.publisher]
        assert [part for part in (*parts, day, course) if part not in text] == []
        assert front.locator(".article-source a").get_attribute("href") == article.address
        drawing, answer = front.locator(".chart-view"), front.locator(".guess").get_by_role("status")
        assert not drawing.is_visible() and filed()["C80"]["sentence"] not in text
        for guess in ("plenty", "2.4"):
            front.get_by_role("textbox").fill(guess)
            front.get_by_role("button", name="Check my guess").click()
            assert ("Write one number" in answer.inner_text()) == (guess == "plenty")
        front.locator(".guess-line").wait_for(state="attached")
        # One vintage after the other, in words and drawn.
        for state, (title, _) in front.locator(".chart-spec").evaluate(FOLLOWED).items():
            front.get_by_role("button", name="Next version").click()
            assert json.loads(state)[0] in answer.inner_text()
            front.locator(".chart-title", has_text=title).wait_for()
        assert front.get_by_role("button", name="Next version").count() == 0
        page.evaluate("scrollTo(0, 0)")
        end = drawing.bounding_box()
        assert end["y"] + end["height"] <= size["height"] and visit.errors == []


def test_nothing_on_the_start_page_tells_the_answer_before_the_guess(at):
    page = at("index.html")

    def read_numbers() -> set[str]:
        """Numbers like the answer in what is seen, named, or on the card of a link."""
        titles = "all => all.map((element) => element.title || element.content)"
        words = page.locator("[title], [name=description]").evaluate_all(titles)
        for link in page.locator("a:is([href*='#claim-'], [href*='#term-']):visible").all():
            link.focus()
            page.locator("a[aria-describedby=word-box]:focus").wait_for()
            words.append(page.get_by_role("tooltip").inner_text())
        words += [page.locator("body").inner_text(), page.locator("body").aria_snapshot()]
        return set(re.findall(r"\b1\.[5-9]\d?\b", " ".join(words)))

    assert read_numbers() == set()
    page.get_by_role("button", name="Show it anyway").click()
    assert {"1.8", "1.81", "1.86"} <= read_numbers()


# Findings


def test_every_claim_has_a_mark_in_the_picture_that_leads_to_it_and_says_what_is_decided(at):
    page = at("pages/findings.html")
    assert sum(map(int, page.locator(".verdict-key strong").all_inner_texts())) == len(filed())
    rows = page.locator(".claims-picture .chart-data tbody tr").evaluate_all(
        "all => all.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    assert {row[2]: row[1] for row in rows} == {name: claim["label"] for name, claim in filed().items()}
    decided = [re.findall(r"\d+", row[3]) for row in rows if row[1] == "open"]
    assert all(int(number) < int(of) for number, of in decided)
    addresses = "all => all.map((link) => link.getAttribute('href'))"
    drawn, listed = (
        page.locator(f".claims-picture {links}").evaluate_all(addresses)
        for links in (".chart-still a:visible", ".chart-data tbody a")
    )
    assert drawn == listed and len(set(drawn)) == len(filed())
    mark = page.locator(".claims-picture .chart-still a:visible").first
    mark.hover()
    page.get_by_role("tooltip").wait_for()
    mark.click()
    page.wait_for_url(f"**/{drawn[0]}")


def test_the_ten_have_a_reason_each(at):
    chosen = at("pages/findings.html").locator("section#the-ten-that-matter .finding")
    texts, names = chosen.all_inner_texts(), chosen.locator(".quoted a").all_inner_texts()
    assert len(texts) == 10 and all(chosen.locator(".finding-reason").all_inner_texts())
    for name, text in zip(names, texts, strict=True):
        assert plain(filed()[name]["sentence"]) in plain(text) and filed()[name]["label"] in text


# What pages say of themselves


def test_every_page_describes_itself_and_says_how_it_may_be_used_and_cited():
    known, descriptions = citation.read_citation(ROOT), set()
    parts = [*(address for _, _, address in known.terms), known.authors, known.title, known.version]
    for name in (f"{name}.html" for name in built.listed()):
        metas = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html(name)))
        assert 40 <= len(metas["description"]) <= 200, name
        assert metas["og:description"] == metas["description"] and metas["og:title"], name
        picture = (browser.HTML / name).parent / metas["og:image"]
        assert picture.resolve() == browser.HTML / "_static" / "social.png", name
        assert 'rel="canonical"' not in html(name) and "og:url" not in metas, "no address is configured"
        foot = re.search(r'<div class="foot">.*?</div>', html(name), re.DOTALL)[0]
        assert [part for part in parts if part not in foot] == [], name
        descriptions.add(metas["description"])
    assert len(known.terms) == 2 and len(descriptions) == len(built.listed())


def test_a_page_that_is_not_there_leads_back_under_any_path(at_desk):
    home, page = "http://book.test/a/book/", at_desk.new_page()
    built.host(at_desk, home)
    wanted = [f"{name}.html" for name in ("index", "pages/search", "pages/findings", "pages/ledger")]
    assert set(wanted) <= set(built.names())
    for missing in ("nothing.html", "chapters/99_no.html", "chapters/deep/er/"):
        assert page.goto(home + missing).status == 404
        assert "not in the book" in page.locator("h1").inner_text()
        page.wait_for_load_state("networkidle")
        leads = page.locator("nav a").evaluate_all("all => all.map((link) => link.href)")
        assert leads == [home + name for name in wanted]
