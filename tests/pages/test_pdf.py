"""The book as one PDF (`make pdf`), on three of its pages: what is on the paper, and where links lead."""

import io
import re
from html import unescape
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from book.print import pdf as book_pdf
from tests.pages import built

# One printing serves them all.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pdf")]
CHAPTER, EXERCISES = "chapters/13_port.html", "exercises/pages/13_port.html"
CHOSEN = [CHAPTER, EXERCISES, "pages/ledger.html"]
# A book of two pages with an address, of which the first leads to the second, to a file and elsewhere.
PUBLISHED = {
    "index.html": """<html lang="en"><head><link rel="canonical" href="https://example.org/book/index.html"></head>
<body><div class="bd-header-announcement">For teachers only</div>
<nav class="bd-links"><ul><li class="toctree-l1"><a href="#">Start</a></li></ul><p class="caption">Part A</p>
<ul><li class="toctree-l1"><a href="a.html">Page A</a></li></ul></nav>
<article class="bd-article"><section id="s"><h1>Start</h1><p><a href="a.html#x">in the book</a>
<a href="data/t.csv">a file</a> <a href="https://example.com/">elsewhere</a></p></section></article></body></html>""",
    "a.html": """<html lang="en"><body><article class="bd-article"><section id="s"><h1>Page A</h1>
<h2 id="x">Section</h2></section></article></body></html>""",
}
TITLE, SECTION = (f'<{tag}>(.*?)<a class="headerlink"' for tag in ("h1", "h2"))
TOO_WIDE = """() => {
  const edge = document.querySelector('.bd-article-container').getBoundingClientRect().right + 1;
  // A drawing shows nothing beyond its own frame: what a map cuts off there is no part of the page.
  return [...document.querySelectorAll('.bd-article *:not(svg *)')]
    .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > edge)
    .map((node) => `${node.closest('article').id}: ${node.tagName} ${node.textContent.slice(0, 60)}`);
}"""
# A4 less its margins (book_pdf.css), in pixels of 1/96 inch.
COLUMN = {"width": round((210 - 2 * 21) / 25.4 * 96), "height": 900}


@pytest.fixture(scope="module")
def made(chromium, html, tmp_path_factory):
    return book_pdf.print_book(chromium, html, tmp_path_factory.mktemp("pdf") / "book.pdf", CHOSEN)


@pytest.fixture(scope="module")
def pdf(made):
    return PdfReader(made)


@pytest.fixture(scope="module")
def texts(pdf):
    return [page.extract_text() for page in pdf.pages]


def unpacked(path: Path) -> bytes:
    """The bytes of a PDF with no object packed away, so that none is overlooked."""
    written = io.BytesIO()
    with pikepdf.open(path) as pdf:
        pdf.save(
            written,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
            static_id=True,
        )
    return written.getvalue()


def bare(text: str) -> str:
    """A text without its spaces: a PDF has them where its lines end."""
    return re.sub(r"\s+", "", text)


def links(pdf: PdfReader) -> list[dict]:
    annotations = [note.get_object() for page in pdf.pages for note in page.get("/Annots", [])]
    return [note for note in annotations if note["/Subtype"] == "/Link"]


def addresses(pdf: PdfReader) -> set[str]:
    return {note["/A"]["/URI"] for note in links(pdf) if "/A" in note}


def outline(level: list) -> dict[str, dict]:
    """The outline of a PDF as titles in titles."""
    found, title = {}, ""
    for entry in level:
        if isinstance(entry, Destination):
            title = entry.title
            found[title] = {}
        else:
            found[title] = outline(entry)
    return found


def parts(page: str, pattern: str) -> list[str]:
    """Text of each part of a built page that a pattern finds, without tags."""
    html = built.html(page)
    html = html[html.index("<article") : html.index("</article>")]
    return [unescape(re.sub(r"<[^>]+>", "", found)) for found in re.findall(pattern, html, re.DOTALL)]


