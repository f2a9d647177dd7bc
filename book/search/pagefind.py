"""Search of the built book by Pagefind: it fetches small parts of its index, and only when a reader searches.

Takes the place of Sphinx's own search, whose index is one file that every search loads whole. The directive
`search-box` makes the page `search`, where the theme's search fields lead; `search.js` does the rest.
"""

import copy
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from docutils import nodes
from lxml import html
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from book.glossary import key_terms
from book.page import read_notes
from book.settings import INDEX_PAGE, SEARCH_PAGE
from book.theme.languages import HAN

# What is kept of each page.
WORDS = "words"
# Pages that only repeat, as lists of links, what stands elsewhere.
NOT_INDEXED = {SEARCH_PAGE, INDEX_PAGE}
# What explains comes before what asks, and before what lists.
WEIGHTS = {
    "exercises/": 0.5,
    "pages/api": 0.3,
    "pages/data": 0.1,
    "pages/figures": 0.03,
    "pages/findings": 0.5,
    "pages/verdict_rule": 0.5,
    "pages/ledger": 2,
}
# Words on controls, and lists of sources and claims, which say nothing of a page.
NOT_TEXT = "summary,.self-check-still,noscript,.rests-on,.record-box,.in-pinyin-order"
# Pagefind's own widgets, and its program for pages whose language it does not know.
NOT_SENT = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")

BOX = """<search class="book-search">
<form class="bd-search d-flex align-items-center" action="" method="get">
<i class="fa-solid fa-magnifying-glass" aria-hidden="true"></i>
<input type="search" class="form-control" name="q" placeholder="Search this book"
 aria-label="Search this book" autocomplete="off" autocapitalize="off" spellcheck="false">
</form>
<p class="search-status" role="status"></p>
<ol class="search-results"></ol>
<button class="search-more" type="button" hidden>Show more pages</button>
</search>"""

_BETWEEN_CHINESE = re.compile(f"(?<={HAN})(?={HAN})")
# What a reader does not look up: drawings, numbers, formulas, code, a chapter's sources: nine tenths of it.
_NO_WORDS = (
    ".//script | .//svg | .//math | .//details[{chart-data}] | .//div[{highlight}] | .//a[{headerlink}]"
    " | .//div[{cell_output}]//table | .//section/section[@id='references']"
)
# What carries an id, and what in it is its name: sections but the page's own; terms, functions, rows, cards.
_SECTIONS = ".//section[@id]", "(./h2 | ./h3 | ./h4 | ./h5 | ./h6)[1]"
_OTHERS = (
    (".//dt[starts-with(@id, 'term-')] | .//dt[@id][{sig}]", "."),
    (".//tr[@id]", "./td[1]/p[1]"),
    (".//div[@id][{verdict}]", "./p[{card-head}][1]"),
)


def _find(tree: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """What a path finds, in which a name in braces asks for a class."""
    return tree.xpath(re.sub(r"\{([\w-]+)\}", r"contains(concat(' ', @class, ' '), ' \1 ')", path))


class SearchBox(SphinxDirective):
    """The field, and the place of what is found."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", BOX, format="html")]


def extract_words(tree: html.HtmlElement) -> str:
    """A page's article as Pagefind is to see it; "" where there is none.

    Pagefind calls a part of a page by the heading that carries its id. Sphinx puts ids on sections, and what
    a reader looks up is as often a term, a claim's row or a verdict: each becomes a heading here.
    """
    articles = _find(tree, "//article[{bd-article}]")
    if not articles:
        return ""
    article = copy.deepcopy(articles[0])
    for part in _find(article, _NO_WORDS):
        part.drop_tree()
    for holders, name in (_SECTIONS, *_OTHERS):
        for holder in _find(article, holders):
            for heading in _find(holder, name):
                heading.set("id", holder.attrib.pop("id"))
                if holder.tag != "section":
                    heading.tag = "h4"
                    heading.set("data-pagefind-weight", "10")
    # Chinese runs on without spaces: a character is a word of the index, and a query a phrase of them.
    for part in article.iter():
        part.text = part.text and _BETWEEN_CHINESE.sub(" ", part.text)
        part.tail = part.tail and _BETWEEN_CHINESE.sub(" ", part.tail)
    return html.tostring(article, encoding="unicode", with_tail=False)


def make_searchable(words: str, weight: float = 1, leading: Iterable[str] = ()) -> str:
    """A page for Pagefind; `leading` are words for which it comes first."""
    # Phrases are found, and not ranked; so a word that leads here first stands once more, whole. (Pagefind's
    # filters would do, were their order not another one in each build.)
    first = f'<p data-pagefind-weight="10">{" ".join(leading)}</p>' if leading else ""
    return f'<html lang="en"><body data-pagefind-weight="{weight}">{first}{words}</body></html>'


def _index(pages: dict[str, str], target: Path) -> None:
    # The package's own interface waits a tenth of a second for each page; its program takes less for all.
    command = [sys.executable, "-m", "pagefind", "--keep-index-url", "--exclude-selectors", NOT_TEXT]
    with tempfile.TemporaryDirectory() as folder:
        for name, html in pages.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(html, encoding="utf-8")
        command += ["--site", folder, "--output-path", str(target)]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise ExtensionError(f"Pagefind could not index the book:\n{done.stdout}{done.stderr}")


def _list_leading_words(app: Sphinx) -> dict[str, list[str]]:
    """The words that lead to a page first: a chapter's key terms in Chinese, and what `_config.yml` names."""
    words: dict[str, list[str]] = defaultdict(list)
    for term in key_terms.get_terms(app.env).values():
        words[term.chapters[0]].append(term.chinese)
    for word, pages in app.config.search_words.items():
        for page in pages:
            if page not in app.env.all_docs:
                raise ExtensionError(f"search_words in _config.yml sends {word} to {page}, which is no page")
            words[page].append(word)
    return words


def write_index(app: Sphinx) -> None:
    """Index the book, where a page says something else than when it was indexed last."""
    target = Path(app.outdir) / "pagefind"
    done = Path(app.doctreedir) / "pagefind.sha256"
    leading, words = _list_leading_words(app), read_notes(app, WORDS)
    pages = {
        app.builder.get_target_uri(name): make_searchable(
            words[name],
            next((weight for start, weight in WEIGHTS.items() if name.startswith(start)), 1),
            leading[name],
        )
        for name in sorted(app.env.all_docs.keys() - NOT_INDEXED)
    }
    digest = hashlib.sha256(repr((pages, NOT_TEXT)).encode()).hexdigest()
    if target.exists() and done.exists() and done.read_text() == digest:
        return
    shutil.rmtree(target, ignore_errors=True)
    _index(pages, target)
    for pattern in NOT_SENT:
        for path in target.glob(pattern):
            path.unlink()
    done.write_text(digest)


def _drop_own_search(app: Sphinx) -> None:
    setattr(app.builder, "search", False)  # noqa: B010 (only builders of HTML have it)


def setup(app: Sphinx) -> None:
    """Register the search page, in the place of Sphinx's own."""
    app.add_config_value("search_words", {}, "")
    app.add_directive("search-box", SearchBox)
    app.connect("builder-inited", _drop_own_search)
