"""The same inputs give the same bytes: in another folder, in another run, in a notebook run again."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

from tests.chapters import contract
import pytest

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", "*.egg-info")


def build(folder: Path) -> Path:
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    subprocess.run(
        [str(Path(sys.executable).parent / "jupyter-book"), "build", ".", "-q", "-W", "-n", "--keep-going"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder / "_build" / "html"


def test_two_builds_in_two_folders_are_equal(tmp_path):
    first, second = build(tmp_path / "here"), build(tmp_path / "a longer way off")
    names = [
        sorted(str(p.relative_to(html)) for p in html.rglob("*") if p.is_file()) for html in (first, second)
    ]
    assert names[0] == names[1]
    _, different, unreadable = filecmp.cmpfiles(first, second, names[0], shallow=False)
    assert (different, unreadable) == ([], [])


@pytest.mark.parametrize("source", [*contract.SOURCES, *contract.CAPSTONE], ids=lambda path: path.stem)
def test_a_chapter_executed_again_is_the_same_notebook(tmp_path, source):
    copy = tmp_path / source.name
    shutil.copy(source, copy)
    subprocess.run(
        [sys.executable, str(ROOT / "coursework" / "making" / "execute.py"), str(copy)],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert copy.with_suffix(".ipynb").read_bytes() == source.with_suffix(".ipynb").read_bytes()
