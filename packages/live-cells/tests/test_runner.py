"""Run cells: outputs as a notebook stores them, and errors in one line."""

import json
import sys

import pytest


@pytest.fixture
def run():
    """Run a cell in a space of its own."""
    from live_cells import runner

    yield lambda code, space="test": json.loads(runner.run(code, space))
    runner.forget("test")


def test_a_cell_gives_what_it_prints_shows_and_ends_with(run):
    ran = run("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\ndisplay(1)\n[2]")
    shown = [out.get("text") or out["data"]["text/plain"] for out in ran["outputs"]]
    assert shown == ["a\n", "b\n", "c\n", "1", "[2]"]
    assert [out.get("name") for out in ran["outputs"][:3]] == ["stdout", "stderr", "stdout"]
    assert ran["value"] == [2] and ran["error"] is None
    assert run("x = 1\nx;") == {"outputs": [], "value": None, "error": None}
    assert run("x")["value"] == 1 and run("x", "other")["error"]["name"] == "NameError"


@pytest.mark.parametrize(
    "flood", ["for i in range(50_001): print('x')", "print('x' * 1_000_000)\nprint()"]
)
def test_a_flood_is_cut_and_is_no_error(run, flood):
    ran = run(flood)
    (output,) = ran["outputs"]
    assert ran["error"] is None and len(output["text"]) < 100_100
    assert output["text"].endswith(
        "\n[Cut: a page shows the first 100,000 characters that a cell prints.]\n"
    )
    assert output["text"].count("[Cut:") == 1
    assert run("print('x' * 99_999)")["outputs"][0]["text"] == "x" * 99_999 + "\n"


COMMAND = (
    "A line that begins with % or ! is a command of Jupyter, not Python; the page does without it"
)


@pytest.mark.parametrize(
    ("code", "says", "line"),
    [
        ("\nprint(1 / 0)", "ZeroDivisionError: division by zero.", 2),
        ("(1", "Python cannot read this: '(' was never closed.", 1),
        ("%matplotlib inline", f"{COMMAND}.", 1),
        (
            "def f():\n  x += 1\nf()",
            "cannot access local variable 'x' where it is not associated with a value.",
            2,
        ),
        ("nothing", "name 'nothing' is not defined; it may be misspelt, or it was deleted.", 1),
        ("raise SystemExit", "A cell cannot end Python; nothing else was done.", 1),
        ("import no_such_package", "This page has no package no_such_package.", 1),
        ("def f(): f()\nf()", "A function calls itself without an end.", 1),
        ("raise ValueError('really?')", "ValueError: really?", 1),
    ],
)
def test_an_error_is_one_line(run, code, says, line):
    error = run(code)["error"]
    assert (error["message"], error["line"]) == (says, line)
    assert "runner.py" not in error["trace"]
    assert (
        error["source"] == code.splitlines()[line - 1].strip() and error["source"] in error["trace"]
    )


def test_an_error_has_fields_for_programs(run):
    code = (
        "error = AssertionError('In any words.')\nerror.kind, error.about = 'empty', '4.1"
        " lift'\nraise error"
    )
    error = run(code)["error"]
    assert (error["kind"], error["about"]) == ("empty", "4.1 lift")
    assert run("lift + 1")["error"]["about"] == "lift"
    assert run("1 / 0")["error"]["kind"] == ""


def test_a_library_whose_parts_are_absent_can_be_imported_and_says_so_when_they_are_used(run):
    from live_cells import runner

    finder = runner._AbsentPackages(["no_such"])
    sys.meta_path.append(finder)
    try:
        made = (
            "import no_such.part as part\nclass Made(part.Base): pass\ndef f(x: part.A | None):"
            " pass\n"
        )
        assert run(f"{made}part.A.__doc__, part.__version__")["value"] == [None, "0"]
        for use in ("part.A()", "part.A", "list(part.A)"):
            assert (
                run(use)["error"]["message"]
                == "This cell needs no_such, which this page does not have."
            )
    finally:
        sys.meta_path.remove(finder)


def test_a_frame_is_shown_as_pages_show_it_and_given_as_notebooks_store_it(run):
    table = '<div><table border="1" class="dataframe"></table></div>'
    (output,) = run(f"class Frame:\n    _repr_html_ = lambda self: {table!r}\nFrame()")["outputs"]
    assert output["data"]["text/html"] == table
    assert output["shown"] == '<div class="scroll" tabindex="0"><table class="data"></table></div>'
