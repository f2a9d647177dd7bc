"""Print the built book as one PDF: `python -m book.print.pdf _build/html _build/book.pdf`, always the same.

The browser joins the pages to one document and prints it, so that links, outline, tags and page numbers are
its own; what it cannot know, the pages' numbers in the contents, comes from a first print.
"""

from __future__ import annotations

import io
import mimetypes
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pikepdf
import yaml
from live_cells import browser as browsers

from book import palette
from book.settings import SEARCH_PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

# The book's address while it is printed: a name that no network has, the same on every machine.
HOME = "http://book.invalid/"
PRINT = {"prefer_css_page_size": True, "print_background": True, "tagged": True, "outline": True}
# On paper there is nothing to type into.
LEFT_OUT = {f"{SEARCH_PAGE}.html"}
# Radicals of simplified characters; Unicode itself says what the others look like.
SIMPLIFIED = str.maketrans(
    "⻅⻆⻉⻋⻐⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "见角贝车钅长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)
NOT_BUILT = "The book is not built: {folder} has no index.html; run 'make book' first."
NOT_A_PAGE = "The book has no page {names}; its pages are named as in _toc.yml, with .html."
NO_CHINESE = (
    "No font of this machine has Chinese, so it is printed as boxes; Debian's package is fonts-noto-cjk."
)
# The texts of each heading.
HEADINGS = """all => all.map((heading) => {
  const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode.data);
  return texts;
})"""
DOCUMENT = """<!doctype html>
<html data-theme="light" data-content_root="./"><head><meta charset="utf-8"><title>{title}</title></head>
<body><div class="bd-container"><main class="bd-main"><div class="bd-content">
<div class="bd-article-container">
<header class="paper-cover"><h1>{title}</h1><p>{abstract}</p><p>{authors}</p>
<p class="terms">Version {version}. {license}.</p></header>
</div></div></main></div></body></html>"""


def say(line: str) -> None:
    """Print a line of progress, beside what the command gives."""
    print(line, file=sys.stderr, flush=True)


def read_citation() -> dict[str, str]:
    """What CITATION.cff says of the book, as plain texts: title, abstract, version, authors, license."""
    fields = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    texts = {name: str(fields[name]).strip() for name in ("title", "abstract", "version")}
    texts["authors"] = ", ".join(author["name"] for author in fields["authors"])
    return texts | {"license": ", ".join(fields["license"])}


def read_style() -> str:
    """The style of paper alone, whose margins know no variable: its colour is put in."""
    muted, _dark = palette.read_colours(ROOT)["chart-muted"]
    return (HERE / "pdf.css").read_text(encoding="utf-8").replace("var(--chart-muted)", muted)


def make_handler(folder: Path, document: str) -> Callable[[Route], None]:
    """What the browser gets: the files of the built book, and the joined document as `book.html`."""

    def answer(route: Route) -> None:
        name = unquote(urlsplit(route.request.url).path).lstrip("/")
        if name == "book.html":
            route.fulfill(body=document, content_type="text/html; charset=utf-8")
        elif (folder / name).is_file():
            route.fulfill(path=folder / name, content_type=mimetypes.guess_type(name)[0])
        else:
            route.fulfill(status=404)

    return answer


def read_page_numbers(pdf: bytes) -> dict[str, int]:
    """Number of the page on which each place of a PDF is that some link of it leads to."""
    with pikepdf.open(io.BytesIO(pdf)) as read:
        places = {page.objgen: number for number, page in enumerate(read.pages, start=1)}
        return {unquote(name).lstrip("/"): places[place[0].objgen] for name, place in read.Root.Dests.items()}


def choose_pages(entries: list[dict], only: Collection[str]) -> list[dict]:
    """The pages to print, each with the title of the part that it opens, if it does.

    Raises
    ------
    ValueError
        If the book has no page of a name in `only`.
    """
    printed = [entry for entry in entries if entry["path"] not in LEFT_OUT]
    if unknown := sorted(set(only) - {entry["path"] for entry in printed}):
        raise ValueError(NOT_A_PAGE.format(names=", ".join(unknown)))
    printed = [entry for entry in printed if not only or entry["path"] in only]
    before = [""] + [entry["part"] for entry in printed]
    return [
        entry | {"opens": entry["part"] if entry["part"] != part else ""}
        for entry, part in zip(printed, before, strict=False)
    ]