def test_every_page_but_the_cover_is_numbered(texts):
    # What stands in the margins is read before the page: the title, then the number.
    assert len(texts) > len(CHOSEN) + 2
    numbers = [re.match(r"(?:.*\n)?(\d+)\n", text) for text in texts[2:]]
    assert [number and int(number[1]) for number in numbers] == list(range(3, len(texts) + 1))
    # A page with its title and number alone is a blank one.
    assert all(len(text.splitlines()) > 2 for text in texts[2:])
    assert texts[1].startswith("2\nContents") and texts[0].startswith("From Three to One?")


def test_the_contents_name_the_page_on_which_each_chapter_begins(texts):
    entries = re.findall(r"^(.+) (\d+)$", texts[1], re.MULTILINE)
    assert len(entries) == len(CHOSEN)
    for name, (entry, number) in zip(CHOSEN, entries, strict=True):
        (title,) = parts(name, TITLE)
        assert entry == title
        assert bare(title) in bare(texts[int(number) - 1].split("\n", 1)[1])


def test_headings_captions_and_chinese_are_text(texts):
    whole = bare("".join(texts))
    # Captions carry mathematics now and then, which reads in another order: their beginnings are compared.
    captions = [bare(caption)[:40] for caption in parts(CHAPTER, r"<figcaption>(.*?)</figcaption>")]
    headings = [bare(heading) for heading in parts(CHAPTER, SECTION)]
    chinese = [bare(term) for term in parts(CHAPTER, r'<span lang="zh-Hans">(.*?)</span>')]
    assert captions and headings and chinese
    assert [part for part in captions + headings + chinese if part not in whole] == []
    assert re.findall("[\u2e80-\u2fdf]", whole) == []


def test_every_chart_is_drawn_and_described(made, pdf, texts):
    whole = bare("".join(texts))
    drawings = re.findall(r'<div class="chart-still (?:wide|any)">(.*?)</div>', built.html(CHAPTER))
    labels = {
        unescape(label) for drawing in drawings for label in re.findall(r">([^<>]{6,})</text>", drawing)
    }
    assert drawings and labels
    assert [label for label in labels if bare(label) not in whole] == []
    descriptions = re.findall(r'role="img" aria-label="(.*?)"', built.html(CHAPTER))
    with pikepdf.open(made) as opened:
        dictionaries = [item for item in opened.objects if isinstance(item, pikepdf.Dictionary)]
        spoken = [str(item.Alt) for item in dictionaries if item.get("/S") == "/Figure" and "/Alt" in item]
    assert {unescape(description) for description in descriptions} <= set(spoken)
    assert pdf.root_object["/MarkInfo"]["/Marked"] and pdf.root_object["/Lang"] == "en"


def test_paper_shows_the_code_and_says_which_choice_a_chart_shows(chromium, html):
    with book_pdf.join_pages(chromium, html, ["chapters/03_gdp.html"]) as page:
        page.emulate_media(media="print")
        shown = page.locator(".on-paper:visible").all_inner_texts()
        assert page.locator("details pre:visible").count() > 0
        assert page.locator("details.hide > summary:visible").count() == 0
    opening = "Figures 2013 after 4th census, 2022 first figure"
    assert f"The switch works on the screen; paper shows one choice: {opening}." in shown


def test_the_outline_has_parts_chapters_and_sections(pdf):
    found = outline(pdf.outline)
    assert list(found)[1:] == ["Contents", "Part IV. What ties it together", "The record"]
    (chapter,) = found["Part IV. What ties it together"].items()
    (title,) = parts(CHAPTER, TITLE)
    assert chapter[0] == title
    sections = parts(CHAPTER, SECTION)
    (exercises,) = parts(EXERCISES, TITLE)
    assert list(chapter[1]) == [*sections, exercises]


def test_a_heading_moved_to_the_next_page_keeps_its_title():
    """The browser doubles all of its texts, or the first alone."""
    texts, written = ["10. Of tables: ", "DataFrame", " and so on"], io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        with pdf.open_outline() as outline:
            for shown in ("".join(texts), texts[0] + "".join(texts), "".join(text + text for text in texts)):
                outline.root.append(pikepdf.OutlineItem(shown, 0))
        pdf.save(written)
    made = book_pdf.finish(written.getvalue(), book_pdf.read_citation(), [["10. Of"], texts])
    assert [item.title for item in PdfReader(io.BytesIO(made)).outline] == ["".join(texts)] * 3


