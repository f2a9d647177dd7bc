"""Each chapter's download installs from wheels alone, on every system and Python that its readme names.

`uv` resolves each ``requirements.txt`` as on another machine, so this asks the registry; without a network it
is skipped.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursework.making import freshness, needs, products

ROOT = Path(__file__).parents[2]
SYSTEMS = {
    "Linux": "x86_64-unknown-linux-gnu",
    "Linux on ARM": "aarch64-unknown-linux-gnu",
    "macOS": "aarch64-apple-darwin",
    "macOS on Intel": "x86_64-apple-darwin",
    "Windows": "x86_64-pc-windows-msvc",
}
NEVER = "Could not connect", "error sending request", "dns error"


def list_pythons(named: str) -> list[str]:
    """All from the first to the last of "3.11 to 3.14"."""
    first, last = (int(python.partition(".")[2]) for python in named.split(" to "))
    return [f"3.{minor}" for minor in range(first, last + 1)]


def resolve(folder: Path, system: str, python: str) -> str:
    """Why what a download asks for cannot be had as wheels; nothing where it can."""
    given = f"--quiet --only-binary :all: --python-platform {SYSTEMS[system]} --python-version {python}"
    command = [Path(sys.executable).with_name("uv"), "pip", "compile", *given.split(), "requirements.txt"]
    env = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    if any(sign in done.stderr for sign in NEVER):
        pytest.skip(f"no registry answers: {done.stderr.strip().splitlines()[-1]}")
    return " ".join(done.stderr.split()) if done.returncode else ""


def list_downloads(folder: Path) -> Iterator[tuple[list[str], str, Path]]:
    """Chapters that need the same, the Pythons that their readme names, and the folder of one of them."""
    alike: dict[str, list[str]] = {}
    named: dict[str, str] = {}
    for source in sorted((ROOT / "chapters").glob("[0-9][0-9]_*.ipynb")):
        needed = needs.find_needs(ROOT, freshness.read_code(source))
        with zipfile.ZipFile(ROOT / products.TAKE_ALONG / f"{source.stem}.zip") as bundle:
            bundle.extractall(folder)
        assert (folder / source.stem / "requirements.txt").read_text(encoding="utf-8") == needed.requirements
        readme = (folder / source.stem / "README.txt").read_text(encoding="utf-8")
        assert f"Python {needed.pythons} " in readme
        alike.setdefault(needed.requirements, []).append(source.stem)
        named[needed.requirements] = needed.pythons
    for required, stems in alike.items():
        yield stems, named[required], folder / stems[0]


@pytest.mark.slow
def test_every_download_installs_from_wheels(tmp_path):
    found = [
        f"{', '.join(stems)} on {system} with Python {python}: {fault}"
        for stems, pythons, folder in list_downloads(tmp_path)
        for system in SYSTEMS
        for python in list_pythons(pythons)
        if (fault := resolve(folder, system, python))
    ]
    assert not found, "\n".join(["", *found])


def test_a_notebook_asks_for_what_it_imports_and_no_more():
    def extras(*code: str) -> str:
        return needs.find_needs(ROOT, list(code)).install.partition("[")[2].rstrip(']"')

    assert extras("import pandas as pd", "from jingjinji import data") == ""
    assert extras("import statsmodels.api as sm", "import networkx as nx") == "networks,statistics"
    # Of a module of the library, what the function that is called needs.
    assert extras("from jingjinji.measures import convergence", "convergence.half_life(0.02)") == ""
    assert extras("from jingjinji.measures import growth, breaks", "breaks.mean_break(series)") == "breaks"
    assert extras("from jingjinji.measures.convergence import beta") == "statistics"
    needed = needs.find_needs(ROOT, ["import ruptures"])
    assert needed.pythons == "3.11 to 3.13" and "ruptures==" in needed.requirements
    assert needs.find_needs(ROOT, ["x = 1"]).pythons == "3.11 to 3.14"
    pins = needs.find_needs(ROOT, ["import scipy"]).requirements.splitlines()
    markers = [pin.partition(" ; ")[2] for pin in pins if pin.startswith("scipy")]
    assert markers == ["python_full_version < '3.12'", "python_full_version >= '3.12'"]
