"""What is done for the pages of the book, and in which order: four lists, from the first file to the last.

A page is changed as a document, before it is HTML; then in what its template gets, by `BEFORE_WRITING`, when
every extension and the theme have had their turn; and what is written is parsed once, for `NOTES`.
"""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import FileSystemBytecodeCache
from lxml import html
from sphinx.application import Sphinx
from sphinx.jinja2glue import BuiltinTemplateLoader

from book import build, citation, docstrings, facts, from_notebooks, made, palette
from book.downloads import data_dictionary, take_along
from book.exercises import guess, sentence
from book.exercises import pages as exercise_pages
from book.glossary import key_terms
from book.lab import pages as lab_pages
from book.ledger import cards as ledger_cards
from book.ledger import pages as ledger_pages
from book.ledger import table as ledger_table
from book.page import Page
from book.progress import pages as progress_pages
from book.search import pagefind
from book.theme import (
    assets,
    chapter_numbers,
    contents,
    folded,
    languages,
    lean_styles,
    light_theme,
    native_math,
    outputs,
    page_meta,
)

# Set up in this order; each says what it registers.
PARTS: tuple[ModuleType, ...] = (
    # Settings, before anything is read.
    made,  # what `make` makes is there, or the build ends with a sentence
    build,  # pages are built again when a program or a setting changes
    palette,  # charts have the colours of data/palette.csv, templates too
    citation,  # templates have what CITATION.cff says
    assets,  # one style sheet and one script, of all that lie beside the features
    light_theme,  # a setting of Jupyter Book's that nobody else knows
    page_meta,  # the chart of the picture that shared links show
    # What texts may say.
    exercise_pages,  # lists of exercises, and questions that the page checks
    guess,  # a field for a guess
    sentence,  # a field for the reader's own sentence
    folded,  # answers that are folded; and the prompts over folded code are valid HTML
    progress_pages,  # the way through the course, and the marks of who goes it
    from_notebooks,  # charts and numbers of another page
    ledger_pages,  # verdicts, ledger and findings
    data_dictionary,  # the tables, described
    docstrings,  # the library's functions, described
    pagefind,  # the search page
    native_math,  # formulas as MathML
    # What is read again although its file is as it was.
    key_terms,  # chapters, when a term comes or goes; and the links to the glossary
    facts,  # pages that show what others computed; after the terms, of which some make a fact
    # Documents that are read, before they are HTML.
    chapter_numbers,  # exercises carry no number of a section
    outputs,  # tables that notebooks store
    languages,  # Chinese is marked as Chinese, in all that is there by then
    lab_pages,  # which pages run Python
)

# The context of a page, once every extension and the theme have filled it: what its template gets.
BEFORE_WRITING: tuple[Callable[[Page], None], ...] = (
    ledger_table.add_reviews,  # the reviews of claims, for search engines
    page_meta.describe,  # what search engines and shared links say of it
    light_theme.guard_storage,  # scripts that run where storage is forbidden
    light_theme.lead_to_search,  # search fields that lead to our page
    light_theme.drop_scripts,  # no script that nothing on the page needs
    lean_styles.link_sheets,  # two sheets
    contents.list_for,  # the contents in the sidebar
    take_along.offer,  # the chapter to take along, in the place of the page's source
)

# What is kept of a page as it was written, by name: of its HTML, parsed once.
NOTES: dict[str, Callable[[html.HtmlElement], Any]] = {
    lean_styles.NAMES: lean_styles.list_names,  # its classes and ids
    pagefind.WORDS: pagefind.extract_words,  # its text, as the search is to see it
}

# When all pages are written.
AFTER_WRITING: tuple[Callable[[Sphinx], None], ...] = (
    ledger_table.write_downloads,  # the ledgers as files
    data_dictionary.copy_package,  # the tables, as files and as one zip
    take_along.copy_notebooks,  # the chapters to take along
    lab_pages.copy_practice,  # what exercise pages check code with
    key_terms.write_words,  # what each term means, for the page that is asked
    ledger_cards.write_claims,  # and what each claim says, and how it is judged
    page_meta.draw_poster,  # the picture of a shared link
    light_theme.drop_files,  # what the theme has sent and no page asks for
    lean_styles.write_sheet,  # the theme's sheets as one, without rules for nothing
    pagefind.write_index,  # the index of the search
)


class Templates(BuiltinTemplateLoader):
    """Sphinx's own templates; a page goes through our steps before its template gets it, and after."""

    def init(self, builder: Any, *given: Any, **named: Any) -> None:
        """Remember whose pages they are, and keep the templates as they are compiled for the next build."""
        super().init(builder, *given, **named)
        self.app = builder.app
        self.app.connect("build-finished", _finish)  # after the theme, set up by now: it writes colours
        kept = Path(self.app.doctreedir, "templates")
        kept.mkdir(parents=True, exist_ok=True)
        self.environment.bytecode_cache = FileSystemBytecodeCache(str(kept))

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """The HTML of a template; of a page, not of a part of one, with our steps."""
        if context.get("page_template") != template:
            return super().render(template, context)
        page = Page(self.app, context["pagename"], context.pop("page_document"), context)
        for step in BEFORE_WRITING:
            step(page)
        written = super().render(template, context)
        tree = html.document_fromstring(written)
        page.keep({name: note(tree) for name, note in NOTES.items()})
        return written


def _hand_over(app: Sphinx, page: str, template: str, context: dict, document: Any) -> None:
    context["page_template"], context["page_document"] = template, document


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is None:
        for step in AFTER_WRITING:
            step(app)


def setup(app: Sphinx) -> None:
    """Set up all parts, and hear of each page; of the end of the build the templates hear, last."""
    for part in PARTS:
        part.setup(app)
    app.config.template_bridge = f"{__name__}.{Templates.__name__}"
    app.connect("html-page-context", _hand_over)
