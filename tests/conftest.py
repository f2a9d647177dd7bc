"""Fixtures that several test files share."""

from __future__ import annotations

from book import browser as pages
from tests.coursework import postgres
import pytest
from hypothesis import settings

# A busy machine is slow, not wrong: a property has no deadline. And the same commit gives the same result:
# the examples are drawn from the property, not from the clock.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def home():
    """Address of the built book on this machine."""
    if not (pages.HTML / "index.html").exists():
        pytest.fail("The book is not built: run 'make book' first.")
    with pages.served(pages.HTML) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    with pages.chromium() as instance:
        yield instance


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL of the tests' own."""
    if told := postgres.missing():
        pytest.fail(told)
    with postgres.running() as running:
        yield running
