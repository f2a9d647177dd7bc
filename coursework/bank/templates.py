"""Files of XML from the templates of this folder."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jinja2

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)


def render(template: str, **values: object) -> bytes:
    """A template as a file, each element indented as it is nested."""
    root = ET.fromstring(_TEMPLATES.get_template(template).render(values))
    if named := re.match(r"\{(.+)\}", root.tag):
        ET.register_namespace("", named[1])
    ET.indent(root, " ")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}{ET.tostring(root, encoding='unicode')}\n".encode()
