"""The front of the book: start page, findings, refresher, a reader's marks, what pages say of themselves."""

import functools
import re
import struct
from types import SimpleNamespace

import jinja2
import pytest
from claims_ledger.records import list_claims
from docutils import nodes
from docutils.utils import new_document

from book import citation, from_notebooks, palette
from book.page import Page
from book.theme import page_meta
from coursework.making import chapter
from jingjinji import claims
from tests import browser
from tests.chapters import contract
from tests.pages import built
from tests.pages.built import ROOT, html, plain
from tests.waiting import until


@functools.cache
def filed() -> dict[str, str]:
    """The sentence that stands on each claim."""
    return {claim["claim_id"]: claim["sentence"] for claim in list_claims(claims.folder())}


@functools.cache
def derived() -> dict[str, str]:
    """The label that follows for each claim."""
    return {claim["claim_id"]: claim["verdict"] for claim in list_claims(claims.folder())}


def pages() -> list[str]:
    return [f"{name}.html" for name in built.listed()]


def refresher():
    return contract.read(ROOT / "chapters" / "0a_refresher.ipynb")


# The start page


def test_the_start_page_answers_on_the_first_screens_of_a_phone(on_phone, home):
    page = browser.open_page(on_phone, home, "index.html").page
    answer = page.locator(".answer")
    said = plain(answer.inner_text())
    assert derived()["C80"] in said and plain(filed()["C80"]) in said
    assert answer.bounding_box()["y"] < browser.PHONE["height"] / 2
    assert answer.get_by_role("link").last.get_attribute("href") == "chapters/03_gdp.html"


def test_numbers_of_the_start_page_come_from_chapters():
    source = (ROOT / "index.md").read_text(encoding="utf-8")
    in_words = re.sub(r"\{\w+\}`[^`]*`|```.*?```", "", source, flags=re.DOTALL)
    assert re.findall(r"\d+\.\d+", in_words) == ["1.8"], "the article's own number, and no other, is typed"


def test_the_chart_of_the_start_page_is_the_chapters_own():
    key = r'<div class="chart" id="(c\w+)"'
    borrowed = re.search(key, html("index.html"))[1]
    assert borrowed in re.findall(key, html("chapters/03_gdp.html"))
    program = rf'id="{borrowed}".*?class="chart-spec">(.*?)</script>'
    shown, there = (
        re.search(program, html(name), re.DOTALL)[1] for name in ("index.html", "chapters/03_gdp.html")
    )
    assert shown == there


def test_the_start_page_is_light_shows_the_region_and_its_chart_lives(on_phone, home):
    page = on_phone.new_page()
    sizes = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{home}/index.html", wait_until="networkidle")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(500)
    assert sum(sizes) < 350_000
    assert page.locator(".chart.still .chart-still svg:visible").count() == 1
    page.locator(".chart.is-live .chart-live svg").wait_for()


def test_the_choices_of_the_start_page_are_there_at_once(at_desk, home):
    visit = browser.open_page(at_desk, home, "index.html")
    choice = visit.page.locator(".chart.is-live .chart-controls select")
    choice.wait_for()
    choice.select_option(index=1)
    mixed = from_notebooks.find_glued(contract.read(contract.CHAPTERS / "03_gdp.ipynb").cells, "mixed_region")
    visit.page.locator(".chart-live svg text", has_text=mixed).first.wait_for()
    assert visit.errors == []


def test_without_scripts_the_start_page_shows_the_chart_and_offers_nothing(no_scripts, home):
    page = browser.open_page(no_scripts, home, "index.html").page
    assert page.locator(".chart-still svg:visible").count() == 2
    assert page.locator(".progress-summary:visible").count() == 0
    page.goto(f"{home}/chapters/03_gdp.html")
    assert page.locator(".progress-box").is_hidden()


def test_the_way_through_the_course(at_desk, home):
    page = browser.open_page(at_desk, home, "index.html").page
    rows = page.locator("table.course-path tbody tr")
    assert rows.count() == len(chapter.list_numbers(ROOT))
    short = [row.locator("td").last.inner_text() for row in rows.all()]
    weeks = {number: week for week, number in enumerate(chapter.SEVEN_WEEKS, start=1)}
    assert short == [f"week {weeks[n]}" if n in weeks else "" for n in chapter.list_numbers(ROOT)]
    linked = [link.get_attribute("href") for link in rows.locator("a").all()]
    assert linked == [f"chapters/{path.stem}.html" for path in contract.SOURCES]


def test_what_is_not_there_is_named():
    cells = contract.read(contract.CHAPTERS / "03_gdp.ipynb").cells
    with pytest.raises(LookupError, match="no stored chart is named 'fig-no'"):
        from_notebooks.find_figure(cells, "fig-no")
    with pytest.raises(LookupError, match="nothing is glued as 'no'"):
        from_notebooks.find_glued(cells, "no")


