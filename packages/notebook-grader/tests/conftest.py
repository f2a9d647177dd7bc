"""Shared fixtures: the small assignment, databases for its gradebook, and a folder for sockets."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
import small
from hypothesis import settings
from notebook_grader import assignment
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
def out(tmp_path, assignments, loaded, empty_book):
    """A folder of results with key and gradebook, which take seconds to make."""
    shutil.copytree(assignments / "keys", tmp_path / "out" / "keys")
    shutil.copy(empty_book, tmp_path / "out" / "gradebook.db")
    return tmp_path / "out"


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory):
    """The file of an empty gradebook."""
    from notebook_grader import gradebook  # slow to import

    path = tmp_path_factory.mktemp("book") / "gradebook.db"
    with gradebook.open_gradebook(f"sqlite:///{path}"):
        return path


@pytest.fixture(scope="session", autouse=True)
def temporary():
    """A temporary folder for the graders' sockets; its path is short, as socket addresses are limited."""
    with tempfile.TemporaryDirectory(prefix="t") as folder, pytest.MonkeyPatch.context() as patch:
        os.chmod(folder, 0o1777)
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        yield folder


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server for the tests, which listens only on a socket in the folder that this yields."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parts[-2]))
    if not programs:
        pytest.skip("PostgreSQL is not installed")
    # It refuses to run as root. Its folder must be open to another user, and short.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        if user:
            shutil.chown(folder, "postgres", "postgres")

        def run(program: str, *arguments: str) -> None:
            given = [*user, str(programs[-1] / program), *arguments]
            with open(os.devnull, "w") as quiet:  # not a pipe, which the server would inherit
                subprocess.run(given, cwd="/", stdout=quiet, stderr=quiet, check=True)

        run("initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", f"{folder}/data", "-o", options, "-w", "start")
        with psycopg.connect(f"host={folder} user=postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE postgres_book")
        from notebook_grader import gradebook

        with gradebook.open_gradebook(f"postgresql://postgres@/postgres_book?host={folder}"):
            pass
        yield folder
        run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request, tmp_path):
    """The address of an empty gradebook."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_book"), tmp_path)
        return f"sqlite:///{tmp_path}/gradebook.db"
    folder, name = request.getfixturevalue("server"), f"grades{abs(hash(tmp_path)) % 10**9}"
    with psycopg.connect(f"host={folder} user=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE postgres_book")
    return f"postgresql://postgres@/{name}?host={folder}"
