"""Number chapters as their files are named: ``chapters/03_gdp`` is chapter 3, even before 2 is there."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment.collectors.toctree import TocTreeCollector

_CHAPTER = re.compile(r"(?:^|/)(\d\d)_")


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


def setup(app: Sphinx) -> dict:
    def number_by_name(app: Sphinx, *_: object) -> None:
        in_order = TocTreeCollector.assign_section_numbers

        def assign_section_numbers(self, env) -> list[str]:
            before = {name: dict(numbers) for name, numbers in env.toc_secnumbers.items()}
            in_order(self, env)
            _renumber(env)
            return [name for name, numbers in env.toc_secnumbers.items() if before.get(name) != numbers]

        TocTreeCollector.assign_section_numbers = assign_section_numbers

    # Jupyter Book lets sphinx-multitoc-numbering replace the same method before the build starts.
    app.connect("env-before-read-docs", number_by_name)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
