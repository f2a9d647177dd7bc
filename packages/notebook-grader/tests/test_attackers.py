"""A class of attackers, each in a sandbox: their points, what they can see, what is left behind."""

import json
import os
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import attackers
import nbformat
import pytest
import small
from notebook_grader.run import sandbox
from running import EVERYTHING, Run, make_options, needs_sandbox, read_grades, read_report
from small import find_cell
from test_command import find_left

pytestmark = [pytest.mark.slow, needs_sandbox]
HERE = Path(__file__).parent
LOOK = """
import json, os, socket
def can(act):
    try:
        act()
        return True
    except OSError:
        return False
print(json.dumps({{
    "key": can(lambda: open({secret!r}).read()),
    "tests": can(lambda: os.listdir({here!r})),
    "home": can(lambda: os.listdir("/home")),
    "passwords": can(lambda: open("/etc/passwd").read()),
    "write": [p for p in ("/mine", "/usr/mine", "/dev/mine") if can(lambda: open(p, "w"))],
    "own": can(lambda: open("mine", "w")),
    "connect": can(lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "uid": os.getuid(),
    "processes": [p for p in os.listdir("/proc") if p.isdigit()],
    "environment": sorted(os.environ),
}}))
"""


def look_around(assignments: Path) -> nbformat.NotebookNode:
    """A submission that reports what it can reach."""
    secret = str(assignments / "source" / small.NAME / f"{small.NAME}.ipynb")
    return small.submission(rate=LOOK.format(secret=secret, here=str(HERE)))


def assert_sees_nothing(out: Path) -> None:
    """`look_around` reached only its own folder."""
    notebook = nbformat.read(out / "notebooks" / "eve.ipynb", as_version=4)
    seen = json.loads(find_cell(notebook, "answer-1-1").outputs[0].text)
    assert not any(
        seen[name] for name in ("key", "tests", "home", "passwords", "connect", "write")
    ), seen
    assert seen["own"] and seen["interfaces"] == ["lo"] and seen["uid"] != 0
    assert len(seen["processes"]) <= 3
    assert "A_SECRET" not in seen["environment"]


@pytest.fixture(scope="module")
def graded(assignments, tmp_path_factory):
    """The whole class, graded once: the folders of submissions and of results."""
    folder = tmp_path_factory.mktemp("in")
    out = tmp_path_factory.mktemp("out") / "grades"
    small.hand_in(folder, **{student: kind.notebook for student, kind in attackers.CLASS.items()})
    small.hand_in(folder, eve=look_around(assignments))
    Run(*make_options(folder, assignments, out), A_SECRET="x").end()
    return folder, out


class Acts(HTMLParser):
    """Collects active content of a page, as a browser would parse it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen = ["a second style"] * (page.count("<style>") > 1)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "iframe", "object", "embed"}:
            self.seen.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (name == "src" and not (value or "").startswith("data:")):
                self.seen.append(f"{tag} {name}")


def test_everybody_gets_what_right_answers_earn_and_no_page_acts(graded):
    """Attackers get the points of their own right answers, honest students what they deserve."""
    assert len(attackers.KINDS) > 60
    _, out = graded
    rows = read_grades(out)
    report = read_report(out)
    faults = []
    assert set(rows) == {*attackers.CLASS, "eve"}
    for student, kind in attackers.CLASS.items():
        page = (out / "feedback" / f"{student}.html").read_text(encoding="utf-8")
        line = report[student]
        if rows[student]["points"] != f"{kind.points:g}":
            faults.append(
                f"{student}: {rows[student]['points']} points instead of {kind.points:g}: {line}"
            )
        for sentence in kind.sentences:
            if sentence not in line and sentence not in page:
                faults.append(f"{student}: {sentence!r} is not said: {line}")
        if Acts(page).seen:
            faults.append(f"{student}: the feedback page could act")
        if len(page) > 12_000_000:
            faults.append(f"{student}: a feedback page of {len(page)} characters")
    assert faults == []
    assert "<script" not in (out / "report.html").read_text(encoding="utf-8")


def test_the_sandbox_shows_nothing_and_nothing_is_left(graded, temporary):
    assert_sees_nothing(graded[1])
    assert find_left(temporary) == []


def _as_user(run: list[str], home: Path) -> list[str]:
    """Run a command as another user than root, who can read this Python even in a private
    folder."""
    reach: list[str] = []
    for needed in sorted(filter(Path.is_dir, map(Path, {sys.base_prefix, sys.prefix, *sys.path}))):
        above = [*reversed(needed.parents)]
        private = next(
            (place for place, p in enumerate(above) if not p.stat().st_mode & 0o001), len(above)
        )
        for kind, folder in zip(["--tmpfs", *["--dir"] * len(above)], map(str, above[private:])):
            if folder not in reach:
                reach += ["--perms", "0755", kind, folder]
        reach += ["--ro-bind", str(needed), str(needed)] if above[private:] else []
    # Without any capability, and no way to gain one, as in a container that dropped them all.
    to_user = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"]
    to_user += ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "env", f"HOME={home}"]
    return [*EVERYTHING, *reach, "--cap-add", "ALL", *to_user, "PYTHONDONTWRITEBYTECODE=1", *run]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_the_sandbox_holds_where_we_are_not_root(assignments):
    bomb = small.submission(rate=attackers.FORKS)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        out = Path(place) / "out"
        small.hand_in(folder / "in", eve=look_around(assignments), bomb=bomb)
        small.build(folder / "built")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 12345, 12345)
        given = [
            sys.executable,
            "-m",
            "notebook_grader",
            *make_options(folder / "in", folder / "built", out),
        ]
        done = subprocess.run(
            ["env", "A_SECRET=x", *_as_user(given, folder)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert_sees_nothing(out)
        assert "started 64 processes" in read_report(out)["bomb"]
        assert read_grades(out)["bomb"]["points"] == "0"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can pretend not to be root")
def test_a_machine_that_cannot_stop_a_fork_bomb_is_refused(assignments, tmp_path):
    small.hand_in(tmp_path / "in", ann=small.submission())
    pretending = (*EVERYTHING, "--unshare-user", "--uid", "1234")
    run = Run(*make_options(tmp_path / "in", assignments, tmp_path / "out"), before=pretending)
    assert sandbox.NO_LIMIT in run.end(2)
