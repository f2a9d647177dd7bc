"""Replace the part of Pyodide that the runner of cells needs, to test it outside a browser."""

import ast
import sys
import types

import pytest


def eval_code(source: str, names: dict, filename: str) -> object:
    """As `pyodide.code.eval_code`: the value of the last expression, unless a semicolon ends it."""
    tree = ast.parse(source, filename)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, filename, "exec"), names)
    value = eval(compile(ast.Expression(last.value), filename, "eval"), names) if last else None
    return None if source.rstrip().endswith(";") else value


@pytest.fixture(scope="session", autouse=True)
def pyodide():
    """Provide the module `pyodide.code`."""
    module = types.ModuleType("pyodide.code")
    module.eval_code = eval_code
    sys.modules |= {"pyodide": types.ModuleType("pyodide"), "pyodide.code": module}
