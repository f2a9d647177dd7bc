"""The machinery of the book's pages, as one Sphinx extension that sets up a feature a folder.

It knows nothing of the region: `book.settings` says where chapters lie and what they hold. It only reads
what is there; what has to be made first, `make` makes.
"""

from importlib import import_module

from sphinx.application import Sphinx

FEATURES = (
    "book.made",
    "book.facts",
    "book.exercises.pages",
    "book.exercises.guess",
    "book.exercises.sentence",
    "book.palette",
    "claims_ledger.sphinx",
    "book.claims",
    "book.from_notebooks",
    "book.citation",
    "book.theme.assets",
    "book.theme.page_meta",
    "book.progress.pages",
    "book.theme.native_math",
    "book.theme.languages",
    "book.theme.chapter_numbers",
    "book.theme.light_theme",
    "book.glossary.key_terms",
    "book.glossary.index_page",
    "book.search.pagefind",
    "book.downloads.data_dictionary",
    "book.lab.pages",
    "book.theme.lean_styles",
    "book.downloads.take_along",
    "book.downloads.launch",
)


def setup(app: Sphinx) -> dict:
    """Set up every feature."""
    for feature in FEATURES:
        import_module(feature).setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
