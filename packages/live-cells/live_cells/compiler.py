"""Compiles packages with the Python of a page: runs inside Pyodide, while the laboratory is made.

A reader's browser would need as long for that as for all the rest.
"""

import ast
import importlib.util
import io
import marshal
import zipfile

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# Some of their functions are made from the texts of others.
_TEXTS_READ = ("numpy/_core/", "numpy/lib/", "numpy/ma/", "scipy/", "statsmodels/")


def _leave_out_texts(source: bytes) -> ast.Module:
    """The manuals of these packages are megabytes; some programs fail where there is no text at all."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, False) is not None:
            first = node.body[0]
            first.value = ast.copy_location(ast.Constant("See the manual."), first.value)  # type: ignore[attr-defined]
    return tree


def compile_all(archive: bytes, root: str) -> bytes:
    """A zip with the modules of a zip compiled, as those of the folder `root`, and all else as it is.

    It is compressed here too: zlib of one version gives the same bytes on every machine.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".py"):
                program = content if name.startswith(_TEXTS_READ) else _leave_out_texts(content)
                code = compile(program, root + name, "exec", dont_inherit=True)
                # PEP 552: a file that is taken as it is, whatever became of its source.
                head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little")
                content = head + importlib.util.source_hash(content) + marshal.dumps(code)
                name += "c"
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            new.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
