"""Sent to the kernel as text: is what the tests rely on still what it was when the kernel started?

It guards against the easy ways of passing a test without an answer. The kernel is the student's own process,
so a determined program can deceive it; `teaching.md` says so.
"""

import builtins
import hashlib
import sys
import types

WATCHED = ("jingjinji", "numpy.testing", "pandas.testing", "pandas._testing", "math")


def _code(thing):
    """A text that changes when a function, class or property is replaced."""
    if isinstance(thing, (staticmethod, classmethod)):
        thing = thing.__func__
    if isinstance(thing, types.FunctionType):
        return f"{thing.__code__.co_code!r}{thing.__code__.co_names!r}{thing.__defaults__!r}"
    if isinstance(thing, type):
        return thing.__module__ + thing.__qualname__
    return type(thing).__name__


def _members(owner):
    return {
        name: _code(value)
        for name, value in vars(owner).items()
        if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type, staticmethod, classmethod))
    }


def state(shell):
    """Name of each thing that is watched -> a fingerprint of it."""
    found = {"the built-in functions": _members(builtins)}
    for name, module in list(sys.modules.items()):
        if name.startswith(WATCHED) and isinstance(module, types.ModuleType):
            found[name] = _members(module)
    own = {name: _code(value) for name, value in vars(shell).items() if callable(value)}
    transformers = [len(shell.ast_transformers), len(shell.input_transformers_post)]
    transformers.append(len(shell.input_transformer_manager.cleanup_transforms))
    transformers.append(len(shell.input_transformer_manager.line_transforms))
    found["how cells are run"] = [_members(type(shell).__mro__[1]), own, transformers]
    found["how cells are run"].append(sorted(map(repr, shell.events.callbacks["pre_run_cell"])))
    hidden = {
        name
        for name, value in shell.user_ns.items()
        if hasattr(builtins, name) and callable(value) and value is not getattr(builtins, name)
    } - {"exit", "quit", "open", "display", "get_ipython"}
    found["the names of built-in functions"] = sorted(hidden)
    course = sys.modules.get("jingjinji.check")
    found["the name 'check'"] = shell.user_ns.get("check", course) is course
    return {name: hashlib.sha256(repr(value).encode()).hexdigest() for name, value in found.items()}
