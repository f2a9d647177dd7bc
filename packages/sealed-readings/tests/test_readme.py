"""The example of the README runs as it stands."""

import re
from pathlib import Path

from sealed_readings.__main__ import begin
from sealed_readings.folder import COLUMNS
from sealed_readings.results import write_results

from conftest import fill

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_example_runs_and_prints_verdicts(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    begin(tmp_path / "my-article")
    write_results(fill(tmp_path / "my-article"))
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert code.count("\n") == 5
    exec(code, {})
    assert "'T-2': 'not supported'" in capsys.readouterr().out


def test_every_table_is_described():
    assert [name for name in COLUMNS if f"`{name}.csv`" not in README] == []
