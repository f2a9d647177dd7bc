"""The steps of a build in their order: four lists, from the first file to the last.

`PARTS` change a page as a document, before it is HTML. `BEFORE_WRITING` changes what its template
gets, after every extension and the theme. The written HTML is parsed once, for `NOTES`.
"""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import FileSystemBytecodeCache
from lxml import html
from sphinx.application import Sphinx
from sphinx.jinja2glue import BuiltinTemplateLoader

from book import build, citation, docstrings, facts, from_notebooks, offline, palette
from book.downloads import data_dictionary, take_along
from book.exercises import guess, scale, sentence
from book.exercises import pages as exercise_pages
from book.glossary import key_terms
from book.lab import pages as lab_pages
from book.ledger import cards as ledger_cards
from book.ledger import pages as ledger_pages
from book.ledger import table as ledger_table
from book.lessons import answers, deck, forms
from book.page import Page
from book.progress import pages as progress_pages
from book.search import pagefind
from book.theme import (
    assets,
    contents,
    folded,
    languages,
    lean_styles,
    light_theme,
    native_math,
    page_meta,
    policy,
)

# Extensions, set up in this order.
PARTS: tuple[ModuleType, ...] = (
    # Settings, before anything is read.
    # files that `make` writes exist; pages are built again when a program or a setting changes
    build,
    palette,  # charts have the colours of data/palette.csv, templates too
    citation,  # templates have the fields of CITATION.cff
    assets,  # one style sheet and one script, joined from those of the features
    light_theme,  # a setting that only Jupyter Book knows
    # Directives and roles.
    exercise_pages,  # lists of exercises, and questions that the page checks
    guess,  # a field for a guess
    scale,  # a slider, and the figures that fall onto its scale
    sentence,  # a field for the reader's own sentence
    # the parts of a lesson: what one needs, the choice that decides, the answer, ideas, doors
    forms,
    deck,  # the line under a title
    folded,  # answers that are folded, and code; and the prompts over folded code are valid HTML
    progress_pages,  # the path through the course, and the reader's progress
    from_notebooks,  # charts and numbers of another page
    answers,  # the answers of all lessons
    ledger_pages,  # verdicts, ledger and findings
    data_dictionary,  # the tables, described
    docstrings,  # the library's functions, described
    pagefind,  # the search page
    native_math,  # formulas as MathML
    # Pages that are read again although their files are unchanged.
    key_terms,  # chapters, when a term comes or goes; and the links to the glossary
    facts,  # pages that show what others computed; after the terms, which are such a fact
    # Documents after reading, before they are HTML.
    contents,  # figures carry the number of their lesson
    languages,  # Chinese is marked as Chinese and stored tables are tidied, after all other changes
    lab_pages,  # which pages run Python
)

# Changes of a page's template context, after every extension and the theme have filled it.
BEFORE_WRITING: tuple[Callable[[Page], None], ...] = (
    ledger_table.add_reviews,  # the reviews of claims, for search engines
    page_meta.describe,  # meta elements for search engines and shared links
    light_theme.guard_storage,  # scripts run where storage is forbidden
    light_theme.lead_to_search,  # search fields that lead to our page
    light_theme.drop_scripts,  # no script that nothing on the page needs
    lean_styles.link_sheets,  # two sheets
    contents.list_for,  # the contents in the sidebar
    contents.lead_between,  # from each of a lesson's pages to the others
    take_along.offer,  # download of the chapter, in place of the page's source
)

# Notes on the HTML of a written page, by name.
NOTES: dict[str, Callable[[html.HtmlElement], Any]] = {
    lean_styles.NAMES: lean_styles.list_names,  # its classes and ids
    pagefind.WORDS: pagefind.extract_words,  # its text as the search sees it
}

# After all pages are written.
AFTER_WRITING: tuple[Callable[[Sphinx], None], ...] = (
    ledger_table.write_downloads,  # the ledgers as files
    data_dictionary.copy_package,  # the tables, as files and as one zip
    take_along.copy_notebooks,  # downloads of chapters
    lab_pages.copy_practice,  # tests with which exercise pages check code
    key_terms.write_words,  # cards of terms
    ledger_cards.write_claims,  # and what each claim says, and how it is judged
    page_meta.draw_poster,  # the picture of a shared link
    light_theme.drop_files,  # files of the theme that no page uses
    lean_styles.write_sheet,  # the theme's sheets as one, without unused rules
    pagefind.write_index,  # the index of the search
    offline.write_worker,  # what a reader's device may keep of all that
)


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates, with the steps above before and after a page is rendered."""

    def init(self, builder: Any, *arguments: Any, **options: Any) -> None:
        """Cache compiled templates for the next build."""
        super().init(builder, *arguments, **options)
        self.app = builder.app
        self.app.connect(
            "build-finished", _finish
        )  # after the theme, set up by now: it writes colours
        cache = Path(self.app.doctreedir, "templates")
        cache.mkdir(parents=True, exist_ok=True)
        self.environment.bytecode_cache = FileSystemBytecodeCache(str(cache))

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """Render a template; the template of a page, not of a part of one, with our steps."""
        if context.get("page_template") != template:
            return super().render(template, context)
        page = Page(self.app, context["pagename"], context.pop("page_document"), context)
        for step in BEFORE_WRITING:
            step(page)
        rendered = policy.add_policy(super().render(template, context))
        tree = html.document_fromstring(rendered)
        page.keep({name: make_note(tree) for name, make_note in NOTES.items()})
        return rendered


def _pass_document(app: Sphinx, page: str, template: str, context: dict, document: Any) -> None:
    context["page_template"] = template
    context["page_document"] = document


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is None:
        for step in AFTER_WRITING:
            step(app)


def setup(app: Sphinx) -> None:
    """Set up all parts and the templates, which connect to the end of the build last."""
    for part in PARTS:
        part.setup(app)
    app.config.template_bridge = f"{__name__}.{Templates.__name__}"
    app.connect("html-page-context", _pass_document)
