"""The book as one PDF (`make pdf`), on three of its pages: what is on the paper, and where links lead."""

import re
import unicodedata
from html import unescape

import pytest
from pypdf import PdfReader

from book.print.pdf import print_book
from tests.pages import built

# One printing serves them all.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pdf")]
CHAPTER, EXERCISES = "chapters/21_port.html", "exercises/pages/21_port.html"
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
<section id="x"><h2>Section</h2></section></section></article></body></html>""",
}
TITLE, SECTION = (f'<{tag}>(.*?)<a class="headerlink"' for tag in ("h1", "h2"))


@pytest.fixture(scope="module")
def made(html, tmp_path_factory):
    return print_book(html, tmp_path_factory.mktemp("pdf") / "book.pdf", CHOSEN)


@pytest.fixture(scope="module")
def pdf(made):
    return PdfReader(made)


@pytest.fixture(scope="module")
def texts(pdf):
    return [page.extract_text() for page in pdf.pages]


# The browser may write a radical where a character looks the same; NFKC knows only a part of them.
RADICALS = str.maketrans("⻑⻅⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰", "長见贝车长门青页风飞食马鱼鸟麦黄齐齿龙")


def bare(text: str) -> str:
    """A text without its spaces, which a PDF has where its lines end, and without ligatures."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(RADICALS)


def links(pdf: PdfReader) -> list[dict]:
    return [note.get_object() for page in pdf.pages for note in page.get("/Annots", [])]


def outline(pdf: PdfReader, level: list | None = None) -> list:
    """List titles; below each, a list of those in it."""
    entries = pdf.outline if level is None else level
    return [outline(pdf, entry) if isinstance(entry, list) else entry.title for entry in entries]


def parts(page: str, pattern: str) -> list[str]:
    """Text of each part of a built page that a pattern matches, without tags."""
    article = re.search("<article.*?</article>", built.html(page), re.DOTALL)[0]
    return [unescape(re.sub(r"<[^>]+>", "", part)) for part in re.findall(pattern, article, re.DOTALL)]


def test_pages_are_numbered_from_the_first_chapter_and_listed_in_the_contents(pdf, texts):
    front = pdf.page_labels.index("1")
    assert texts[0].startswith("From Three to One?")
    numbers = [re.match(r"(?:.*\n)?(\d+)\n", text) for text in texts[front:]]
    assert [number and int(number[1]) for number in numbers] == list(range(1, len(texts) - front + 1))
    # A page with its title and number alone is a blank one.
    assert all(len(text.splitlines()) > 2 for text in texts[front:])
    entries = re.findall(r"^(.+) (\d+)$", texts[1], re.MULTILINE)
    for name, (entry, number) in zip(CHOSEN, entries, strict=True):
        (title,) = parts(name, TITLE)
        assert entry == title and bare(title) in bare(texts[front + int(number) - 1].split("\n", 1)[1])


def test_headings_captions_chinese_and_the_words_of_charts_are_text(texts):
    whole = bare("".join(texts))
    drawings = re.findall(r'<div class="chart-still (?:wide|any)">(.*?)</div>', built.html(CHAPTER))
    for kind in (
        # Formulas in captions read in another order: only the beginnings are compared.
        [caption[:40] for caption in map(bare, parts(CHAPTER, r"<figcaption>(.*?)</figcaption>"))],
        parts(CHAPTER, SECTION),
        parts(CHAPTER, r'<span lang="zh-Hans">(.*?)</span>'),
        [unescape(text) for svg in drawings for text in re.findall(r">([^<>]{6,})</text>", svg)],
    ):
        assert kind and [part for part in kind if bare(part) not in whole] == []


def test_links_stay_in_the_pdf_or_lead_to_the_world_and_the_outline_has_all_sections(made, pdf):
    addresses = {note["/A"]["/URI"] for note in links(pdf) if "/A" in note}
    assert all(re.match(r"https?://(?!localhost|127|[^/]*invalid)", each) for each in addresses)
    assert b"folder.invalid" not in made.read_bytes() and b"file:" not in made.read_bytes()
    # Of the pages that links lead to, many are in the ledger, after the beginning of its own.
    pages = [page.indirect_reference for page in pdf.pages]
    targets = {pages.index(note["/Dest"][0].indirect_reference) for note in links(pdf) if "/Dest" in note}
    assert len([page for page in targets if page > len(pages) / 2]) > 3
    part, (chapter, sections), *_ = outline(pdf)
    assert part == "Part IV. What ties it together" and [chapter] == parts(CHAPTER, TITLE)
    titles = [entry for entry in sections if isinstance(entry, str)]
    assert titles == [*parts(CHAPTER, SECTION), *parts(EXERCISES, TITLE)]


def test_a_published_book_is_linked_and_an_edition_named(tmp_path):
    for name, html in PUBLISHED.items():
        (tmp_path / name).write_text(html)
    pdf = PdfReader(print_book(tmp_path, tmp_path / "book.pdf"))
    addresses = {note["/A"]["/URI"] for note in links(pdf) if "/A" in note}
    assert addresses == {"https://example.org/book/data/t.csv", "https://example.com/"}
    # The navigation, which the book's own style hides on paper, leads to the page; the text to a place on it.
    assert [end[1] for note in links(pdf) if isinstance(end := note.get("/Dest"), list)] == ["/Fit", "/XYZ"]
    assert outline(pdf) == ["Start", "Part A", ["Page A", ["Section"]]]
    assert "For teachers only" in pdf.pages[0].extract_text()


def test_the_same_book_is_the_same_bytes_and_names_its_authors(html, made, pdf, tmp_path):
    assert print_book(html, tmp_path / "again.pdf", CHOSEN).read_bytes() == made.read_bytes()
    # Two prints within a second would have the same hour.
    assert not re.search(rb"/(CreationDate|ModDate) ?\(", made.read_bytes())
    fields = built.settings("CITATION.cff")
    assert (pdf.metadata.title, pdf.metadata.author) == (fields["title"], fields["authors"][0]["name"])
    with pytest.raises(FileNotFoundError, match="run 'make book' first"):
        print_book(tmp_path, tmp_path / "book.pdf")
