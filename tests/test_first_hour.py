"""First steps on a new machine: a step that lacks something reports it and leaves no half-made files."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONTAINER = ("Containerfile", "README.md", ".devcontainer/devcontainer.json", ".github/workflows/test.yml")
TASKS = set(re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def test_an_old_python_is_reported_in_one_sentence_and_nothing_is_installed(tmp_path):
    old, place = tmp_path / "python3", tmp_path / "environment"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    command = [ROOT / ".ci" / "environment", "requirements.txt", place / "ok"]
    env = os.environ | {"PYTHON": str(old), "VENV": str(place)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert (done.returncode, place.exists()) == (1, False)
    assert re.fullmatch(r"This course needs Python 3\.11.*\n", done.stderr)


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
            texts[name].partition("unconfined" if "yml" in name else "unmask=ALL")[0].rpartition(" run ")[2]
        )
        assert "--cap-drop=all" in options and "no-new-privileges" in options, name
