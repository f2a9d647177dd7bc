"""The small parts of the library: the ledger, verdicts, tables, glue; and the wheel that carries it."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from jingjinji import charts, claims, data, prose, tables
from tests.library.refused import refused

ROOT = Path(__file__).parents[2]


FRAME = pd.DataFrame({"place": ["Beijing", "Hebei & co"], "gdp": [41610.9, None]})


def test_a_table_aligns_names_and_escapes():
    html = tables.show(FRAME, "GDP in 2022", {"gdp": ",.0f"}, {"gdp": "GDP (100m yuan)"})._repr_html_()
    assert '<th scope="col" class="number">GDP (100m yuan)</th>' in html
    assert '<td class="number">41,611</td>' in html
    assert "Hebei &amp; co" in html and '<td class="number">–</td>' in html


test_what_cannot_be_shown_is_refused = refused(
    (lambda: claims.get("C99"), "C01 to C82"),
    (lambda: tables.show(pd.concat([FRAME] * 7), "too long"), "1 to 12 rows; this one has 14"),
    (lambda: tables.show(FRAME, "misspelt", {"gpd": ".1f"}), "no column is called 'gpd'"),
    (
        lambda: tables.show(FRAME, "text as a number", {"place": ".1f"}),
        "'.1f' does not fit column 'place', which holds 'Beijing'",
    ),
)


def test_glue_takes_formatted_text_only(capsys):
    with pytest.raises(TypeError, match="ratio must be formatted text"):
        prose.glue(ratio=1.8)


def test_places_keep_their_colours():
    alone, beside = (charts.place_colour("place", *more).to_dict()["scale"] for more in ((), ("Region",)))
    assert alone["domain"] == ["Beijing", "Tianjin", "Hebei"]
    assert beside["range"][:3] == alone["range"] and len(set(beside["range"])) == 4


def test_the_wheel_works_in_an_empty_environment_elsewhere(tmp_path):
    """Every table loads from the wheel alone, away from this checkout and its editable install."""

    def run(*command: str, **environment: str) -> str:
        env = os.environ | environment
        result = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr[-2000:]
        return result.stdout

    pip = [sys.executable, "-m", "pip"]
    run(*pip, *["wheel", "--no-deps", "--no-build-isolation", "-q", "-w", "wheel"], str(ROOT))
    wheel = next((tmp_path / "wheel").glob("jingjinji-*.whl"))
    packed = zipfile.ZipFile(wheel).namelist()
    assert {f"jingjinji/_data/{path.name}" for path in (ROOT / "data").iterdir() if path.is_file()} <= set(
        packed
    )
    run(sys.executable, "-m", "venv", "--without-pip", "empty")
    python = tmp_path / "empty" / "bin" / "python"
    run(*pip, "--python", str(python), *["install", "-q", "--no-deps", "--no-index"], str(wheel))
    # pandas and Altair come from here by path; a path entry ignores the editable install beside them.
    dependencies = str(Path(pd.__file__).parents[1])
    loaded = run(
        str(python),
        "-c",
        "import jingjinji, sys; from jingjinji import check, data;"
        "print(jingjinji.__file__); [print(n, len(data.load(n))) for n in data.names()]",
        PYTHONPATH=dependencies,
    )
    lines = loaded.splitlines()
    assert str(tmp_path) in lines[0]
    assert [line.split()[0] for line in lines[1:]] == data.names()


def test_no_module_loads_what_single_chapters_need():
    """The library loads fast, also in a browser: a chapter's package waits for the function that calls it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    heavy = {named.partition(">=")[0] for extra in extras for named in extra if ">=" in named}
    script = (
        "import importlib, pkgutil, sys, jingjinji;"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(jingjinji.__path__, 'jingjinji.')];"
        "print(*(name for name in sys.modules if '.' not in name))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "jingjinji" in loaded.split() and not heavy & set(loaded.split())
