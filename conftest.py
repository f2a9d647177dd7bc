"""A notebook that is run again to be compared has its kernel start as in the book."""

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Set what the book sets, while a notebook's first cell starts the kernel."""
    with pytest.MonkeyPatch.context() as environment:
        if item.path.suffix == ".ipynb":
            environment.setenv("JINGJINJI_BOOK", "1")
        return (yield)
