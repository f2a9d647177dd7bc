"""Files of XML, from the templates of this folder."""

import re
from xml.etree import ElementTree as ET

from coursework.making.templates import fill


def render(template: str, **values: object) -> bytes:
    """A template as a file, each element indented as it is nested."""
    root = ET.fromstring(fill(f"bank/{template}", **values))
    if named := re.match(r"\{(.+)\}", root.tag):
        ET.register_namespace("", named[1])
    ET.indent(root, " ")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}{ET.tostring(root, encoding='unicode')}\n".encode()
