"""Parts of the book's machinery: formulas and style sheets."""

from docutils import nodes

from book.theme import lean_styles, native_math
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


def test_pages_load_our_sheet_and_one_lean_one_of_all_that_the_theme_sends():
    sheets = {path.name: path.stat().st_size for path in (browser.HTML / "_static").rglob("*.css")}
    assert sheets.keys() == {"book.css", lean_styles.JOINED} and sheets[lean_styles.JOINED] < 115_000
    assert {built.html(f"{name}.html").count('rel="stylesheet"') for name in built.listed()} == {2}
