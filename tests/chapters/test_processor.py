"""What `make test` runs every notebook on, as on an older processor, is another one, and digits tell."""

import json
import os
import platform
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from tests import processor
from tests.chapters import contract

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


def _python(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env=env, cwd=contract.CHAPTERS.parent, capture_output=True, text=True
    )


@pytest.mark.slow
def test_an_unrounded_number_is_found(tmp_path):
    """Digits that depend on the processor are named with file and cell, and no name of theirs is left."""
    older = os.environ | processor.OLDER
    here, there = (json.loads(_python("-c", PROBE, env=env).stdout) for env in (dict(os.environ), older))
    same = [name for name in here if here[name] == there[name]]
    if len(same) == len(here):
        pytest.skip(f"on this {platform.machine()} nothing can be told to compute as on another processor")
    if sys.platform == "linux" and "X86_V3" in processor.EXTENSIONS and "OPENBLAS_CORETYPE" not in os.environ:
        assert same == [], f"these take no notice of their settings any more: {same}"
    for name, code in (("01_digits", UNROUNDED), ("02_names", "print('math' in dir())")):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        NotebookClient(notebook).execute()
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    told = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env", str(tmp_path)]
    # The course's conftest.py, which `make test` finds and a folder elsewhere does not, sets the processor.
    at_home, away = (_python(*told, *more, env=dict(os.environ)) for more in ((), ("-p", "conftest")))
    assert at_home.returncode == 0, at_home.stdout
    assert "1 failed, 1 passed" in away.stdout and "01_digits.ipynb::Cell 0" in away.stdout
