"""The example of the README runs as it stands and prints what it says."""

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_it_says(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert code.count("\n") == 5
    exec(code, {})
    assert capsys.readouterr().out.splitlines() == re.findall(r"# (.*)", code)
