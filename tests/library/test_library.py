"""The small parts of the library: the ledger, verdicts, tables, glue; and the wheel that carries it."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import jingjinji
from coursework import needs, products
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
    (lambda: tables.show(FRAME, "text", {"place": ".1f"}), "not fit column 'place', which holds 'Beijing'"),
)


def test_glue_takes_formatted_text_only(capsys):
    with pytest.raises(TypeError, match="ratio must be formatted text"):
        prose.glue(ratio=1.8)


def test_places_keep_their_colours():
    alone, beside = (charts.place_colour("place", *more).to_dict()["scale"] for more in ((), ("Region",)))
    assert alone["domain"] == ["Beijing", "Tianjin", "Hebei"]
    assert beside["range"][:3] == alone["range"] and len(set(beside["range"])) == 4


def test_every_table_loads_from_the_wheel_that_students_get(tmp_path):
    """Away from this checkout: `-S` knows nothing of its editable install, and pandas comes by path."""
    with zipfile.ZipFile(ROOT / products.ASSIGNMENTS / needs.name_wheel(ROOT)) as wheel:
        wheel.extractall(tmp_path)
    packed = {path.name for path in (tmp_path / "jingjinji" / "_data").iterdir()}
    assert {path.name for path in (ROOT / "data").iterdir() if path.is_file()} <= packed
    script = "from jingjinji import check, data; [print(n, len(data.load(n))) for n in data.names()]"
    paths = os.pathsep.join([str(tmp_path), str(Path(pd.__file__).parents[1])])
    command, env = [sys.executable, "-S", "-c", script], os.environ | {"PYTHONPATH": paths}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == data.names()


def test_the_wheel_and_a_stranger_of_our_old_name_leave_each_other_alone(tmp_path):
    """`claims-ledger` on the index is another project's. The one made here also has the names that we use."""
    ours = ROOT / products.ASSIGNMENTS / needs.name_wheel(ROOT)
    with zipfile.ZipFile(ours) as wheel:
        tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"jingjinji", f"jingjinji-{jingjinji.__version__}.dist-info"}
    theirs, about = tmp_path / "claims_ledger-0.0.4-py3-none-any.whl", "claims_ledger-0.0.4.dist-info"
    files = {f"{name}/__init__.py": "" for name in ("claims_ledger", "plain_answers", "sealed_readings")}
    files |= {"claims_ledger/__main__.py": "print('a stranger')"}
    files |= {f"{about}/METADATA": "Metadata-Version: 2.1\nName: claims-ledger\nVersion: 0.0.4\n"}
    files |= {f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    with zipfile.ZipFile(theirs, "w") as wheel:
        for name, text in (files | {f"{about}/RECORD": "".join(f"{name},,\n" for name in files)}).items():
            wheel.writestr(name, text)
    python = tmp_path / "env" / "bin" / "python"
    # Beside pandas and the like of this environment, but without what is installed editable here.
    env = os.environ | {"PYTHONPATH": str(Path(pd.__file__).parents[1])}

    def run(*command: str | Path) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "env")
    pip = (sys.executable, "-m", "pip", "--python", python, "-q")
    run(*pip, "install", "--no-index", "--no-deps", "--ignore-installed", ours, theirs)
    check = "from jingjinji import check, claims; print(len(claims.ledger()))"
    assert "a stranger" in run(python, "-m", "claims_ledger") and run(python, "-c", check) == "82\n"
    assert "article.yml" in run(python, "-m", "jingjinji.ledger", "new", "one")
    run(*pip, "uninstall", "-y", "claims-ledger")
    assert "article.yml" in run(python, "-m", "jingjinji.ledger", "new", "two")
    assert run(python, "-c", check) == "82\n"


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
