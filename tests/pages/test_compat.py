"""What `book.compat` changes in other packages is still there, and still worth changing."""

import importlib
import inspect
import re
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils.utils.smartquotes import educate_tokens

from book import compat

LOOK = "read the new version, then take the change out of book/compat.py or set the version there"


def test_each_change_was_written_for_the_installed_version():
    installed = {name: version(name) for name in compat.WRITTEN_FOR}
    assert installed == compat.WRITTEN_FOR, LOOK


# What each change relies on, in the source of the package as it is installed: module, object, words.
RELIED_ON = (
    ("pybtex.plugin", "_load_entry_point", "for entry_point in entry_points("),
    ("myst_nb.core.execute", "create_client", 'if nb_config.execution_mode == "cache":'),
    ("myst_nb.sphinx_", "Parser", "content = nbformat.writes(notebook)"),
    ("docutils.transforms.universal", "SmartQuotes", "self.get_tokens(txtnodes),"),
    ("docutils.transforms.universal", "SmartQuotes", "in zip(txtnodes, teacher)"),
)


@pytest.mark.parametrize(("module", "name", "words"), RELIED_ON)
def test_what_is_changed_is_still_there(module, name, words):
    assert words in inspect.getsource(getattr(importlib.import_module(module), name)), LOOK


def test_reading_in_parallel_is_still_not_allowed_by_the_package():
    import sphinx_multitoc_numbering

    app = SimpleNamespace(connect=lambda *_: None)
    collector = importlib.import_module("sphinx.environment.collectors.toctree").TocTreeCollector
    numbering = collector.assign_section_numbers
    try:
        assert sphinx_multitoc_numbering.setup(app) is None, LOOK
    finally:
        collector.assign_section_numbers = numbering


def test_texts_that_are_skipped_have_no_smart_quotes():
    signs = [chr(number) for number in range(32, 127)]
    texts = [f"a{one}b {one} c{two}{one}" for one in signs for two in signs]
    skipped = [text for text in texts if not compat.TYPED_SIGNS.search(text)]
    assert len(skipped) > 5000
    assert [*educate_tokens([("plain", text) for text in skipped], "qDe")] == skipped


def test_our_macros_are_those_that_the_installed_theme_calls():
    """Without one of them no page is built, and what ends the build does not say whose it is."""
    name, macros = "webpack-macros.html", []
    for package in (compat, importlib.import_module("pydata_sphinx_theme")):
        (path,) = Path(package.__file__).parent.rglob(name)
        macros.append(set(re.findall(r"macro (\w+)\(", path.read_text("utf-8"))))
    assert macros[0] == macros[1], f"bring book/theme/templates/static/{name} in line with the theme's own"
