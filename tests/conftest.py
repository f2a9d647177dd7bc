"""Fixtures that several test files share, and how tests are spread over the workers."""

import shutil

import pytest
from hypothesis import settings
from live_cells.browser import NoBrowser, launch_chromium

from tests import browser

# A busy machine is slow, not wrong: a property has no deadline. And the same commit gives the same result:
# the examples are drawn from the property, not from the clock.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A file's tests stay on one worker, which makes what they share once; a group may go elsewhere."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def html():
    """The folder of the built book."""
    if not (browser.HTML / "index.html").exists():
        pytest.fail("The book is not built: run 'make book' first.")
    return browser.HTML


@pytest.fixture(scope="session")
def home(html):
    """Address of the built book on this machine."""
    with browser.serve_folder(html) as address:
        yield address


@pytest.fixture(scope="session")
def lab_home(home):
    """Address of the built book, whose pages can run Python."""
    if not (browser.HTML / "_static" / "live-cells").exists():
        pytest.fail("The built book has no Python for its pages: run 'make lab book' first.")
    return home


@pytest.fixture(scope="session")
def chromium():
    """A browser for all tests of a worker."""
    try:
        with launch_chromium() as instance:
            yield instance
    except NoBrowser as missing:
        pytest.fail(str(missing))


def _context(chromium, **reader):
    context = chromium.new_context(**reader)
    yield context
    context.close()


@pytest.fixture
def at_desk(chromium):
    yield from _context(chromium, viewport=browser.DESK, color_scheme="light", reduced_motion="reduce")


@pytest.fixture
def at(at_desk, home):
    """Opens a page of the book at a desk."""
    return lambda name: browser.open_page(at_desk, home, name).page


@pytest.fixture(scope="session")
def firefox(program, tmp_path_factory):
    """A page of the machine's Firefox."""
    page = browser.Firefox(program("firefox-esr", "firefox"), tmp_path_factory.mktemp("firefox"))
    yield page
    page.close()


@pytest.fixture
def on_phone(chromium):
    yield from _context(chromium, viewport=browser.PHONE, has_touch=True)


@pytest.fixture
def no_scripts(chromium):
    yield from _context(chromium, viewport=browser.DESK, java_script_enabled=False)


@pytest.fixture(scope="session")
def program():
    """Gives the path of a program that pip cannot bring, or fails with how to get it."""

    def find(*names: str) -> str:
        missing = f"The program '{names[0]}' is missing: run 'make machine'."
        return next(filter(None, map(shutil.which, names)), None) or pytest.fail(missing)

    return find
