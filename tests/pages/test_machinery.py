"""Parts of the book's machinery: formulas, languages and style sheets."""

from docutils import nodes

from book.theme import languages, lean_styles, native_math
from tests import browser
from tests.pages import built


def test_a_formula_is_mathml_with_its_source_and_one_that_cannot_be_converted_is_a_warning(monkeypatch):
    """Warnings stop `make book`, so no reader meets half a formula."""
    html = native_math.make_mathml(r"R = \frac{Y_1}{Y_0}", "inline", nodes.math())
    assert html.startswith("<math") and "<mfrac>" in html
    assert r'<annotation encoding="application/x-tex">R = \frac{Y_1}{Y_0}</annotation>' in html
    warnings = []
    monkeypatch.setattr(native_math.logger, "warning", lambda *arguments, **_: warnings.append(arguments))
    for latex in (r"\unknowncommand x", r"\frac{1}{", r"a & b"):
        native_math.make_mathml(latex, "block", nodes.math_block())
    assert len(warnings) == 3


def test_each_run_of_chinese_is_one_span_and_code_is_left_alone():
    text = "GDP (国内生产总值): 是……的1.8倍 is 1.8 times, “京”、“津” are two."
    code = nodes.literal("", "x = '北京'")
    paragraph = nodes.paragraph("", "", nodes.Text(text), code)
    languages.mark_chinese(paragraph)
    marked = [node.astext() for node in paragraph.findall(nodes.inline)]
    assert marked == ["国内生产总值", "是……的1.8倍", "京”、“津"]
    assert paragraph.astext() == text + code.astext()


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
