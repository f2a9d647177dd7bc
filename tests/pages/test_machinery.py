"""Parts of the book's machinery: formulas, languages, terms, search and style sheets."""

import re

import pytest
from docutils import nodes
from live_cells.frames import tidy
from lxml import html

from book.glossary import key_terms
from book.search import pagefind
from book.theme import languages, lean_styles, native_math
from tests import browser
from tests.pages import built


def test_a_formula_is_mathml_that_carries_its_source():
    html = native_math.make_mathml(r"R = \frac{Y_1}{Y_0}", "inline", nodes.math())
    assert html.startswith("<math") and "<mfrac>" in html
    assert r'<annotation encoding="application/x-tex">R = \frac{Y_1}{Y_0}</annotation>' in html


def test_a_formula_that_cannot_be_converted_is_a_warning(monkeypatch):
    """Warnings stop `make book`, so no reader meets half a formula."""
    warnings = []
    monkeypatch.setattr(native_math.logger, "warning", lambda *arguments, **_: warnings.append(arguments))
    for latex in (r"\unknowncommand x", r"\frac{1}{", r"a & b"):
        native_math.make_mathml(latex, "block", nodes.math_block())
    assert len(warnings) == 3


def test_each_run_of_chinese_is_one_span():
    text = "GDP (国内生产总值): 是……的1.8倍 is 1.8 times, “京”、“津” are two."
    paragraph = nodes.paragraph("", "", nodes.Text(text))
    languages.mark_chinese(paragraph)
    marked = [node.astext() for node in paragraph.findall(nodes.inline)]
    assert marked == ["国内生产总值", "是……的1.8倍", "京”、“津"]
    assert paragraph.astext() == text
    once = paragraph.pformat()
    languages.mark_chinese(paragraph)
    assert paragraph.pformat() == once
    for kind in (nodes.literal, nodes.literal_block):
        code = nodes.container("", kind("", "x = '北京'"), nodes.paragraph("", "No Chinese here."))
        before = code.pformat()
        languages.mark_chinese(code)
        assert code.pformat() == before, "Chinese in code is left alone"


def test_a_stored_table_is_valid_html_and_its_chinese_is_marked():
    stored = (
        '<div><style scoped>td { top: 0 }</style><table border="1" class="dataframe"><tbody><tr><th></th>'
        "<td>北京 (Beijing) 天津</td></tr></tbody></table></div>"
    )
    assert languages.mark_html(tidy(stored)) == (
        '<div class="scroll" tabindex="0"><table class="data"><tbody><tr><td></td><td><span '
        'lang="zh-Hans">北京</span> (Beijing) <span lang="zh-Hans">天津</span></td></tr></tbody></table>'
        "</div>"
    )


WRITTEN = {"location quotient": "Location quotients", "Moran's I": "Moran’s I", "to disperse": "disperse"}


@pytest.mark.parametrize(("english", "written"), (WRITTEN | {"fine particles (PM2.5)": "PM2.5"}).items())
def test_a_term_is_known_as_sentences_write_it(english, written):
    pattern = key_terms.Term(english, "", "", "").pattern
    assert re.fullmatch(pattern, written) and not re.fullmatch(pattern, f"{written} or so")


def test_search_sees_headings_with_ids_words_only_and_chinese_by_character():
    page = html.document_fromstring(
        '<article class="bd-article"><section id="one"><h2>One<a class="headerlink" href="#one">#</a></h2>'
        '<svg><text>7</text></svg><div class="highlight"><pre>x = 7</pre></div>'
        '<p>区位商</p><table><tr id="claim-c01"><td><p>C01</p></td></tr></table></section></article>'
    )
    words = pagefind.extract_words(page)
    assert words == (
        '<article class="bd-article"><section><h2 id="one">One</h2><p>区 位 商</p><table><tr><td>'
        '<h4 id="claim-c01" data-pagefind-weight="10">C01</h4></td></tr></table></section></article>'
    )
    assert pagefind.extract_words(html.document_fromstring("<p>No article</p>")) == ""
    made = pagefind.make_searchable(words, 2, ["京"])
    assert made.endswith(f'<p data-pagefind-weight="10">京</p>{words}</body></html>')


# Style sheets: no rule for nothing

STYLE = """:root{--used:1px;--unused:2px;--also-unused:var(--unused)}
/* .kept{} */ .kept,.lost{margin:var(--used)} .lost .kept{color:red}
.kept:not(.lost)::before{content:"}"} :is(.kept,.lost) p{top:0} #lost{left:0}
@media print{.lost{color:red}} @media (min-width:9px){.kept{background:url("data:image/svg+xml,a(b);{}")}}
@keyframes turn{from{top:0}to{top:1px}}"""


def test_a_lean_sheet_has_the_rules_of_what_is_there():
    assert lean_styles.keep_used_rules(STYLE, {"kept"}) == (
        ':root{--used:1px}.kept,.lost{margin:var(--used)}.kept:not(.lost):before{content:"}"}'
        ":is(.kept,.lost) p{top:0}"
        r"@media (min-width:9px){.kept{background:url(data:image/svg+xml,a\(b\);{})}}"
        "@keyframes turn{0%{top:0}to{top:1px}}"
    )
    assert "--unused:2px" in lean_styles.keep_used_rules(STYLE, {"kept"}, "a{top:var(--unused)}")


def test_pages_load_our_sheet_and_one_lean_one_of_all_that_the_theme_sends():
    sheets = {path.name: path.stat().st_size for path in (browser.HTML / "_static").rglob("*.css")}
    assert sheets.keys() == {"book.css", lean_styles.JOINED} and sheets[lean_styles.JOINED] < 115_000
    assert {built.html(f"{name}.html").count('rel="stylesheet"') for name in built.listed()} == {2}
