"""First steps on a new machine: a step that lacks something reports it and leaves no half-made
files."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTAINER = (
    "Containerfile",
    "README.md",
    ".devcontainer/devcontainer.json",
    ".github/workflows/test.yml",
)
TASKS = set(re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def test_an_old_python_is_reported_in_one_sentence_and_nothing_is_installed(tmp_path):
    old = tmp_path / "python3"
    place = tmp_path / "environment"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    command = [ROOT / ".ci" / "environment", "requirements.txt", place / "ok"]
    env = os.environ | {"PYTHON": str(old), "VENV": str(place)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert (done.returncode, place.exists()) == (1, False)
    assert re.fullmatch(r"This course needs Python 3\.11.*\n", done.stderr)


ODD = 'O\'Brien; touch x "a"'
HANDED_ON = {
    "grade SUBMISSIONS= LIST= PLATFORM= GROUPS= EXTENSIONS= ASSIGNMENT= COHORT=": (
        "grade {odd} --assignment {odd}-{odd} --list {odd} --platform {odd} --groups {odd}"
        " --extensions {odd}"
    ),
    "mark PORT= BIND= MARKERS= TWICE= ADDRESS=": (
        "mark --port {odd} --bind {odd} --markers {odd} --twice {odd} --address {odd}"
    ),
    "explain STUDENT=": "explain -- {odd}",
    "explain STUDENT= EXERCISE= ASSIGNMENT=": "explain --assignment {odd} -- {odd} {odd}",
    "return LIST= GROUPS=": "return {odd} --groups {odd}",
    "forget STUDENT=": "forget -- {odd}",
    "capstone SUBMISSION= HASHES= HASH=": "capstone {odd} --hashes {odd} --hash {odd}",
    "check CHAPTER=": "lint {odd}",
    "pages CHAPTER=": "pages --edition student chapters/{odd}",
    "slides CHAPTER=": "slides {odd}",
    "bank SETS=": "bank --sets {odd}",
    "assignments ASSIGNMENT=": "assignments --assignment {odd}",
    "calendar WEEKS= START= BREAK= DAY=": (
        "calendar --weeks {odd} --start {odd} --break {odd} --day {odd}"
    ),
    "version NUMBER=": "{odd}",
    "version ADDRESS=": "{odd}",
}


@pytest.mark.parametrize("given", HANDED_ON)
def test_whatever_stands_in_a_value_reaches_the_program_as_it_is(given):
    """An apostrophe, a semicolon and quotation marks; nothing of it is run."""
    program = f"{sys.executable} -c 'import json, sys; print(json.dumps(sys.argv[1:]))'"
    task, *names = given.split()
    ready = [f"--old-file={name}" for name in ("notebooks", ".venv/book.ok", ".venv/course.ok")]
    values = [f"{name}{ODD}" for name in names]
    overridden = [
        f"COURSEWORK={program}",
        f"PYTHON={program}" if task == "version" else "VENV=.venv",
    ]
    # The tests may be run by make, which hands its own options and level on.
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    command = ["make", *ready, task, *values, *overridden]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    wanted = [word.format(odd=ODD) for word in HANDED_ON[given].split()]
    wanted = [".ci/version.py", *wanted] if task == "version" else wanted
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == wanted
    assert not (ROOT / "x").exists()


def test_every_command_in_the_documentation_is_a_task_of_make():
    texts = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", ".ci/run")]
    texts += ROOT.glob(".github/**/*.[my]*")
    command = re.compile(r"(?m)(?:^ {4}|`|run: |^|&& )make ([^#\n`|&\"]+)")
    unknown = {
        (path.name, task)
        for path in texts
        for words in command.findall(path.read_text(encoding="utf-8"))
        for task in re.findall(r"(?<![\w=./-])[a-z][a-z-]*(?![\w=./])", words)
        if task not in TASKS
    }
    assert unknown == set()


def test_the_container_asks_for_no_privilege_and_is_not_root():
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in CONTAINER}
    assert [name for name, text in texts.items() if "--privileged" in text] == []
    users = re.findall(r"(?m)^USER (.+)$", texts["Containerfile"])
    assert users and users[-1] not in ("root", "0")
    # What grades drops every capability.
    for name in ("README.md", ".github/workflows/test.yml"):
        options = (
            texts[name]
            .partition("unconfined" if "yml" in name else "unmask=ALL")[0]
            .rpartition(" run ")[2]
        )
        assert "--cap-drop=all" in options and "no-new-privileges" in options, name
