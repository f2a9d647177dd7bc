"""Fixtures that several test files share, and the distribution of tests over workers."""

import functools
import shutil

import pytest
from hypothesis import settings
from live_cells.browser import NoBrowser, launch_chromium

from tests import browser

# Properties have no deadline, since a busy machine is slow, and the same commit tests the same
# examples.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Run the tests of a file on one worker, so that fixtures are made once; a group may run on
    another."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def html():
    """Return the folder of the built book."""
    if not (browser.HTML / "index.html").exists():
        pytest.fail("The book is not built: run 'make book' first.")
    return browser.HTML


@pytest.fixture(scope="session")
def home(html):
    """Serve the built book; returns its address."""
    with browser.serve_folder(html) as address:
        yield address


@pytest.fixture(scope="session")
def lab_home(home):
    """Return the address of the built book, whose pages can run Python."""
    if not (browser.HTML / "_static" / "live-cells").exists():
        pytest.fail("The built book has no Python for its pages: run 'make lab book' first.")
    return home


@pytest.fixture(scope="session")
def chromium():
    """Start a browser for all tests of a worker."""
    try:
        with launch_chromium() as instance:
            # What a test answers for the book, no worker answers before it (test_offline.py lets
            # it).
            instance.new_context = functools.partial(instance.new_context, service_workers="block")
            yield instance
    except NoBrowser as missing:
        pytest.fail(str(missing))


def _make_context(**settings):
    """Make a fixture: a new context of the browser with these settings."""

    @pytest.fixture
    def context(chromium):
        with chromium.new_context(**settings) as instance:
            yield instance

    return context


at_desk = _make_context(viewport=browser.DESK, color_scheme="light", reduced_motion="reduce")
on_phone = _make_context(viewport=browser.PHONE, has_touch=True)
no_scripts = _make_context(viewport=browser.DESK, java_script_enabled=False)


@pytest.fixture
def at(at_desk, home):
    """Return a function that opens a page of the book in a desktop browser."""
    return lambda name: browser.open_page(at_desk, home, name).page


@pytest.fixture(scope="session")
def firefox(tmp_path_factory):
    """Open a page in this machine's Firefox."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if not program:
        pytest.fail("Firefox is missing: run 'make machine'.")
    page = browser.Firefox(program, tmp_path_factory.mktemp("firefox"))
    yield page
    page.close()
