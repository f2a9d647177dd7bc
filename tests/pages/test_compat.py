"""What `book.compat` changes in other packages is still there, and still worth changing."""

from importlib.metadata import version

from book import compat
from tests.pages import built

LOOK = "read the new version, then take the change out of book/compat.py or set the version there"


def test_each_change_was_written_for_the_installed_version():
    assert {name: version(name) for name in compat.WRITTEN_FOR} == compat.WRITTEN_FOR, LOOK
    assert "scrollWidth" not in built.html("_static/scripts/pydata-sphinx-theme.js"), "see light_theme.py"
