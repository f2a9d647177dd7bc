"""Number chapters as their files are named: ``chapters/03_gdp`` is chapter 3, even before 2 is there.

A chapter's page of exercises has figures of that chapter and no section number of its own.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_external_toc.collectors import TocTreeCollectorWithStyles

_CHAPTER = re.compile(r"(?:^|/)(\d\d)_")
_WITHOUT_NUMBER = "exercises/"


def _renumber(env) -> None:
    for name, numbers in env.toc_secnumbers.items():
        found = _CHAPTER.search(name)
        if not found:
            continue
        chapter = int(found[1])
        for anchor, number in numbers.items():
            if number:
                numbers[anchor] = (chapter, *number[1:])
        places = [env.titles[name], *env.tocs[name].findall(nodes.reference)]
        for place in places:
            if place.get("secnumber"):
                place["secnumber"] = [chapter, *place["secnumber"][1:]]


_in_order = TocTreeCollectorWithStyles.assign_section_numbers


def _by_name(self: TocTreeCollectorWithStyles, env) -> list[str]:
    before = {name: dict(numbers) for name, numbers in env.toc_secnumbers.items()}
    _in_order(self, env)
    _renumber(env)
    return [
        name
        for name, numbers in env.toc_secnumbers.items()
        if before.get(name) != numbers and not name.startswith(_WITHOUT_NUMBER)
    ]


def _take_out(app: Sphinx, env) -> None:
    """When figures have been numbered by their section, a page of exercises needs its number no more."""
    for name in [name for name in env.toc_secnumbers if name.startswith(_WITHOUT_NUMBER)]:
        env.toc_secnumbers[name] = {}
        for place in (env.titles[name], *env.tocs[name].findall(nodes.reference)):
            place.attributes.pop("secnumber", None)


def setup(app: Sphinx) -> dict:
    # Sphinx numbers figures by what this method leaves; there is no event between the two.
    TocTreeCollectorWithStyles.assign_section_numbers = _by_name
    app.connect("env-check-consistency", _take_out)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
