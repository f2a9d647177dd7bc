"""Run cells in the page's Python: outputs as a notebook stores them, errors as one friendly
sentence.

The page's worker (`worker.js`) loads this inside Pyodide, in place of a kernel. Of the rest of this
package it needs only `frames.py`.
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
# Characters of a cell's printed output that a page shows.
MOST = 100_000
_outputs: list[dict] = []
_spaces: dict[str, dict[str, Any]] = {}


class NeedsPackage(ImportError):
    """A cell uses a package that the page does not have."""

    def __init__(self, package: str) -> None:
        super().__init__(f"this needs the package {package}, which this page does not have")
        self.name = package


class _Absent:
    """Attribute of an absent package: importing it works, using it raises `NeedsPackage`."""

    def __init__(self, package: str) -> None:
        self._package = package
        self.__doc__ = None  # some libraries copy docstrings

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent(self._package)

    def __call__(self, *arguments: object, **options: object) -> Any:
        raise NeedsPackage(self._package)

    __repr__ = __iter__ = __len__ = __call__

    # Libraries that run without the package derive classes from it and use it in annotations.
    def __mro_entries__(self, bases: tuple) -> tuple[type, ...]:
        return ()

    def __or__(self, other: object) -> Any:
        return self

    __ror__ = __or__


class _AbsentPackages(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Import absent packages as empty modules, so that only the cells that use them fail."""

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
    """Collect printed output, up to a length that a page can show."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.room = MOST

    def write(self, text: str) -> int:
        if self.room >= 0:
            self._append(text[: self.room])
            self.room -= len(text)
            if self.room < 0:
                self._append(
                    f"\n[Cut: a page shows the first {MOST:,} characters that a cell prints.]\n"
                )
        return len(text)

    def _append(self, text: str) -> None:
        if not _outputs or _outputs[-1].get("name") != self.name:
            _outputs.append({"output_type": "stream", "name": self.name, "text": ""})
        _outputs[-1]["text"] += text


def _make_plain(value: object) -> Any:
    return json.loads(json.dumps(value, default=str))


def _bundle(value: object) -> tuple[dict, dict]:
    """Return data and metadata of a value as a notebook stores them."""
    from IPython.lib.pretty import pretty

    def represent(method: str, **options: object) -> Any:
        # Of a class, the method is that of its instances.
        show = None if isinstance(value, type) else getattr(value, method, None)
        return show(**options) if show else None

    if bundle := represent("_repr_mimebundle_", include=None, exclude=None):
        return bundle if isinstance(bundle, tuple) else (bundle, {})
    texts = {"text/html": represent("_repr_html_"), "text/markdown": represent("_repr_markdown_")}
    return {"text/plain": pretty(value)} | {
        k: text for k, text in texts.items() if text is not None
    }, {}


def display(
    *values: object, raw: bool = False, metadata: dict | None = None, **_other: object
) -> None:
    """Add values to the outputs of a cell, as `IPython.display.display` does."""
    for value in values:
        data, about = (value, {}) if raw else _bundle(value)
        _show("display_data", data, metadata or about)


def _show(kind: str, data: Any, about: object) -> None:
    _outputs.append(
        {"output_type": kind, "data": _make_plain(data), "metadata": _make_plain(about)}
    )
    if "text/html" in data:
        _outputs[-1]["shown"] = tidy(data["text/html"])


class _Html:
    """Replacement for `IPython.display.HTML`."""

    def __init__(self, data: str = "", **_other: object) -> None:
        self.data = data

    def _repr_html_(self) -> str:
        return self.data


def _ask(prompt: object = "") -> str:
    raise RuntimeError("a page cannot ask with input(); write the value into the cell")


def prepare(setting: str) -> None:
    """Set up Python as in a notebook; `setting` is JSON with `environment` and `absent`
    packages."""
    options = json.loads(setting)
    os.environ |= options["environment"]
    shown = types.ModuleType("IPython.display")
    shown.display = display  # type: ignore[attr-defined]
    shown.HTML = _Html  # type: ignore[attr-defined]
    whole = types.ModuleType("IPython")
    whole.__path__ = [os.path.join(folder, "IPython") for folder in sys.path]
    whole.display = shown  # type: ignore[attr-defined]
    whole.get_ipython = lambda: None  # type: ignore[attr-defined]
    tools = types.ModuleType("IPython.utils")
    sys.modules |= {"IPython": whole, "IPython.display": shown, "IPython.utils": tools}
    sys.meta_path.append(_AbsentPackages(options["absent"]))
    builtins.input = _ask
    # pandas looks for it before it shows tables as in a notebook.
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    # dateutil's own time zones are left out of the laboratory.
    warnings.filterwarnings("ignore", module="dateutil.zoneinfo")


def forget(space: str) -> None:
    """Delete all names of a space."""
    _spaces.pop(space, None)


def run(code: str, space: str) -> str:
    """Run a cell among the names of `space`.

    Returns JSON with `outputs` as a notebook stores them (HTML also as a page shows it, `shown`),
    `value` of the last expression unless a semicolon ends it (plain data or its repr), and `error`:
    null, or `name`, `message`, `line`, `source` of that line, `trace`, `package`, and what the code
    that raised it noted in its fields `kind` and `about`; for a `NameError`, `about` is the name
    that is missing.
    """
    _outputs.clear()
    names = _spaces.setdefault(space, {})
    # At each run: a cell may have called `globals().clear()`.
    names |= {"__name__": "__main__", "__builtins__": builtins, "display": display}
    value = None
    error = None
    with (
        contextlib.redirect_stdout(_Stream("stdout")),
        contextlib.redirect_stderr(_Stream("stderr")),
    ):
        try:
            # Tracebacks read source lines from this cache.
            linecache.cache[CELL] = len(code), None, code.splitlines(True), CELL
            value = eval_code(code, names, filename=CELL)
            if value is not None:
                _show("execute_result", *_bundle(value))
        except BaseException as raised:  # the reader sees any error, SystemExit too
            error = _explain(raised)
    try:
        is_plain = value is None or isinstance(value, (bool, int, float, str, list, dict, tuple))
        plain = _make_plain(value) if is_plain else repr(value)
    except Exception:
        plain = None
    return json.dumps({"outputs": _outputs, "value": plain, "error": error})


def _find_line(raised: BaseException) -> int | None:
    if isinstance(raised, SyntaxError):
        return raised.lineno
    frames = traceback.extract_tb(raised.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == CELL), None)


def _describe_syntax(error: SyntaxError) -> str:
    if (error.text or "").lstrip().startswith(("%", "!")):
        return (
            "A line that begins with % or ! is a command of Jupyter, not Python; the page does"
            " without it"
        )
    return f"Python cannot read this: {error.msg}"


_SENTENCES: dict[type[BaseException], Callable[[Any], str]] = {
    NeedsPackage: lambda e: f"This cell needs {e.name}, which this page does not have",
    ModuleNotFoundError: lambda e: f"This page has no package {e.name}",
    SyntaxError: lambda e: _describe_syntax(e),
    UnboundLocalError: lambda e: str(e),
    NameError: lambda e: f"{e}; it may be misspelt, or it was deleted",
    SystemExit: lambda e: "A cell cannot end Python; nothing else was done",
    MemoryError: lambda e: "The page has no memory left for this",
    RecursionError: lambda e: "A function calls itself without an end",
}


def _explain(raised: BaseException) -> dict:
    describe = next(
        (sentence for kind, sentence in _SENTENCES.items() if isinstance(raised, kind)), None
    )
    name = type(raised).__name__
    message = (describe(raised) if describe else f"{name}: {raised}" if str(raised) else name)[
        :1000
    ]
    # Skip the frames of this module.
    trace = raised.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != CELL:
        trace = trace.tb_next
    lines = traceback.format_exception(type(raised), raised, trace)
    text = "".join(lines)
    return {
        "name": name,
        "message": message if message.endswith(("?", "!")) else message.rstrip(".") + ".",
        "line": (line := _find_line(raised)),
        "source": linecache.getline(CELL, line or 0).strip(),
        "trace": text if len(text) < 8000 else f"{text[:4000]}\n...\n{text[-4000:]}",
        "package": raised.name if isinstance(raised, ImportError) else None,
        "kind": str(getattr(raised, "kind", "")),
        "about": str(
            raised.name if isinstance(raised, NameError) else getattr(raised, "about", "")
        ),
    }
