"""What runs cells in the page's Python: outputs as a notebook stores them, errors in one friendly line.

The page's worker (`worker.js`) starts it inside Pyodide, where it stands in for the kernel; of the rest of
this package it needs `frames.py` alone.
"""

import builtins
import contextlib
import importlib.abc
import importlib.machinery
import io
import json
import linecache
import os
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any

from pyodide.code import eval_code  # type: ignore[import-not-found]

from live_cells.frames import tidy

CELL = "<cell>"
# What a page shows of what a cell prints: enough for any table, and no page that stands still.
MOST = 100_000
_outputs: list[dict] = []
_spaces: dict[str, dict[str, Any]] = {}


class NeedsPackage(ImportError):
    """A cell uses a package that is not in the page."""

    def __init__(self, package: str) -> None:
        super().__init__(f"this needs the package {package}, which this page does not have")
        self.name = package


class _Absent:
    """A name out of a package that is not here: it can be imported, and says what is missing when used."""

    def __init__(self, package: str) -> None:
        self._package = package
        self.__doc__ = None  # who copies its manual copies nothing

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent(self._package)

    def __call__(self, *given: object, **named: object) -> Any:
        raise NeedsPackage(self._package)

    __repr__ = __iter__ = __len__ = __call__

    # In a library that runs without it, classes are made of it and annotations name it.
    def __mro_entries__(self, bases: tuple) -> tuple[type, ...]:
        return ()

    def __or__(self, other: object) -> Any:
        return self

    __ror__ = __or__


class _AbsentPackages(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets a cell import what only some of its chapter's cells use, so that the others run."""

    def __init__(self, packages: list[str]) -> None:
        self.packages = frozenset(packages)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        if fullname.partition(".")[0] not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        module = types.ModuleType(spec.name)
        package = spec.name.partition(".")[0]

        def find(name: str) -> _Absent:
            if name.startswith("__"):
                raise AttributeError(name)
            return _Absent(package)

        module.__getattr__ = find  # type: ignore[method-assign]
        module.__version__ = "0"  # type: ignore[attr-defined]
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        pass


class _Stream(io.TextIOBase):
    """Collects what a cell prints, up to a length that a page can show."""

    def __init__(self, name: str) -> None:
        self.name, self.room = name, MOST

    def write(self, text: str) -> int:
        if self.room >= 0:
            self._append(text[: self.room])
            self.room -= len(text)
            if self.room < 0:
                self._append(f"\n[Cut: a page shows the first {MOST:,} characters that a cell prints.]\n")
        return len(text)

    def _append(self, text: str) -> None:
        if not _outputs or _outputs[-1].get("name") != self.name:
            _outputs.append({"output_type": "stream", "name": self.name, "text": ""})
        _outputs[-1]["text"] += text


def _make_plain(value: object) -> Any:
    return json.loads(json.dumps(value, default=str))


def _bundle(value: object) -> tuple[dict, dict]:
    """A value as a notebook stores it, by the types that pages show."""
    from IPython.lib.pretty import pretty

    made = getattr(value, "_repr_mimebundle_", None)
    if made and not isinstance(value, type) and (found := made(include=None, exclude=None)):
        data, about = found if isinstance(found, tuple) else (found, {})
        return data, about
    data = {"text/plain": pretty(value)}
    for method, kind in (("_repr_html_", "text/html"), ("_repr_markdown_", "text/markdown")):
        show = getattr(value, method, None)
        if show and not isinstance(value, type) and (text := show()) is not None:
            data[kind] = text
    return data, {}


def display(*values: object, raw: bool = False, metadata: dict | None = None, **_other: object) -> None:
    """Show values among the outputs of a cell, as `IPython.display.display` does."""
    for value in values:
        data, about = (value, {}) if raw else _bundle(value)
        _show("display_data", data, metadata or about)


def _show(kind: str, data: Any, about: object) -> None:
    _outputs.append({"output_type": kind, "data": _make_plain(data), "metadata": _make_plain(about)})
    if "text/html" in data:
        _outputs[-1]["shown"] = tidy(data["text/html"])


class _Html:
    """Stands in for `IPython.display.HTML`."""

    def __init__(self, data: str = "", **_other: object) -> None:
        self.data = data

    def _repr_html_(self) -> str:
        return self.data


def _ask(prompt: object = "") -> str:
    raise RuntimeError("a page cannot ask with input(); write the value into the cell")


def prepare(setting: str) -> None:
    """Make Python as a notebook finds it; `setting` is JSON: `environment`, and `absent` packages."""
    given = json.loads(setting)
    os.environ |= given["environment"]
    shown = types.ModuleType("IPython.display")
    shown.display, shown.HTML = display, _Html  # type: ignore[attr-defined]
    whole = types.ModuleType("IPython")
    whole.__path__ = [os.path.join(folder, "IPython") for folder in sys.path]
    whole.display, whole.get_ipython = shown, lambda: None  # type: ignore[attr-defined]
    tools = types.ModuleType("IPython.utils")
    sys.modules |= {"IPython": whole, "IPython.display": shown, "IPython.utils": tools}
    sys.meta_path.append(_AbsentPackages(given["absent"]))
    builtins.input = _ask
    # As pandas looks for it, to show tables as in a notebook and not as in a terminal.
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    # A page has its time zones from the browser; dateutil's own are left out.
    warnings.filterwarnings("ignore", module="dateutil.zoneinfo")


def forget(space: str) -> None:
    """Empty a space of names; the next cell that runs in it finds it as new."""
    _spaces.pop(space, None)


def run(code: str, space: str) -> str:
    """Run a cell among the names of `space`.

    Returns JSON: `outputs` as a notebook stores them, HTML also as a page shows it (`shown`), `value` of the
    last expression where no semicolon ends it (as plain data, or as the text that Python shows), and `error`,
    null or with `name`, `message`, `line`, `source` of that line, `trace` and `package`.
    """
    _outputs.clear()
    names = _spaces.setdefault(space, {})
    # Also after a reader's `globals().clear()`.
    names |= {"__name__": "__main__", "__builtins__": builtins, "display": display}
    value, error = None, None
    with contextlib.redirect_stdout(_Stream("stdout")), contextlib.redirect_stderr(_Stream("stderr")):
        try:
            # As a traceback looks its lines up.
            linecache.cache[CELL] = len(code), None, code.splitlines(True), CELL
            value = eval_code(code, names, filename=CELL)
            if value is not None:
                _show("execute_result", *_bundle(value))
        except BaseException as raised:  # whatever a cell raises, SystemExit too, is its reader's to see
            error = _explain(raised)
    try:
        plain = _make_plain(value) if _is_plain(value) else repr(value)
    except Exception:
        plain = None
    return json.dumps({"outputs": _outputs, "value": plain, "error": error})


def _is_plain(value: object) -> bool:
    return isinstance(value, (bool, int, float, str, list, dict, tuple)) or value is None


def _find_line(raised: BaseException) -> int | None:
    if isinstance(raised, SyntaxError):
        return raised.lineno
    frames = traceback.extract_tb(raised.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == CELL), None)


