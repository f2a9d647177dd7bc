"""What masters, build and teach share: reading notebooks, MyST roles, and Jinja templates."""

import ast
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    import jinja2

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# A MyST role: its name, and its text without the target that may follow.
ROLE = re.compile(r"\{([\w:-]+)\}`([^`<]*?)(?:\s*<[^<>`]+>)?`")
_GLUED = "application/papermill.record/text/plain"
# The C version is faster, where PyYAML has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# Checks of a lesson stand beside it, under its name with this ending.
CHECKS = "_checks"


class MasterError(ValueError):
    """A source, or what was asked for, cannot be used: a line for each fault. Commands print it and
    end."""


def is_checks(source: Path) -> bool:
    """Whether a source or notebook has the checks of a lesson."""
    return source.stem.endswith(CHECKS)


def list_numbered(root: Path) -> list[Path]:
    """Sources of all lessons in their order, each followed by its checks."""
    return sorted((root / "chapters").glob("[0-9][0-9]_*.md"), key=lambda source: source.stem)


def list_lessons(root: Path) -> list[Path]:
    """Sources of all lessons, in their order."""
    return [source for source in list_numbered(root) if not is_checks(source)]


@cache
def _load_templates() -> "jinja2.Environment":
    """Templates in `texts`, and those of the question bank beside its code."""
    import jinja2  # not above: most builds find everything fresh, and render nothing

    here = Path(__file__).parent
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader([here / "texts", here]),
        autoescape=jinja2.select_autoescape(["xml.j2"], default=False),  # markup characters of XML
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["cell"] = lambda value: str(value).replace("|", "\\|")  # of a Markdown table
    return templates


def fill(template: str, **values: object) -> str:
    """Render a template such as "key.md" or "bank/moodle.xml", without the final newline."""
    return _load_templates().get_template(f"{template}.j2").render(values)


def list_code_cells(notebook: dict) -> list:
    """Code cells of a notebook, be it parsed by nbformat or plain JSON."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def list_code(notebook: dict) -> list[str]:
    """Sources of the code cells of a notebook."""
    return ["".join(cell["source"]) for cell in list_code_cells(notebook)]


def list_tags(cell: dict) -> set[str]:
    """Tags of a cell."""
    return set(cell["metadata"].get("tags", []))


def read_glued(cells: Iterable[dict]) -> dict[str, str]:
    """Texts that cells glue into the prose, by name."""
    glued = {}
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        if name := output.get("metadata", {}).get("scrapbook", {}).get("name"):
            glued[name] = ast.literal_eval("".join(output["data"][_GLUED]))
    return glued


def read_json(path: Path) -> dict:
    """Parse a JSON file, such as a notebook."""
    return json.loads(path.read_text(encoding="utf-8"))