def test_links_stay_in_the_pdf_or_lead_to_the_world(made, pdf):
    assert all(re.match(r"https?://", address) for address in addresses(pdf))
    assert [
        host for host in ("localhost", "127.0.0.1", "book.invalid", "file:") if host in str(addresses(pdf))
    ] == []
    assert not re.search(rb"localhost|127\.0\.0\.1|book\.invalid|file:", unpacked(made))
    # The chapter's claims lead to their rows of the ledger.
    inside = {str(note["/Dest"]) for note in links(pdf) if "/Dest" in note}
    claims = re.findall(r"ledger\.html#(claim-c\d+)", built.html(CHAPTER))
    assert claims and {f"/{claim}--pages-ledger" for claim in claims} <= inside
    assert inside <= set(pdf.named_destinations)
    numbers = book_pdf.read_page_numbers(made.read_bytes())
    assert numbers["chapters-13_port"] < numbers["exercises-pages-13_port"] < numbers["pages-ledger"]
    assert numbers["pages-ledger"] <= numbers[f"{claims[0]}--pages-ledger"] <= len(pdf.pages)


def test_a_published_book_is_linked_and_an_edition_named(chromium, tmp_path):
    for name, html in PUBLISHED.items():
        (tmp_path / name).write_text(html.replace("<head>", '<head><link rel="stylesheet" href="s.css">'))
    (tmp_path / "s.css").write_text("")
    pdf = PdfReader(book_pdf.print_book(chromium, tmp_path, tmp_path / "book.pdf"))
    assert addresses(pdf) == {"https://example.org/book/data/t.csv", "https://example.com/"}
    assert "/x--a" in pdf.named_destinations
    assert list(outline(pdf.outline).items())[1:] == [
        ("Contents", {}),
        ("Start", {}),
        ("Part A", {"Page A": {"Section": {}}}),
    ]
    assert "For teachers only" in pdf.pages[0].extract_text()


def test_the_same_book_is_the_same_bytes(chromium, html, made, tmp_path):
    again = book_pdf.print_book(chromium, html, tmp_path / "again.pdf", CHOSEN)
    assert again.read_bytes() == made.read_bytes()
    # Two prints within a second would agree on their hour: there is none.
    assert not re.search(rb"/(CreationDate|ModDate) ?\(", unpacked(made))


def test_metadata_come_from_the_citation_file(pdf):
    fields = built.settings("CITATION.cff")
    assert pdf.metadata.title == fields["title"]
    assert pdf.metadata.author == fields["authors"][0]["name"]


def test_nothing_is_wider_than_the_paper(chromium, html):
    with book_pdf.join_pages(chromium, html, CHOSEN) as page:
        page.set_viewport_size(COLUMN)
        page.emulate_media(media="print")
        assert page.evaluate(TOO_WIDE) == []


def test_the_pages_are_those_of_the_table_of_contents(chromium, html):
    toc = built.settings("_toc.yml")
    listed = [(toc["root"], "")]
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            listed += [(entry["file"], part["caption"]) for entry in [chapter, *chapter.get("sections", [])]]
    with book_pdf.join_pages(chromium, html, ["pages/references.html"]) as page:
        found = page.evaluate("bookPdf.contents()")["pages"]
    assert [(entry["path"], entry["part"]) for entry in found] == [
        (f"{file}.html", part) for file, part in listed
    ]
    printed = [entry["path"] for entry in book_pdf.choose_pages(found, [])]
    assert {entry["path"] for entry in found} - set(printed) == book_pdf.LEFT_OUT


def test_what_is_missing_is_said_in_a_sentence(chromium, html, tmp_path):
    with pytest.raises(FileNotFoundError, match="run 'make book' first"):
        book_pdf.print_book(chromium, tmp_path, tmp_path / "book.pdf")
    with pytest.raises(ValueError, match=r"The book has no page chapters/99_none\.html; its pages"):
        book_pdf.print_book(chromium, html, tmp_path / "book.pdf", ["chapters/99_none.html"])
    assert not (tmp_path / "book.pdf").exists()
