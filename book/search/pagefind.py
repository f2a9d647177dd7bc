"""Index the built book with Pagefind, whose index is fetched in small parts and only by a search.

It replaces Sphinx's own search, which loads one whole index. The directive `search-box` makes the
search page, where the theme's search fields lead; `search.js` runs searches.
"""

import copy
import gzip
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from docutils import nodes
from lxml import html
from lxml.html import builder
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from book.glossary import key_terms
from book.page import read_notes
from book.settings import SEARCH_PAGE, is_checks
from book.theme.languages import HAN

# Note on each page.
WORDS = "words"
NOT_INDEXED = {SEARCH_PAGE}
# The lesson that explains comes before its checks, exercises, lists and sources. The first start of
# a name counts.
CHECKS = 0.6
WEIGHTS = {
    "chapters/": 1.0,
    "exercises/": 0.4,
    "pages/glossary": 0.8,
    "pages/findings": 0.7,
    "pages/another_region": 0.6,
    "pages/syllabus": 0.6,
    "pages/references": 0.6,
    "pages/": 0.4,
    "capstone/index": 0.9,
    "capstone/": 0.4,
}
# A word of which the whole book has no more is none of its topics.
RARE = 2
# Texts of controls, and lists of sources and claims, do not describe a page.
NOT_TEXT = "summary,.self-check-still,noscript,.rests-on,.record-box,.in-pinyin-order"
# Pagefind's own widgets, and its program for pages whose language it does not know.
NOT_SENT = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")

BOX = """<search class="book-search">
<form class="bd-search d-flex align-items-center" method="get">
<i class="fa-solid fa-magnifying-glass" aria-hidden="true"></i>
<input type="search" class="form-control" name="q" placeholder="Search this book"
 aria-label="Search this book" autocomplete="off" autocapitalize="off" spellcheck="false">
</form>
<p class="search-status" role="status"></p>
<ol class="search-results"></ol>
<button class="search-more" type="button" hidden>Show more pages</button>
</search>"""

_BETWEEN_CHINESE = re.compile(f"(?<={HAN})(?={HAN})")
# Not searched: drawings, numbers, formulas, code and references, nine tenths of a page.
_NO_WORDS = (
    ".//script | .//svg | .//math | .//pre | .//details[{chart-data}] | .//div[{highlight}]"
    " | .//a[{headerlink}] | .//div[{cell_output}]//table | .//section/section[@id='references']"
)
# Elements with an id, and the name in them: sections, terms, functions, rows, verdicts, claims,
# figures.
_SECTIONS = ".//section[@id]", "(./h2 | ./h3 | ./h4 | ./h5 | ./h6)[1]"
_OTHERS = (
    (".//dt[starts-with(@id, 'term-')] | .//dt[@id][{sig}]", "."),
    (".//tr[@id]", "./td[1]/p[1]"),
    (".//div[@id][{verdict}]", "./p[{verdict-line}][1]"),
    (".//div[@id][{claim}]", "./p[{quoted}]"),
    (".//li[@id]", "./p[1]/strong[1]"),
)


_CLAIM = re.compile(r"(?:claim|verdict)-(\w+)")


