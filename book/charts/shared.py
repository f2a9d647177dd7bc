"""What several charts of a page have in common stands on it once: the outlines of maps, and large tables.

Four maps of the same counties would be four fifths of their page. In the drawings, an outline that comes
again is a reference to the first; in the programs, a table that comes again is its name, which `charts.js`
looks up.
"""

import hashlib
import json
import re
from collections import Counter

from sphinx.application import Sphinx

SHORTEST = 60  # of an outline, in characters: a reference to it takes a third of that
SMALLEST = 4000  # of a table
_OUTLINE = re.compile(rf'<path ([^>]*?)\bd="([MLlZ\d., -]{{{SHORTEST},}})"([^>]*)/>')
_PROGRAM = re.compile(r'(class="chart-spec">)(.*?)(?=</script>)', re.DOTALL)


def share_outlines(body: str, page: str) -> str:
    """The page with each outline that several drawings have in one place, out of sight."""
    count = Counter(found[2] for found in _OUTLINE.finditer(body))
    # The PDF has all pages in one: the name of the page keeps their outlines apart.
    again = [outline for outline, times in count.items() if times > 1]
    names = {outline: f"o-{page.rpartition('/')[2]}-{place}" for place, outline in enumerate(again)}
    if not names:
        return body

    def refer(found: re.Match) -> str:
        name = names.get(found[2])
        return f'<use {found[1]}href="#{name}"{found[3]}/>' if name else found[0]

    outlines = "".join(f'<path id="{name}" d="{outline}"/>' for outline, name in names.items())
    kept = (
        f'<svg class="chart-outlines" aria-hidden="true" width="0" height="0"><defs>{outlines}</defs></svg>'
    )
    return _OUTLINE.sub(refer, body) + kept


def share_tables(body: str) -> str:
    """The page with each large table that several programs read in one script."""
    programs = {found[2]: json.loads(found[2]) for found in _PROGRAM.finditer(body)}
    tables = [
        (_name(table["values"]), table)
        for program in programs.values()
        for table in program.get("data", [])
        if len(json.dumps(table.get("values"))) >= SMALLEST
    ]
    count = Counter(name for name, _ in tables)
    shared = {}
    for name, table in tables:
        if count[name] > 1:
            shared[name] = table["values"]
            table["values"] = {"shared": name}
    if not shared:
        return body
    body = _PROGRAM.sub(lambda found: found[1] + _format_text(programs[found[2]]), body)
    return f'{body}<script type="application/json" class="chart-tables">{_format_text(shared)}</script>'


def _name(values: object) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:8]


def _format_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")


def _share(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if 'class="chart-spec"' in context.get("body", ""):
        context["body"] = share_tables(share_outlines(context["body"], page))


def setup(app: Sphinx) -> None:
    """Share when a page is written."""
    app.connect("html-page-context", _share)
