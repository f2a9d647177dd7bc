"""Prepare docstrings for `sphinx.ext.autodoc`, in two steps.

First, text after the last section of numpydoc gets a heading, as it would otherwise be one more
item of that section. Then napoleon turns sections into lists. It takes words before a colon in the
first line of a property for a type, so these lines have none.
"""

import re

from sphinx.application import Sphinx

_UNDERLINE = re.compile(r"-{3,}$")


def insert_heading(lines: list[str]) -> None:
    """Insert a heading above examples, or notes, that follow the last section."""
    last = max(
        (number for number, line in enumerate(lines) if _UNDERLINE.match(line)), default=None
    )
    if last is None:
        return
    for number in range(last + 2, len(lines)):
        line = lines[number]
        below = [*lines, ""][number + 1]
        if line and line[0] != " " and not lines[number - 1] and not below.startswith("    "):
            heading = "Examples" if line.startswith(">>>") else "Notes"
            lines[number:number] = [heading, "-" * len(heading), ""]
            return


def _prepare(
    app: Sphinx, kind: str, name: str, documented: object, options: object, lines: list[str]
) -> None:
    insert_heading(lines)
    # |x| is the size of a number, not a substitution.
    lines[:] = [
        line if line.startswith((">>>", "...")) else line.replace("|", r"\|") for line in lines
    ]


def setup(app: Sphinx) -> None:
    """Set up both steps in their order."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", _prepare)
    app.setup_extension("sphinx.ext.napoleon")
