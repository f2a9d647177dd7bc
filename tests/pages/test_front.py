"""The front of the book: start page, findings, what pages say of themselves."""

import functools
import json
import re
from datetime import date
from types import SimpleNamespace

import jinja2
import pytest
from docutils import nodes
from docutils.utils import new_document
from sealed_readings.records import list_claims

from book import citation
from book.page import Page
from book.theme import page_meta
from coursework.teach import chapter, plans
from jingjinji import claims
from tests import browser
from tests.chapters import contract
from tests.pages import built
from tests.pages.built import ROOT, html, plain

FOLLOWED = "program => JSON.parse(program.textContent).usermeta.follow.texts"


@functools.cache
def filed() -> dict[str, dict]:
    """Each claim with the label that follows for it and the sentence that stands on it."""
    return {claim["claim_id"]: claim for claim in list_claims(claims.folder())}


def labels() -> dict[str, str]:
    return {claim: one["label"] for claim, one in filed().items()}


# The start page


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, browser.PHONE], ids=["desk", "phone"])
def test_the_start_page_asks_before_it_answers_on_one_screen(chromium, home, size):
    with chromium.new_context(viewport=size) as context:
        visit = browser.open_page(context, home, "index.html")
        page, front = visit.page, visit.page.locator(".front")
        about = claims.folder().article
        said = plain(front.inner_text())
        day = f"{date.fromisoformat(about.date):%-d %B %Y}"
        for part in ("times that in 2013", about.title, about.publisher, day):
            assert part in said
        assert front.locator(".article-source a").get_attribute("href") == about.address
        minutes = sum(sum(chapter.count_minutes(ROOT, path.stem)) for path in contract.SOURCES)
        assert f"{len(contract.SOURCES)} chapters, about {round(minutes / 60)} hours" in said
        assert "basic Python, no account" in said
        drawing, answer = front.locator(".chart-view"), front.locator(".guess").get_by_role("status")
        assert not drawing.is_visible() and filed()["C80"]["sentence"] not in said
        front.get_by_role("textbox").fill("2.4")
        front.get_by_role("button", name="Check my guess").click()
        front.locator(".guess-line").wait_for(state="attached")
        # One vintage after the other, said and drawn.
        for state, (title, _) in front.locator(".chart-spec").evaluate(FOLLOWED).items():
            front.get_by_role("button", name="Next vintage").click()
            assert json.loads(state)[0] in answer.inner_text()
            front.locator(".chart-title", has_text=title).wait_for()
        assert front.get_by_role("button", name="Next vintage").count() == 0
        page.evaluate("scrollTo(0, 0)")
        end = drawing.bounding_box()
        assert end["y"] + end["height"] <= size["height"] and visit.errors == []


def test_nothing_on_the_start_page_tells_the_answer_before_the_guess(at):
    page = at("index.html")

    def told() -> set[str]:
        """Of such numbers those that are seen, named, or on the card of a link."""
        words = page.locator("[title], [name=description]").evaluate_all(
            "all => all.map((one) => one.title || one.content)"
        )
        for link in page.locator("a:is([href*='#claim-'], [href*='#term-']):visible").all():
            link.focus()
            page.locator("a[aria-describedby=word-box]:focus").wait_for()
            words.append(page.get_by_role("tooltip").inner_text())
        words += [page.locator("body").inner_text(), page.locator("body").aria_snapshot()]
        return set(re.findall(r"\b1\.[5-9]\d?\b", " ".join(words)))

    assert told() == set()
    page.get_by_role("button", name="Show it anyway").click()
    assert {"1.8", "1.81", "1.86"} <= told()


def test_the_way_through_the_course(at):
    table = at("index.html").locator("table.course-path")
    rows, lessons = table.locator("tbody tr"), plans.read_lessons(ROOT)
    heads = table.locator("th").all_inner_texts()
    assert [text for text in heads if "weeks" in text] == [f"{weeks} weeks" for weeks in plans.TERMS]
    seven = {one.stem: str(w.number) for w in plans.make_plan(lessons, 7) for one in w.lessons}
    shown = [text.strip() for text in rows.locator("td:nth-child(4)").all_inner_texts()]
    assert shown == [seven.get(path.stem, "") for path in contract.SOURCES]
    linked = [link.get_attribute("href") for link in rows.locator("a").all()]
    assert linked == [f"chapters/{path.stem}.html" for path in contract.SOURCES]


# Findings


