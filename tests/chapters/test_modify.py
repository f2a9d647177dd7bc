"""Each chapter asks what happens if a line is changed, and its answer is what happens."""

import nbformat
import pytest

from tests.chapters import contract, modify

BOX = """::::{admonition} Modify
:class: modify
```diff
- base = 2
+ base = 3
```
What happens? Guess first.

:::{dropdown} Answer
It grows.
:::
% holds: power > was["power"]
::::
"""


def toy(text: str = BOX, code: str = "base = 2\npower = base**2"):
    new = nbformat.v4
    return new.new_notebook(cells=[new.new_code_cell(code), new.new_markdown_cell(text)])


@pytest.mark.parametrize("source", contract.SOURCES, ids=lambda path: path.stem)
def test_each_chapter_asks_what_happens_and_its_answer_is_what_happens(source):
    notebook = contract.read(source.with_suffix(".ipynb"))
    assert modify.problems(notebook) == []
    assert [box.holds for box in modify.boxes(notebook) if not modify.follows(notebook, box)] == []


def test_a_box_that_is_wrong_is_caught():
    assert modify.problems(toy()) == []
    assert modify.follows(toy(), *modify.boxes(toy()))
    false = toy(BOX.replace("power >", "power <"))
    assert not modify.follows(false, *modify.boxes(false))
    for text, says in (
        ("No box.", "no box"),
        (BOX.replace("- base = 2", "- base = 1"), "not in one visible cell"),
        (BOX.replace("Guess first.", ""), "no guess"),
        (BOX.replace("It grows.", "It grows to 9."), "typed number"),
        (BOX.replace("% holds", "% told"), "lacks a part"),
    ):
        assert any(says in problem for problem in modify.problems(toy(text))), says
