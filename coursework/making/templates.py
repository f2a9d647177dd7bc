"""Texts for readers that are mostly fixed, as templates of Jinja: each lies in a folder `texts` or beside."""

from pathlib import Path

import jinja2

# Of what is XML, signs that have a meaning there are written as entities.
_MADE = jinja2.Environment(
    loader=jinja2.FileSystemLoader([Path(__file__).parent / "texts", Path(__file__).parents[1] / "bank"]),
    autoescape=jinja2.select_autoescape(["xml.j2"], default=False),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MADE.filters["cell"] = lambda value: str(value).replace("|", "\\|")  # of a table in Markdown


def fill(template: str, **values: object) -> str:
    """A template with values for its names, without the end of its last line."""
    return _MADE.get_template(f"{template}.j2").render(values)
