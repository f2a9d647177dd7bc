"""Which packages a notebook uses that the machine that marks it does not have."""

import sys
from collections.abc import Collection, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

# What a notebook's kernel brings by itself.
_OWN = {"__main__", "builtins", "IPython", "ipykernel", "ipykernel_launcher", "plain_answers"}


def list_absent(names: Mapping[str, Any], had: Collection[str]) -> list[str]:
    """List the packages from which something is imported under these names, without those that are
    `had`."""
    used = {_find_package(value) for value in [*names.values()]}
    return sorted(used - {*had, *_OWN, *sys.stdlib_module_names, ""})


def _find_package(value: object) -> str:
    """The package of a module, class or function; empty for all other values."""
    if isinstance(value, ModuleType):
        name = value.__name__
    elif isinstance(value, (type, FunctionType, BuiltinFunctionType)):
        name = getattr(value, "__module__", "")
    else:
        return ""
    return name.partition(".")[0] if isinstance(name, str) else ""
