"""Compile packages with the Python of the pages: this runs inside Pyodide, while the laboratory is
made.

A reader's browser would need as long to compile as for the rest of the start.
"""

import ast
import importlib.util
import io
import marshal
import zipfile
from typing import Any

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# These packages build docstrings from those of other functions.
_DOCSTRINGS_READ = ("numpy/_core/", "numpy/lib/", "numpy/ma/", "scipy/", "statsmodels/")


def _shorten_docstrings(source: bytes) -> ast.Module:
    """Replace docstrings, which are megabytes; some programs fail where there is none at all."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, False) is not None:
            docstring: Any = node.body[0]
            short = ast.Constant("See the manual.")
            docstring.value = ast.copy_location(short, docstring.value)
    return tree


def compile_all(archive: bytes, root: str) -> bytes:
    """Compile the modules of a zip, as if they were in the folder `root`; other entries stay.

    The result is compressed here too: one version of zlib gives the same bytes on every machine.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".py"):
                program = (
                    content if name.startswith(_DOCSTRINGS_READ) else _shorten_docstrings(content)
                )
                code = compile(program, root + name, "exec", dont_inherit=True)
                # PEP 552: an unchecked hash-based file, which is used whatever became of its
                # source.
                header = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little")
                content = header + importlib.util.source_hash(content) + marshal.dumps(code)
                name += "c"
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            new.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