@contextmanager
def join_pages(chromium: Browser, folder: Path, only: Collection[str] = ()) -> Iterator[Page]:
    """The book of a folder, or some pages of it, as one document in a browser; a line to stderr for each.

    Raises
    ------
    FileNotFoundError
        If the book is not built.
    ValueError
        If the book has no page of a name in `only`.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(NOT_BUILT.format(folder=folder))
    document = DOCUMENT.format_map({name: escape(text) for name, text in read_citation().items()})
    with chromium.new_context(color_scheme="light") as context:
        context.route("**/*", make_handler(folder, document))
        page = context.new_page()
        page.goto(HOME + "book.html")
        page.add_script_tag(path=HERE / "pdf.js")
        book = page.evaluate("bookPdf.contents()")
        printed = choose_pages(book["pages"], only)
        page.evaluate("paths => bookPdf.styles(paths)", [entry["path"] for entry in printed])
        page.add_style_tag(content=read_style())
        for number, entry in enumerate(printed, start=1):
            say(f"{number:3} of {len(printed)}  {entry['path']}")
            page.evaluate("entry => bookPdf.add(entry)", entry)
        page.evaluate("book => bookPdf.list(book)", {"pages": printed, "note": book["note"]})
        page.evaluate("bookPdf.finish()")
        page.evaluate("bookPdf.lighten()")
        if not page.evaluate("bookPdf.drawsChinese()"):
            say(NO_CHINESE)
        yield page


def replace_signs(table: bytes) -> bytes:
    """A font's table of signs to characters, with each radical and each ligature as a reader searches for it.

    One sign stands for a radical and for the character that looks like it; the browser may name either.
    """

    def character(found: re.Match) -> bytes:
        sign = chr(int(found[2], 16))
        if "\u2e80" <= sign <= "\u2fdf" or "\ufb00" <= sign <= "\ufb06":
            sign = unicodedata.normalize("NFKC", sign.translate(SIMPLIFIED))
        return found[1] + b"<%s>" % sign.encode("utf-16-be").hex().upper().encode()

    return re.sub(rb"(?m)^(<\w+> )<(\w{4})>$", character, table)


def rename_cells(pdf: bytes) -> bytes:
    """A PDF whose cells are named by their order: the browser counts on from what it has shown before."""
    names = sorted(set(re.findall(rb"\(node(\d{8})\)", pdf)))
    order = {name: b"(node%08d)" % number for number, name in enumerate(names)}
    return re.sub(rb"\(node(\d{8})\)", lambda found: order[found[1]], pdf)


def _make_pattern(texts: list[str]) -> re.Pattern:
    """What an outline may print of a heading: without spaces, each text once or twice."""
    return re.compile("".join(f"(?:{re.escape(''.join(text.split()))}){{1,2}}" for text in texts))


def finish(pdf: bytes, texts: dict[str, str], headings: Iterable[list[str]]) -> bytes:
    """The printed PDF with author and subject, without the hour, and what the browser mixes up put right.

    In the outline, a heading that takes two lines on paper has lost the space between them, and one that was
    moved to the next page has some of its texts twice; so `headings` are given as lists of texts. Packing the
    objects, which are the tags of many small words, halves the file.
    """
    titles = {_make_pattern(texts): " ".join("".join(texts).split()) for texts in headings}
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(rename_cells(pdf))) as book:
        del book.docinfo
        for name, text in {"Title": "title", "Author": "authors", "Subject": "abstract"}.items():
            book.docinfo[f"/{name}"] = texts[text]
        for item in book.objects:
            if isinstance(item, pikepdf.Dictionary) and "/Title" in item and "/Parent" in item:
                shown = "".join(str(item.Title).split())
                meant = (title for pattern, title in titles.items() if pattern.fullmatch(shown))
                item.Title = next(meant, item.Title)
        tables = {
            item.ToUnicode.objgen: item.ToUnicode
            for item in book.objects
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item
        }
        for table in tables.values():
            table.write(replace_signs(table.read_bytes()))
        book.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return written.getvalue()


def print_book(chromium: Browser, folder: Path, target: Path, only: Collection[str] = ()) -> Path:
    """Write the book that is built in `folder`, or the pages of it in `only`, as the PDF `target`.

    Raises as `join_pages` does.
    """
    with join_pages(chromium, folder, only) as page:
        say("Printing once to learn on which page each chapter begins")
        page.evaluate("numbers => bookPdf.number(numbers)", read_page_numbers(page.pdf(**PRINT)))
        say("Printing again with the numbers in the contents")
        printed = page.pdf(**PRINT)
        headings = page.locator(":is(h1, h2, h3, h4, h5, h6, .part-title)").evaluate_all(HEADINGS)
    target.write_bytes(finish(printed, read_citation(), headings))
    return target


if __name__ == "__main__":
    began = time.monotonic()
    try:
        with browsers.launch_chromium() as browser:
            made = print_book(browser, Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
    except (browsers.NoBrowser, FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    with pikepdf.open(made) as book:
        pages = len(book.pages)
    print(
        f"{made}: {pages} pages, {made.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.0f} seconds"
    )