# Findings


def test_every_claim_is_found_once_with_its_verdict_when_its_subject_is_opened(at_desk, home):
    page = browser.open_page(at_desk, home, "pages/findings.html#findings-trains-and-ports").page
    assert page.locator("section#findings-trains-and-ports .badge").first.is_visible()
    assert page.locator("table.findings .badge:visible").count() < len(derived()) / 2
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    lines = page.locator("table.findings tbody tr")
    shown = {row.locator("td").first.inner_text(): row.locator(".badge").inner_text() for row in lines.all()}
    assert lines.count() == len(derived()) and shown == derived()


def test_the_ten_have_a_reason_each(at_desk, home):
    page = browser.open_page(at_desk, home, "pages/findings.html").page
    chosen = page.locator("section#the-ten-that-matter .finding")
    assert chosen.count() == 10
    assert all(chosen.nth(i).locator(".finding-reason").inner_text() for i in range(10))
    said = [plain(text) for text in chosen.all_inner_texts()]
    assert all(plain(filed()[text.split()[0]]) in text for text in said)


def test_the_picture_has_one_mark_a_claim(at_desk, home):
    page = browser.open_page(at_desk, home, "pages/findings.html").page
    rows = [
        [cell.text_content() for cell in row.locator("td").all()]
        for row in page.locator(".chart-data tbody tr").all()
    ]
    drawn = {row[2]: row[1] for row in rows}
    assert drawn == derived()
    assert page.locator(".chart-still svg:visible .mark-symbol :is(path, use)").count() == len(derived())
    counted = [int(n) for n in re.findall(r"\d+", page.locator(".verdict-key").inner_text())]
    assert sum(counted) == len(derived())


# The refresher


def test_the_refreshers_patterns_have_a_question_and_an_answer_each():
    text = "\n".join(cell.source for cell in refresher().cells if cell.cell_type == "markdown")
    sections = re.split(r"^## \d+\. ", text, flags=re.MULTILINE)[1:]
    assert len(sections) == 14
    for section in sections:
        assert section.count("**Question.**") == section.count(":::{dropdown} Answer") == 1, section[:40]


# A reader's own marks


def _marks(page) -> list[str]:
    page.wait_for_load_state("load")
    return [text.strip() for text in page.locator(".bd-sidebar-primary .progress-mark").all_text_contents()]


def test_marks_survive_a_reload_and_can_be_erased(at_desk, home):
    page = browser.open_page(at_desk, home, "chapters/03_gdp.html").page
    assert _marks(page) == []
    page.get_by_label("I have read this chapter").check()
    assert _marks(page) == ["✓ read"]
    page.reload()
    assert _marks(page) == ["✓ read"]
    page.goto(f"{home}/exercises/pages/03_gdp.html")
    question = page.locator(".self-check-choice").first
    for option in question.locator("input").all():
        said = question.locator("[role=status]").inner_text()
        option.check()
        until(lambda said=said: question.locator("[role=status]").inner_text() != said, "the page answers")
    page.goto(f"{home}/index.html")
    summary = page.locator(".progress-summary")
    assert "1 chapter and answered 1 question right" in summary.inner_text()
    assert summary.get_by_role("link").get_attribute("href").endswith("chapters/01_reading.html")
    assert page.locator("table.course-path .progress-mark").count() == 1
    summary.get_by_role("button", name="Erase all marks").click()
    assert summary.is_hidden() and _marks(page) == []
    page.reload()
    assert page.locator(".progress-summary").is_hidden() and _marks(page) == []
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('progress'))") == []


def test_unchecking_takes_the_mark_away(at_desk, home):
    page = browser.open_page(at_desk, home, "chapters/03_gdp.html").page
    box = page.get_by_label("I have read this chapter")
    box.check()
    box.uncheck()
    page.reload()
    assert _marks(page) == [] and not page.get_by_label("I have read this chapter").is_checked()


def test_marks_that_are_not_ours_do_no_harm(at_desk, home):
    visit = browser.open_page(at_desk, home, "index.html")
    key = "progress of /"
    for spoilt in ("not JSON", "null", '{"read": 3}', '{"right": {"chapters/03_gdp": 2}}'):
        visit.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, spoilt])
        visit.page.reload()
    assert visit.errors == []


# What pages say of themselves


def _metas(name: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html(name)))


