"""The same inputs give the same bytes: the book that stands, and another build of it in another folder."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from book import browser
from tests.pages.built import ROOT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", "*.egg-info")


def build(folder: Path) -> Path:
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    # The steps of `make book`; run from the copy, so that it is the copy's machinery that runs.
    for step in ("coursework pages", "book.charts", "book.build"):
        command = [sys.executable, "-m", *step.split()]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "_build" / "html"


@pytest.mark.slow
def test_a_build_in_another_folder_is_equal(tmp_path):
    here, there = browser.HTML, build(tmp_path / "a longer way off")
    names = [
        sorted(str(p.relative_to(html)) for p in html.rglob("*") if p.is_file()) for html in (here, there)
    ]
    assert names[0] == names[1], "If the book was built bit by bit: 'make clean', and build it anew."
    _, different, unreadable = filecmp.cmpfiles(here, there, names[0], shallow=False)
    assert (different, unreadable) == ([], [])