_SENTENCES: dict[type[BaseException], Callable[[BaseException], str]] = {
    NeedsPackage: lambda e: f"This cell needs {e.name}, which this page does not have",  # type: ignore[attr-defined]
    ModuleNotFoundError: lambda e: f"This page has no package {e.name}",  # type: ignore[attr-defined]
    SyntaxError: lambda e: f"Python cannot read this: {e.msg}",  # type: ignore[attr-defined]
    UnboundLocalError: lambda e: str(e),
    NameError: lambda e: f"{e}; it may be misspelt, or it was deleted",
    SystemExit: lambda e: "A cell cannot end Python; nothing else was done",
    MemoryError: lambda e: "The page has no memory left for this",
    RecursionError: lambda e: "A function calls itself without an end",
}


def _explain(raised: BaseException) -> dict:
    known = next((made for kind, made in _SENTENCES.items() if isinstance(raised, kind)), None)
    name = type(raised).__name__
    said = (known(raised) if known else f"{name}: {raised}" if str(raised) else name)[:1000]
    # From the cell on: what called it is this module.
    trace = raised.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != CELL:
        trace = trace.tb_next
    lines = traceback.format_exception(type(raised), raised, trace)
    text = "".join(lines)
    return {
        "name": name,
        "message": said if said.endswith(("?", "!")) else said.rstrip(".") + ".",
        "line": (line := _find_line(raised)),
        "source": linecache.getline(CELL, line or 0).strip(),
        "trace": text if len(text) < 8000 else f"{text[:4000]}\n...\n{text[-4000:]}",
        "package": raised.name if isinstance(raised, ImportError) else None,
    }