def test_every_page_describes_itself():
    said = {name: _metas(name) for name in pages()}
    for name, metas in said.items():
        assert 40 <= len(metas["description"]) <= 200, name
        assert metas["og:description"] == metas["description"] and metas["og:title"], name
        picture = (browser.HTML / name).parent / metas["og:image"]
        assert picture.resolve() == browser.HTML / "_static" / "social.png", name
    assert len({metas["description"] for metas in said.values()}) == len(said), "two pages say the same"


def test_no_page_names_an_address_that_is_not_configured():
    assert [name for name in pages() if 'rel="canonical"' in html(name) or "og:url" in _metas(name)] == []


def test_with_an_address_links_to_be_shared_are_absolute(monkeypatch):
    monkeypatch.setattr(page_meta, "_find_chart", lambda app: {"description": "A chart."})
    config = SimpleNamespace(html_title="Book", html_baseurl="https://example.org/book", root_doc="index")
    app = SimpleNamespace(config=config, builder=SimpleNamespace(get_target_uri=lambda page: f"{page}.html"))
    context = {"title": "A <em>title</em> &amp; more"}
    page_meta.describe(Page(app, "a/b", None, context))
    for tag in (
        '<meta property="og:url" content="https://example.org/book/a/b.html" />',
        '<meta property="og:image" content="https://example.org/book/_static/social.png" />',
        '<meta property="og:title" content="A title &amp; more" />',
    ):
        assert tag in context["metatags"]


def test_a_description_ends_with_a_sentence_or_a_word():
    def described(*paragraphs: str) -> str:
        document = new_document("page")
        document += [nodes.paragraph("", text) for text in paragraphs]
        return page_meta.describe_document(document)

    assert described("A short one.", "And one more that makes it long enough.", "Not this.") == (
        "A short one. And one more that makes it long enough."
    )
    assert described("One sentence that is longer than forty letters. " + "word " * 60) == (
        "One sentence that is longer than forty letters."
    )
    endless = described("word " * 60)
    assert endless.endswith("word …") and len(endless) <= page_meta.LONGEST + 2
    assert page_meta.describe_document(None) == ""


def test_the_shared_picture_is_the_same_every_time():
    page, name = built.config()["social_chart"].split()
    chart, _ = from_notebooks.find_figure(contract.read(ROOT / f"{page}.ipynb").cells, name)
    title, (muted, _dark) = built.settings()["title"], palette.read_colours(ROOT)["chart-muted"]
    picture = (browser.HTML / page_meta.PICTURE).read_bytes()
    assert page_meta.draw_png(page_meta.make_poster(chart, title, muted)) == picture
    assert struct.unpack(">II", picture[16:24]) == (page_meta.WIDTH, page_meta.HEIGHT)


def test_every_page_says_how_it_may_be_used_and_cited():
    said = citation.read_citation(ROOT)
    wanted = [*(address for _, _, address in said.terms), said.authors, said.title, said.version]
    assert len(said.terms) == 2
    for name in pages():
        foot = re.search(r'<div class="foot">.*?</div>', html(name), re.DOTALL)[0]
        assert [part for part in wanted if part not in foot] == [], name


def test_a_release_has_its_day_and_its_source_and_what_is_not_known_is_left_out(tmp_path):
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT / "book" / "theme" / "templates"))

    def render(more: str) -> str:
        text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
        kept = [
            line for line in text.splitlines() if not line.startswith(("date-released", "repository-code"))
        ]
        (tmp_path / "CITATION.cff").write_text("\n".join(kept) + more, encoding="utf-8")
        known = citation.read_citation(tmp_path)
        return templates.get_template("foot.html").render(citation=known, pathto=lambda page: page)

    more = "\ndate-released: 2027-02-03\nrepository-code: https://example.org/course\n"
    foot = render(more)
    assert "Released on 3 February 2027." in foot and " (2027)." in foot
    assert '<a href="https://example.org/course">' in foot
    assert not re.search(r"Released|Source|\(\d{4}\)|None", render("\n"))
    with pytest.raises(ValueError, match="CITATION.cff names MIT"):
        render("\nlicense: [MIT]\n")


# Ways on


@pytest.mark.parametrize("under", ["/", "/a/book/"])
def test_a_page_that_is_not_there_leads_back(at_desk, under):
    home = f"http://book.test{under}"
    built.host(at_desk, home)
    page = at_desk.new_page()
    for missing in ("nothing.html", "chapters/99_no.html", "chapters/deep/er/"):
        assert page.goto(home + missing).status == 404
        assert "not in the book" in page.locator("h1").inner_text()
        page.wait_for_load_state("networkidle")
        links = [link.evaluate("link => link.href") for link in page.locator("nav a").all()]
        wanted = [f"{name}.html" for name in ("index", "pages/search", "pages/findings", "pages/ledger")]
        assert links == [home + name for name in wanted]
        assert set(wanted) <= set(built.names())
