"""Whether `make lint` says in one sentence what is too large."""

import ast
import runpy
from collections import Counter
from pathlib import Path

SIZE = runpy.run_path(str(Path(__file__).parents[1] / ".ci" / "size.py"))


def test_docstrings_and_packed_lines_change_no_count():
    plain = ast.parse('def f():\n    """Say so."""\n    a = 1\n    return a\n')
    packed = ast.parse("def f():\n    a = 1; return a\n")
    assert SIZE["count_statements"](plain) == SIZE["count_statements"](packed) == 3
    assert SIZE["count_lines"](plain.body[0]) == 3


def test_a_long_function_is_named():
    tree = ast.parse("def f():\n" + "    a = 1\n" * 40)
    (sentence,) = SIZE["find_long"](Path("a.py"), tree, 40)
    assert sentence.startswith("a.py:1: f has 41 lines, at most 40 are allowed")
    assert not [*SIZE["find_long"](Path("a.py"), tree, 41)]


def test_a_folder_over_its_limit_is_named():
    over, unknown = SIZE["find_over"](Counter(book=11, other=1, tests=5), {"book": 10, "tests": 5})
    assert over.startswith("book has 11 statements, at most 10 are allowed")
    assert unknown.startswith("other has no limit in pyproject.toml")


def test_a_long_line_is_named_whatever_its_letters():
    text = "短" * 100 + "\n" + "a" * 101
    (sentence,) = SIZE["find_wide"](Path("a.css"), text, 100)
    assert sentence == "a.css:2: the line has 101 signs, at most 100 are allowed."