def _find(tree: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """Evaluate an XPath in which a name in braces stands for a class."""
    return tree.xpath(re.sub(r"\{([\w-]+)\}", r"contains(concat(' ', @class, ' '), ' \1 ')", path))


class SearchBox(SphinxDirective):
    """The search field and the place of its results."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", BOX, format="html")]


def extract_words(tree: html.HtmlElement) -> str:
    """Prepare a page's article for Pagefind; "" if it has none.

    Pagefind names a part of a page by a heading with an id. Sphinx puts ids on sections, and
    readers also look up terms, claims and verdicts: each of these becomes a heading here.
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
                if number := _CLAIM.match(
                    heading.get("id")
                ):  # readers see words and may look up the id
                    heading.append(builder.SPAN(f" {number[1].upper()}"))
    # Chinese has no spaces: each character is a word of the index, and a query is a phrase.
    for part in article.iter():
        part.text = part.text and _BETWEEN_CHINESE.sub(" ", part.text)
        part.tail = part.tail and _BETWEEN_CHINESE.sub(" ", part.tail)
    return html.tostring(article, encoding="unicode", with_tail=False)


def make_searchable(words: str, leading: Iterable[str] = ()) -> str:
    """Make a page for Pagefind; `leading` are words for which it comes first."""
    # Phrases are not ranked, so a leading word is added once more, whole. (The order of Pagefind's
    # filters differs from build to build.)
    first = f'<p data-pagefind-weight="10">{" ".join(leading)}</p>' if leading else ""
    return f'<html lang="en"><body>{first}{words}</body></html>'


def count_words(pages: Iterable[str]) -> dict[str, list[str]]:
    """List the Latin words of pages, by which a query is recognised, and apart those that are
    rare."""
    counts: Counter[str] = Counter()
    for tree in map(html.fromstring, pages):
        names = tree.xpath(
            "//*[self::h1 or self::h2 or self::h3 or self::h4 or @data-pagefind-weight]"
        )
        for text in [
            tree.text_content(),
            *(name.text_content() for name in names for _ in range(RARE)),
        ]:
            for token in text.lower().split():
                parts = {token, *re.split(r"\W", token)}
                counts.update(
                    re.sub(r"[\W_]", "", unicodedata.normalize("NFKD", part)) for part in parts
                )
    words = sorted(word for word in counts if word.isascii() and 0 < len(word) < 30)
    return {
        "words": [word for word in words if counts[word] > RARE],
        "rare": [word for word in words if counts[word] <= RARE and not re.search(r"\d", word)],
    }


def _weigh_pages(target: Path) -> dict[str, list[float | str]]:
    """Find the weight of each page and the words of its title, by the name that the index gives
    it."""
    pages = {}
    for path in sorted((target / "fragment").iterdir()):
        page = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        url = page["url"].lstrip("/")
        subject = page["meta"]["title"].lower().partition(":")[0]
        weight = next((weight for start, weight in WEIGHTS.items() if url.startswith(start)), 1.0)
        weight = CHECKS if is_checks(url.removesuffix(".html")) else weight
        pages[path.stem] = [weight, *re.findall(r"[^\W\d]{3,}", subject)]
    return pages


def _index(pages: dict[str, str], target: Path) -> None:
    # The command is faster than the package's interface, which waits a tenth of a second for each
    # page.
    command = [
        sys.executable,
        "-m",
        "pagefind",
        "--keep-index-url",
        "--exclude-selectors",
        NOT_TEXT,
    ]
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
    """List the leading words of pages: key terms, and `search_words` of `_config.yml`."""
    words: dict[str, list[str]] = defaultdict(list)
    for term in key_terms.get_terms(app.env).values():
        words[term.chapters[0]] += [*term.forms, term.chinese]
    for word, pages in app.config.search_words.items():
        for page in pages:
            if page not in app.env.all_docs:
                raise ExtensionError(
                    f"search_words in _config.yml leads {word} to {page}, which is not a page"
                )
            words[page].append(word)
    return words


def write_index(app: Sphinx) -> None:
    """Index the book."""
    target = Path(app.outdir) / "pagefind"
    leading = _list_leading_words(app)
    words = read_notes(app, WORDS)
    pages = {
        app.builder.get_target_uri(name): make_searchable(words[name], leading[name])
        for name in sorted(app.env.all_docs.keys() - NOT_INDEXED)
    }
    shutil.rmtree(target, ignore_errors=True)
    _index(pages, target)
    guide = {**count_words(pages.values()), "pages": _weigh_pages(target)}
    (target / "guide.json").write_text(json.dumps(guide, separators=(",", ":")), encoding="utf-8")
    for pattern in NOT_SENT:
        for path in target.glob(pattern):
            path.unlink()


def _drop_own_search(app: Sphinx) -> None:
    setattr(app.builder, "search", False)  # noqa: B010 (only builders of HTML have it)


def setup(app: Sphinx) -> None:
    """Register the search page, and drop Sphinx's own."""
    app.add_config_value("search_words", {}, "")
    app.add_directive("search-box", SearchBox)
    app.connect("builder-inited", _drop_own_search)
