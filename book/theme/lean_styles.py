"""The style sheets of the theme and its extensions without the rules that no page of the book can use.

They come with rules for carousels, blogs and shops: nine tenths of what a first visit would load. When the
book is written, a rule stays if every class and id that it names is on some page or in some script. What the
book's own sheets say is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx

SHEETS = (
    "basic.css",
    "copybutton.css",
    "sphinx-design.min.css",
    "mystnb.*.css",
    "styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css",
)
# Scripts that know more names than the pages need; what they set on these pages is listed instead.
LIBRARIES = ("vega.js", "bootstrap.js", "clipboard.min.js")
SET_BY_BOOTSTRAP = set(
    """active bs-tooltip-auto bs-tooltip-bottom bs-tooltip-end bs-tooltip-start bs-tooltip-top dropdown
    dropdown-item dropdown-menu dropdown-menu-dark dropdown-toggle fade show tooltip tooltip-arrow
    tooltip-inner""".split()  # noqa: SIM905 (a list of thirty short strings reads worse)
)
# Groups of rules whose inside is not a list of rules, kept as they are.
_WHOLE = ("@font-face", "@keyframes", "@-webkit-keyframes", "@page", "@property")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_URL = rf"url\((?:{_STRING}|[^)\"'])*\)"
_PIECES = re.compile(rf"(?:{_STRING}|{_URL}|[^{{}};\"'])+|[{{}};]")
_NAME = re.compile(r"[.#](-?[_a-zA-Z][\w-]*)")
_VARIABLE = re.compile(r"(--[\w-]+)\s*:(?:" + _STRING + "|" + _URL + r"|[^;{}\"'])*;?")


def _selectors(text: str) -> list[str]:
    """The parts of a selector list, at commas that stand outside brackets."""
    parts, depth = [""], 0
    for piece in re.split(r"([(),\[\]])", text):
        depth += (piece in "([" and piece != "") - (piece in ")]" and piece != "")
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _usable(selector: str, names: set[str]) -> bool:
    # What a selector excludes need not exist; of what `:is()` lists, one is enough.
    plain = re.sub(r":not\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]|" + _STRING, "", selector)
    choices = re.findall(r":(?:is|where)\(([^()]*)\)", plain)
    rest = re.sub(r":(?:is|where)\([^()]*\)", "", plain)
    return all(name in names for name in _NAME.findall(rest)) and all(
        any(_usable(one, names) for one in choice.split(",")) for choice in choices
    )


def _rules(pieces: Iterator[str], names: set[str]) -> str:
    """The usable rules up to the closing bracket of their group, or to the end of the sheet."""
    kept, head = [], ""
    for piece in pieces:
        if piece == "}":
            break
        if piece == ";":
            kept.append(f"{head};")  # such as @charset or @import
            head = ""
        elif piece != "{":
            head = piece.strip()
        elif head.startswith(_WHOLE):
            kept.append(f"{head}{{{_body(pieces)}}}")
        elif head.startswith("@"):
            inside = _rules(pieces, names)
            kept.append(f"{head}{{{inside}}}" if inside else "")
        else:
            body = _body(pieces)
            selectors = [one.strip() for one in _selectors(head) if _usable(one, names)]
            kept.append(f"{','.join(selectors)}{{{body}}}" if selectors and body.strip() else "")
    return "".join(kept)


def _body(pieces: Iterator[str]) -> str:
    text, depth = [], 1
    for piece in pieces:
        depth += (piece == "{") - (piece == "}")
        if not depth:
            break
        text.append(piece.strip())
    return "".join(text)


def lean(style: str, names: set[str]) -> str:
    """A style sheet with only the rules whose classes and ids are all among `names`."""
    return _rules((piece[0] for piece in _PIECES.finditer(_COMMENT.sub("", style))), names)


def without_unused_variables(style: str, others: str) -> str:
    """The sheet less the variables that neither it nor `others` refers to."""
    while True:
        used = set(re.findall(r"var\(\s*(--[\w-]+)", style + others))
        shorter = _VARIABLE.sub(lambda found, used=used: found[0] if found[1] in used else "", style)
        if shorter == style:
            return style
        style = shorter


def names_in_use(folder: Path) -> set[str]:
    """Every class and id on a page of the built book, and every word in a script that could set one."""
    attributes: set[str] = set()
    for page in folder.rglob("*.html"):
        attributes.update(re.findall(r'\b(?:class|id)="([^"]*)"', page.read_text(encoding="utf-8")))
    names = {name for value in attributes for name in value.split()} | SET_BY_BOOTSTRAP
    for script in (folder / "_static").rglob("*.js"):
        if script.name not in LIBRARIES:
            names.update(re.findall(r"-?[_a-zA-Z][\w-]*", script.read_text(encoding="utf-8")))
    return names


def _write_lean(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    sheets = sorted(path for pattern in SHEETS for path in static.glob(pattern))
    names = names_in_use(Path(app.outdir))
    styles = {sheet: lean(sheet.read_text(encoding="utf-8"), names) for sheet in sheets}
    ours = "".join(path.read_text(encoding="utf-8") for path in static.rglob("*.css") if path not in styles)
    for sheet, style in styles.items():
        rest = "".join(other for path, other in styles.items() if path != sheet)
        sheet.write_text(without_unused_variables(style, rest + ours), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    # The last to touch the sheets: after the theme, and after light_theme.py.
    app.connect("build-finished", _write_lean, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
