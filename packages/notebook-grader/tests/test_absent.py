"""Lines that import or install what is not there are left out, and named."""

import pytest
import small
from nbformat.v4 import new_code_cell, new_notebook
from notebook_grader.run import absent

LEFT_OUT = {
    "import polars_rs as pl": "polars_rs",
    "from plotly_express.graph import Figure, Box  # to draw": "plotly_express",
    "import geo_pandas": "geo_pandas",
    "from my_file import *": "my_file",
    "%load_ext nb_black_code": "nb_black_code",
    "!pip install polars": "",
    "%pip install -q polars": "",
    "! python -m pip install polars": "",
    "!conda install -y polars": "",
}
KEPT = [
    "import pandas as pd",
    "import os.path, json",
    "from json import loads",
    "    import polars_rs",
    "import polars_rs; x = 5",
    "from polars_rs import (",
    "imports = 5",
    "from_polars = 5",
    "!pip list",
    "%matplotlib inline",
    "import __main__",
    "import helper_of_the_course",
]


@pytest.mark.parametrize(("line", "name"), LEFT_OUT.items())
def test_what_is_not_there_is_left_out_and_named(line, name):
    notebook = new_notebook(cells=[new_code_cell("x = 1"), new_code_cell(f"a = 2\n{line}\nb = 3")])
    (told,) = absent.leave_out(notebook)
    assert notebook.cells[1].source == f"a = 2\n# Left out: {line}\nb = 3"
    assert told.endswith("(cell 2).")
    assert (f"The course does not have {name}:" if name else "installed") in told


@pytest.mark.parametrize("line", KEPT)
def test_everything_else_is_left_as_it_is(line, tmp_path):
    (tmp_path / "helper_of_the_course.py").touch()
    notebook = new_notebook(
        cells=[new_code_cell(line), small.make_code("given", "import polars_rs")]
    )
    assert absent.leave_out(notebook, [tmp_path]) == []
    assert [cell.source for cell in notebook.cells] == [line, "import polars_rs"]
