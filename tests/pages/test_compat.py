"""What `book.compat` changes in other packages is still there, and still worth changing."""

from importlib.metadata import version

from docutils.utils.smartquotes import educate_tokens

from book import compat

LOOK = "read the new version, then take the change out of book/compat.py or set the version there"


def test_each_change_was_written_for_the_installed_version():
    assert {name: version(name) for name in compat.WRITTEN_FOR} == compat.WRITTEN_FOR, LOOK


def test_texts_that_are_skipped_have_no_smart_quotes():
    signs = [chr(number) for number in range(32, 127)]
    texts = [f"a{first}b {first} c{second}{first}" for first in signs for second in signs]
    skipped = [text for text in texts if not compat.TYPED_SIGNS.search(text)]
    assert len(skipped) > 5000
    assert [*educate_tokens([("plain", text) for text in skipped], "qDe")] == skipped
