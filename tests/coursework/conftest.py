"""What several tests of the grader share: the small assignment, and databases for its gradebook."""

import pytest
from notebook_grader import assignment

from tests.coursework import hostile, postgres


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The folder of the small assignment, as `make assignments` lays it out."""
    return hostile.build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def small(built):
    """The small assignment."""
    return assignment.load(hostile.NAME, built)


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL of the tests' own."""
    if problem := postgres.missing():
        pytest.fail(problem)
    with postgres.running() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gradebook.db"
    return request.getfixturevalue("server").database()
