"""Ledger, tables and glue as chapters call them, and the wheel that students get."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from coursework import needs, products
from jingjinji import claims, data, prose, tables
from tests.library.refused import refused

ROOT = Path(__file__).parents[2]
FRAME = pd.DataFrame({"place": ["Beijing", "Hebei & co"], "gdp": [41610.9, None]})


def test_a_table_aligns_names_and_escapes():
    html = tables.show(
        FRAME, "GDP in 2022", {"gdp": ",.0f"}, {"gdp": "GDP (100m yuan)"}
    )._repr_html_()
    assert '<th scope="col" class="number">GDP (100m yuan)</th>' in html
    assert '<td class="number">41,611</td>' in html
    assert "Hebei &amp; co" in html and '<td class="number">–</td>' in html


test_errors = refused(
    (lambda: claims.get("C99"), "C01 to C82"),
    (lambda: tables.show(pd.concat([FRAME] * 7), "too long"), "1 to 12 rows; this one has 14"),
    (lambda: tables.show(FRAME, "misspelt", {"gpd": ".1f"}), "no column is called 'gpd'"),
    (
        lambda: tables.show(FRAME, "text", {"place": ".1f"}),
        "not fit column 'place', which holds 'Beijing'",
    ),
)


def test_a_chapter_glues_text_only_and_files_a_number_for_a_reading():
    with pytest.raises(TypeError, match="ratio must be formatted text"):
        prose.glue(ratio=1.8)
    filed = claims.verdict("C80", sentence="It holds.", period=(2013, 2022), a=(1.81, 1.8, 1.82))
    number = {"number": 1.81, "low": 1.8, "high": 1.82, "from": "2013", "to": "2022"}
    assert filed.filed["numbers"] == {"a": number}
    assert (
        len(claims.verdict_table(filed, filed)._repr_mimebundle_()[claims.VERDICT_MIME]["table"])
        == 2
    )


def test_the_wheel_for_students_loads_every_table_and_has_the_ledgers_commands(tmp_path):
    """Away from this checkout: `-S` ignores its editable install, and pandas comes by path."""
    with zipfile.ZipFile(ROOT / products.ASSIGNMENTS / needs.name_wheel(ROOT)) as wheel:
        wheel.extractall(tmp_path)
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(pd.__file__).parents[1])])
    }

    def run(*arguments: str) -> str:
        command = [sys.executable, "-S", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    script = (
        "from jingjinji import check, data; [print(n, len(data.load(n))) for n in data.names()]"
    )
    assert [line.split()[0] for line in run("-c", script).splitlines()] == data.names()
    assert "article.yml" in run("-m", "jingjinji.ledger", "new", "one")
    packed = {path.name for path in (tmp_path / "jingjinji" / "_data").iterdir()}
    assert {path.name for path in (ROOT / "data").iterdir() if path.is_file()} <= packed
