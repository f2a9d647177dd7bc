"""Docstrings as the page of a library shows them (`sphinx.ext.autodoc`), in three steps, in this order.

numpydoc's sections end where the next begins: what follows the last of them would be one more item of it, so
it gets a heading. Then napoleon makes lists of the sections. It takes what stands before a colon in the
docstring of a property for a type; there the docstring stays as it was written.
"""

import re
from inspect import getdoc

from sphinx.application import Sphinx

_UNDERLINE = re.compile(r"-{3,}$")


def head_rest(lines: list[str]) -> None:
    """Put a heading over the examples, or the notes, that follow the last section."""
    last = max((number for number, line in enumerate(lines) if _UNDERLINE.match(line)), default=None)
    if last is None:
        return
    for number in range(last + 2, len(lines)):
        line, below = lines[number], [*lines, ""][number + 1]
        if line and line[0] != " " and not lines[number - 1] and not below.startswith("    "):
            heading = "Examples" if line.startswith(">>>") else "Notes"
            lines[number:number] = [heading, "-" * len(heading), ""]
            return


def _prepare(
    app: Sphinx, kind: str, name: str, documented: object, options: object, lines: list[str]
) -> None:
    head_rest(lines)
    # The size of a number, in the docstring's own words, is no substitution.
    lines[:] = [line if line.startswith((">>>", "...")) else line.replace("|", r"\|") for line in lines]


def _restore(
    app: Sphinx, kind: str, name: str, documented: object, options: object, lines: list[str]
) -> None:
    if kind in ("attribute", "property"):
        lines[:] = [*(getdoc(documented) or "").splitlines(), ""]


def setup(app: Sphinx) -> None:
    """Set up all three."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", _prepare)
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("autodoc-process-docstring", _restore)
