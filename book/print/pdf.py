"""Print the built book as one PDF: `python -m book.print.pdf _build/html _build/book.pdf`.

The browser prints each page once, as for a reader; the prints are joined in the order of the contents, with
an outline. Cover and contents are printed last, when the number of each page is known.
"""

import io
import sys
from collections.abc import Collection
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from live_cells.browser import HOME, NoBrowser, open_folder
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import Destination, Fit, NameObject, TextStringObject

from book.citation import read_citation
from book.settings import SEARCH_PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
COVER = """<!doctype html><html lang="en"><title>{about.title}</title><body class="cover"><header>
<h1>{about.title}</h1><p><b>{note}</b></p><p>{about.abstract}</p><p>{about.authors}</p>
<p>Version {about.version} {about.date}</p><p>{about.licence}</p></header>
<h2>Contents</h2><nav>{lines}</nav></body></html>"""
Places = dict[tuple[str, str], tuple[Any, Fit]]


def choose_pages(entries: list[dict], only: Collection[str]) -> list[dict]:
    """Choose the pages to print, all but the search; raises `ValueError` for an unknown page in `only`."""
    printed = {entry["path"]: entry for entry in entries if entry["path"] != f"{SEARCH_PAGE}.html"}
    if unknown := sorted(set(only) - printed.keys()):
        raise ValueError(f"The book has no page {', '.join(unknown)}; name pages as in _toc.yml, with .html.")
    return [entry for path, entry in printed.items() if not only or path in only]


def _ask(page: "Page", path: str, script: str, argument: dict | None = None) -> Any:
    page.goto(HOME + path)
    page.add_script_tag(path=HERE / "pdf.js")
    return page.evaluate(script, argument)


def _print(page: "Page") -> PdfReader:
    page.add_style_tag(path=HERE / "pdf.css")
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))


def _add(book: PdfWriter, printed: PdfReader, path: str, places: Places) -> None:
    sheets = [book.add_page(sheet) for sheet in printed.pages]
    places[path, ""] = sheets[0], Fit.fit()
    for name, target in printed.named_destinations.items():
        index = printed.get_destination_page_number(target) or 0
        places[path, unquote(name[1:])] = sheets[index], Fit.xyz(target.left, target.top)


def _resolve_links(book: PdfWriter, places: Places, address: str | None) -> None:
    """Point links to printed places; other links to the published book, or drop them if it has no address."""
    for note in [note.get_object() for sheet in book.pages for note in sheet.get("/Annots", ())]:
        target = str(note.get("/A", {}).get("/URI", ""))
        path, place = unquote(urlsplit(target).path[1:]), unquote(urlsplit(target).fragment)
        if not target.startswith(HOME):
            continue
        if printed := places.get((path, place)) or places.get((path, "")):
            sheet, fit = printed
            note[NameObject("/Dest")] = Destination("", sheet.indirect_reference, fit).dest_array
            del note["/A"]
        elif address:
            note["/A"][NameObject("/URI")] = TextStringObject(urljoin(address, target.removeprefix(HOME)))
        else:
            del note["/A"]


def print_book(folder: Path, target: Path, only: Collection[str] = ()) -> Path:
    """Print the book, or its pages in `only`; raises `FileNotFoundError` if the book is not built."""
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(f"The book is not built: {folder} has no index.html; run 'make book' first.")
    about, book, places = read_citation(HERE.parents[1]), PdfWriter(), Places()
    above: dict[int, Any] = {0: None}
    lines = part = ""
    with open_folder(folder) as context:
        page = context.new_page()
        # Charts are printed as static drawings.
        page.route("**/vega.js", lambda route: route.abort())
        listed = _ask(page, "index.html", "bookPdf.list()")
        for entry in choose_pages(listed["pages"], only):
            path, depth, number = entry["path"], entry["depth"], len(book.pages) + 1
            print(f"{number:4}  {path}", file=sys.stderr, flush=True)
            headings = _ask(page, path, "entry => bookPdf.prepare(entry)", entry | {"number": number})
            _add(book, _print(page), path, places)
            if part != (part := entry["part"]):
                headings.insert(0, [1 - depth, part, ""])
                lines += f'<p class="part">{escape(part)}</p>'
            title = escape(entry["title"])
            lines += f'<p class="depth-{depth}"><span>{title}</span><span>{number}</span></p>'
            for level, title, place in headings:
                above = {other: item for other, item in above.items() if other < depth + level}
                parent, (sheet, fit) = above[max(above)], places[path, place]
                above[depth + level] = book.add_outline_item(
                    title=title, page_number=sheet, parent=parent, fit=fit, is_open=False
                )
        page.set_content(COVER.format(about=about, note=escape(listed["note"]), lines=lines))
        front = _print(page).pages
    _resolve_links(book, places, listed["address"])
    for index, sheet in enumerate(front):
        book.insert_page(sheet, index)
    book.set_page_label(0, index, style=PageLabelStyle.LOWERCASE_ROMAN)
    book.set_page_label(index + 1, len(book.pages) - 1, style=PageLabelStyle.DECIMAL, start=1)
    book.metadata = {"/Title": about.title, "/Author": about.authors, "/Subject": about.abstract}
    book.compress_identical_objects()
    book.write(target)
    return target


if __name__ == "__main__":
    try:
        print(print_book(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
    except (FileNotFoundError, NoBrowser, ValueError) as error:
        sys.exit(str(error))
