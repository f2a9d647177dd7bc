"""A printed value that a student wrote out is changed for the second run, as a parameter's name
would be."""

import copy

import pytest
import small
from notebook_grader.run import literals
from notebook_grader.run.restore import restore

BEFORE, AFTER = 'limit, place = 800, "Beijing"', 'limit, place = 1500, "Tianjin"'
CHANGED = {
    "gap = crowded(county, 800)": "gap = crowded(county, 1500)",
    "gap = crowded(county, 800.0)  # 800": "gap = crowded(county, 1500)  # 800",
    "x = rows.query('density > 800 and city == \"Beijing\"')": (
        "x = rows.query('density > 1500 and city == \"Tianjin\"')"
    ),
    'x = table.loc["Beijing", "in_800"]': "x = table.loc['Tianjin', \"in_800\"]",
    'x = f"{zone} 800" + str(800)': 'x = f"{zone} 1500" + str(1500)',
}
KEPT = ["gap = 12.5", "gap = limit + 800", "gap = 800 if (", "x = 1800 + 0.800e1", "%time x = (800"]


@pytest.mark.parametrize(("source", "wanted"), CHANGED.items())
def test_a_value_that_is_written_out_follows_the_parameters(source, wanted):
    assert literals.replace_literals([source], [], BEFORE, AFTER) == [wanted]


@pytest.mark.parametrize("source", KEPT)
def test_what_is_typed_or_uses_the_name_is_left_as_it_is(source):
    assert literals.replace_literals([source], [], BEFORE, AFTER) == [source]


def test_a_name_in_a_given_cell_two_equal_values_and_plain_ones_change_nothing():
    assert literals.replace_literals(["x = 800"], ["a.query('b > @limit')"], BEFORE, AFTER) == [
        "x = 800"
    ]
    assert literals.replace_literals(["x = 5"], [], "a, b = 5, 5", "a, b = 6, 7") == ["x = 5"]
    assert literals.replace_literals(["x = y[0] * 100"], [], "a = 100", "a = 7") == [
        "x = y[0] * 100"
    ]
    assert literals.replace_literals(["x = 5"], [], "a = [5]", "a = [6]") == ["x = 5"]
    assert literals.replace_literals(["x = 5"], [], "a = f(5)", "a = f(6)") == ["x = 5"]
    long = f"x = 5  # {'y' * literals.LONGEST}"
    assert literals.replace_literals([long], [], "a = 5", "a = 6") == [long]


def test_only_the_exercise_of_the_parameters_is_changed():
    made = small.submission(rate="rate = (53.0 / 50 - 1) * 100", parts="parts = {'a': 50, 'b': 53}")
    notebook = copy.deepcopy(made)
    restore(notebook, small.HELD)
    literals.follow(notebook, small.FACTS, dict.fromkeys(small.FACTS, 1))
    assert small.find_cell(notebook, "answer-1-1").source == "rate = (43.0 / 40.0 - 1) * 100"
    assert small.find_cell(notebook, "answer-1-4").source == "parts = {'a': 50, 'b': 53}"
