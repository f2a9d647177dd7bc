"""Every notebook gives the same outputs on another processor, as far as this one can act as another.

The last digits of a number, and the order of ties in a sort, depend on the processor in three places: numpy
picks its loops by it, OpenBLAS its kernels, and the C library its exp, log and pow. Each can be told to do as
on an older one, and OpenBLAS to share nothing out between cores. `make test-slow` runs this; by hand, one:

    OPENBLAS_CORETYPE=Nehalem JINGJINJI_BOOK=1 pytest --nbval --nbval-current-env chapters/03_gdp.ipynb
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from coursework.making import freshness

ROOT = Path(__file__).parents[2]
# What numpy knows of this processor and can be told to forget; it warns of names that it does not know.
EXTENSIONS = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
# Kernels of OpenBLAS that every processor of the kind can run.
OLD_KERNELS = {"x86_64": "Nehalem", "AMD64": "Nehalem", "aarch64": "ARMV8", "arm64": "ARMV8"}
PROBE = """
import json, math, numpy as np
x = np.random.default_rng(2014).normal(size=20_000)
square = x[:10_000].reshape(100, 100)
print(json.dumps({
    "numpy": [float(np.exp(x).sum()), np.argsort(np.round(x)).tolist()],
    "OpenBLAS": (square @ square).tolist(),
    "the C library": [math.exp(value) for value in x.tolist()],
}))
"""
UNROUNDED = """\
import math
import numpy as np
x = np.random.default_rng(2014).normal(size=20_000)
# A sum may agree by chance; a thousand last digits hardly do.
print(*map(math.exp, x[:500]), *np.exp(x[:500]))
"""


def another_processor() -> dict[str, str]:
    """The environment in which code counts as on another processor; a setting of today's is undone."""
    older = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(EXTENSIONS),
        "OPENBLAS_CORETYPE": OLD_KERNELS.get(platform.machine(), ""),
        "OPENBLAS_NUM_THREADS": "1",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4" if platform.machine() == "x86_64" else "",
    }
    kept = {name: value for name, value in os.environ.items() if name not in older}
    return kept | {name: value for name, value in older.items() if value and name not in os.environ}


def _python(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def other() -> dict[str, str]:
    """The other processor's environment; skips where it makes no difference here."""
    env = another_processor()
    here, there = (json.loads(_python("-c", PROBE, env=e).stdout) for e in (dict(os.environ), env))
    same = [name for name in here if here[name] == there[name]]
    if len(same) == len(here):
        pytest.skip(f"on this {platform.machine()} nothing can be told to compute as on another processor")
    if sys.platform == "linux" and "X86_V3" in EXTENSIONS and "OPENBLAS_CORETYPE" not in os.environ:
        assert same == [], f"these take no notice of their settings any more: {same}"
    return env


def _compare(notebooks: list[Path], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run notebooks again and compare each output with the stored one, as `make test` does."""
    settings = ("-q", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile")
    told = ("-m", "pytest", *settings, "--nbval", "--nbval-current-env", *map(str, notebooks))
    return _python(*told, env=env | {"JINGJINJI_BOOK": "1"})


@pytest.mark.slow
def test_every_notebook_is_the_same_on_another_processor(other):
    done = _compare([source.with_suffix(".ipynb") for source in freshness.list_sources(ROOT)], other)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_an_unrounded_number_is_found(other, tmp_path):
    """The check above can fail: digits that depend on the processor are named with file and cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(UNROUNDED)])
    NotebookClient(notebook).execute()
    file = tmp_path / "01_digits.ipynb"
    nbformat.write(notebook, file)
    same, found = (_compare([file], env) for env in (dict(os.environ), other))
    assert same.returncode == 0, same.stdout
    assert found.returncode == 1 and "01_digits.ipynb::Cell 0" in found.stdout