def test_every_claim_is_found_once_with_its_verdict_and_has_its_mark_in_the_picture(at):
    page = at("pages/findings.html#findings-trains-and-ports")
    assert page.locator("section#findings-trains-and-ports .badge").first.is_visible()
    assert page.locator("table.findings .badge:visible").count() < len(filed()) / 2
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    lines = page.locator("table.findings tbody tr")
    shown = {row.locator("td").first.inner_text(): row.locator(".badge").inner_text() for row in lines.all()}
    assert lines.count() == len(filed()) and shown == labels()
    rows = page.locator(".chart-data tbody tr").evaluate_all(
        "all => all.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    assert {row[2]: row[1] for row in rows} == labels()
    # Of an open claim's readings some are not decided, of one that cannot be tested there are none.
    wholly = {row[1] for row in rows if re.fullmatch(r"(\d+) of \1 decided", row[3])}
    assert wholly == {"supported", "depends on the reading", "not supported"}
    assert {row[1] for row in rows if row[3] == "none to decide"} == {"not testable as worded"}
    assert page.locator(".chart-still svg:visible .mark-symbol :is(path, use)").count() == len(filed())
    counted = page.locator(".verdict-key strong").all_inner_texts()
    assert sum(map(int, counted)) == len(filed())


def test_the_ten_have_a_reason_each(at):
    chosen = at("pages/findings.html").locator("section#the-ten-that-matter .finding")
    said = [plain(text) for text in chosen.all_inner_texts()]
    assert len(said) == 10 and all(chosen.locator(".finding-reason").all_inner_texts())
    assert all(plain(filed()[text.split()[0]]["sentence"]) in text for text in said)


# What pages say of themselves


def test_every_page_describes_itself_and_says_how_it_may_be_used_and_cited():
    known, said = citation.read_citation(ROOT), {}
    wanted = [*(address for _, _, address in known.terms), known.authors, known.title, known.version]
    for name in (f"{name}.html" for name in built.listed()):
        metas = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html(name)))
        assert 40 <= len(metas["description"]) <= 200, name
        assert metas["og:description"] == metas["description"] and metas["og:title"], name
        picture = (browser.HTML / name).parent / metas["og:image"]
        assert picture.resolve() == browser.HTML / "_static" / "social.png", name
        assert 'rel="canonical"' not in html(name) and "og:url" not in metas, "no address is configured"
        foot = re.search(r'<div class="foot">.*?</div>', html(name), re.DOTALL)[0]
        assert [part for part in wanted if part not in foot] == [], name
        said[metas["description"]] = name
    assert len(known.terms) == 2 and len(said) == len(built.listed()), "two pages say the same"


def test_with_an_address_links_to_be_shared_are_absolute(monkeypatch):
    monkeypatch.setattr(page_meta, "_find_chart", lambda app: {"description": "A chart."})
    config = SimpleNamespace(html_title="Book", html_baseurl="https://example.org/book", root_doc="index")
    app = SimpleNamespace(config=config, builder=SimpleNamespace(get_target_uri=lambda page: f"{page}.html"))
    context = {"title": "A <em>title</em> &amp; more"}
    page_meta.describe(Page(app, "a/b", None, context))
    for tag in (
        '"og:url" content="https://example.org/book/a/b.html" />',
        '"og:image" content="https://example.org/book/_static/social.png" />',
        '"og:title" content="A title &amp; more" />',
    ):
        assert f"<meta property={tag}" in context["metatags"]


def test_a_description_ends_with_a_sentence_or_a_word():
    def describe(*paragraphs: str) -> str:
        document = new_document("page")
        document += [nodes.paragraph("", text) for text in paragraphs]
        return page_meta.describe_document(document)

    two = "A short one. And one more that makes it long enough."
    long = "One sentence that is longer than forty letters."
    assert describe(two[:12], two[13:], "Not this.") == two
    assert describe(f"{long} " + "word " * 60) == long
    endless = describe("word " * 60)
    assert endless.endswith("word …") and len(endless) <= page_meta.LONGEST + 2
    # A text without a space: cut at the end of a sentence, or of what is shown.
    sentence = f"{'京津冀协同发展' * 8}。"
    assert describe(sentence * 9) == sentence * 3
    assert describe("京" * 300) == "京" * (page_meta.LONGEST - 1) + " …"
    assert page_meta.describe_document(None) == ""


def test_a_release_has_its_day_and_its_source_and_what_is_not_known_is_left_out(tmp_path):
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT / "book" / "theme" / "templates"))
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("date-released", "repository-code"))]

    def render(*more: str) -> str:
        (tmp_path / "CITATION.cff").write_text("\n".join([*kept, *more, ""]), encoding="utf-8")
        known = citation.read_citation(tmp_path)
        return templates.get_template("foot.html").render(citation=known, pathto=lambda page: page)

    foot = render("date-released: 2027-02-03", "repository-code: https://example.org/course")
    assert "Released on 3 February 2027." in foot and " (2027)." in foot
    assert '<a href="https://example.org/course">' in foot
    assert not re.search(r"Released|Source|\(\d{4}\)|None", render())
    with pytest.raises(ValueError, match="CITATION.cff names MIT"):
        render("license: [MIT]")


# Ways on


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
