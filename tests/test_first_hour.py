"""First steps on a new machine: a step that lacks something reports it and leaves no half-made files."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from sphinx.project import Project

ROOT = Path(__file__).parents[1]
TASKS = set(re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def test_hidden_folders_are_never_read(tmp_path):
    excluded = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["exclude_patterns"]
    for page in ("index.md", ".github/PULL_REQUEST_TEMPLATE.md", ".venv313/lib/a.md"):
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page).write_text("# A title\n", encoding="utf-8")
    assert Project(tmp_path, {".md": "markdown"}).discover(excluded) == {"index"}


def test_an_old_python_is_reported_in_one_sentence_and_nothing_is_installed(tmp_path):
    old, place = tmp_path / "python3", tmp_path / "environment"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    command = [ROOT / ".ci" / "environment", "requirements.txt", place / "ok"]
    env = os.environ | {"PYTHON": str(old), "VENV": str(place)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert (done.returncode, place.exists()) == (1, False)
    assert re.fullmatch(r"This course needs Python 3\.11.*\n", done.stderr)


# Debian packages that each task installs, as the arguments of `.ci/machine`.
INSTALLS = {
    "setup": {"bubblewrap", "font"},
    "book": set(),
    "assignments": set(),
    "lab LAB=lab.zip": set(),
    "test-slow": {"bubblewrap", "font", "browser", "firefox", "java", "npm", "postgresql"},
}


@pytest.mark.parametrize(("task", "installs"), INSTALLS.items())
def test_a_task_installs_what_it_needs_and_no_more(task, installs):
    plan = subprocess.run(["make", "-n", *task.split()], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = re.findall(r"(?m)^\.ci/machine(.*)$", plan.stdout)
    assert {name for line in lines for name in line.split()} == installs


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
