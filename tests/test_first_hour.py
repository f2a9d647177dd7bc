"""The first hour on any machine: a step that lacks something says so, and leaves nothing half-made."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sphinx.project import Project

ROOT = Path(__file__).parents[1]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
TASKS = set(re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def run(*command: str | Path, folder: Path = ROOT, **settings: str) -> tuple[int, list[str]]:
    """A command's exit code and the lines that it said on stderr."""
    done = subprocess.run(command, cwd=folder, env=os.environ | settings, capture_output=True, text=True)
    return done.returncode, done.stderr.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [("sphinx-build", "-q", ".", "_build/html"), ("jupyter-book", "build", ".")]
)
def test_the_ecosystems_own_commands_name_the_one_that_comes_before(command, tmp_path):
    for name in ("_config.yml", "_toc.yml", "conf.py", "references.bib", "index.md", "data", "book"):
        origin = ROOT / name
        (shutil.copytree if origin.is_dir() else shutil.copy)(origin, tmp_path / name)
    program, *arguments = command
    code, said = run(Path(sys.executable).parent / program, *arguments, folder=tmp_path)
    assert code == 1 and "Traceback" not in "".join(said)
    assert "exercises/pages/01_reading.ipynb. Run 'make pages' first" in said[-1]


def test_hidden_folders_are_never_read(tmp_path):
    pages = ("index.md", ".github/PULL_REQUEST_TEMPLATE.md", ".venv313/lib/a.md", ".devcontainer/README.md")
    for page in pages:
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page).write_text("# A title\n", encoding="utf-8")
    assert Project(tmp_path, {".md": "markdown"}).discover(CONFIG["exclude_patterns"]) == {"index"}


@pytest.mark.slow
def test_an_environment_that_cannot_be_made_is_told_in_a_sentence_and_goes_again(tmp_path):
    script, place = ROOT / ".ci" / "environment", tmp_path / "environment"
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    code, said = run(script, "requirements.txt", place / "ok", PYTHON=str(old), VENV=str(place))
    assert (code, len(said), place.exists()) == (1, 1, False)
    assert said[0].startswith("This course needs Python 3.11")
    # An index on this machine's own port 9, where nobody answers, is a machine without a network.
    away = {"PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_RETRIES": "1", "PIP_NO_CACHE_DIR": "1"}
    code, said = run(script, "requirements.txt", place / "ok", PYTHON=sys.executable, VENV=str(place), **away)
    assert (code, len(said), place.exists()) == (1, 2, False)
    assert "the package index is out of reach" in said[-1]


# What tasks bring of Debian, as the arguments of `.ci/machine`.
BRINGS = {
    "setup": {"bubblewrap", "font"},
    "book": set(),
    "assignments": set(),
    "lab": {"browser", "npm"},
    "lab LAB=lab.zip": set(),
    "pdf": {"browser", "font"},
    "test": {"bubblewrap", "font", "browser", "firefox", "java", "postgresql", "npm"},
}


@pytest.mark.parametrize(("task", "brings"), BRINGS.items())
def test_a_task_brings_what_it_needs_and_no_more(task, brings):
    """Whoever reads or grades waits for no browser, and no image fails for want of one."""
    plan = subprocess.run(["make", "-n", *task.split()], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = re.findall(r"(?m)^\.ci/machine(.*)$", plan.stdout)
    assert {name for line in lines for name in line.split()} == brings
    assert ("live_cells.make" in plan.stdout) == (task.startswith("lab") or task == "test")


def test_every_command_that_is_told_is_a_task_of_make():
    told = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run", ROOT / "Containerfile"]
    told += sorted(ROOT.glob(".github/**/*.*"))
    commands = {
        (path.name, task)
        for path in told
        for words in re.findall(
            r"(?m)(?:^ {4}|`|run: |^|&& )make ([^#\n`|&\"]+)", path.read_text(encoding="utf-8")
        )
        for task in re.findall(r"(?<![\w=./-])[a-z][a-z-]*(?![\w=./])", words)
    }
    assert {(name, task) for name, task in commands if task not in TASKS} == set()
    asked = {task for name, task in commands if name == "run"}
    assert {"book", "test", "test-packages", "test-slow"} <= asked
