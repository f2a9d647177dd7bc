"""Shared fixtures: the small assignment, and a folder for sockets."""

import os
import shutil
import tempfile

import pytest
import small
from hypothesis import settings
from notebook_grader.assignments import assignment
from notebook_grader.course import PLAIN

# No deadline, as machines may be busy; deterministic examples.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def assignments(tmp_path_factory):
    """The folder of assignments, which has the small one."""
    return small.build(tmp_path_factory.mktemp("assignments"))


@pytest.fixture(scope="session")
def loaded(assignments):
    """The small assignment with its key."""
    return assignment.load(small.NAME, assignments, assignments / "keys", PLAIN)


@pytest.fixture
def out(tmp_path, assignments, loaded):
    """A folder of results with the key, which takes seconds to make."""
    shutil.copytree(assignments / "keys", tmp_path / "out" / "keys")
    return tmp_path / "out"


@pytest.fixture(scope="session", autouse=True)
def temporary():
    """A temporary folder for the graders' sockets; its path is short, as socket addresses are
    limited."""
    with tempfile.TemporaryDirectory(prefix="t") as folder, pytest.MonkeyPatch.context() as patch:
        os.chmod(folder, 0o1777)
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        yield folder
