"""What is mostly fixed text, as templates of Jinja: in `texts` here, or in the folder of another part."""

from pathlib import Path

import jinja2

# Of what is XML, signs that have a meaning there are written as entities.
_MADE = jinja2.Environment(
    loader=jinja2.FileSystemLoader([Path(__file__).parent / "texts", Path(__file__).parents[1]]),
    autoescape=jinja2.select_autoescape(["xml.j2"], default=False),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MADE.filters["cell"] = lambda value: str(value).replace("|", "\\|")  # of a table in Markdown


def fill(template: str, **values: object) -> str:
    """A template with values for its names, without the end of its last line: "key.md", "bank/moodle.xml"."""
    return _MADE.get_template(f"{template}.j2").render(values)
