"""The style sheets of the theme and its extensions without the rules that no page of the book can use.

They come with rules for carousels, blogs and shops: nine tenths of what a first visit would load. When the
book is written, a rule stays if every class and id that it names is on some page or in some script. What the
book's own sheets say is left alone.
"""

import re
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx
from tinycss2.ast import Node

SHEETS = (
    "basic.css",
    "sphinx-design.min.css",
    "mystnb.*.css",
    "styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css",
)
# Scripts that know more names than the pages need; what they set on these pages is listed instead.
LIBRARIES = ("vega.js", "bootstrap.js")
SET_BY_BOOTSTRAP = set(
    """active bs-tooltip-auto bs-tooltip-bottom bs-tooltip-end bs-tooltip-start bs-tooltip-top dropdown
    dropdown-item dropdown-menu dropdown-menu-dark dropdown-toggle fade show tooltip tooltip-arrow
    tooltip-inner""".split()  # noqa: SIM905 (a list of thirty short strings reads worse)
)
# Groups of rules whose inside is not a list of rules, kept as they are.
_WHOLE = {"font-face", "keyframes", "-webkit-keyframes", "page", "property"}


def _split(tokens: list[Node]) -> list[list[Node]]:
    """The selectors of a list: what stands between its commas."""
    parts: list[list[Node]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_usable(selector: list[Node], names: set[str]) -> bool:
    """Whether every class and id that a selector asks for is among `names`."""
    before = None
    for token in selector:
        if token.type == "function" and token.lower_name in ("is", "where"):
            # One of what it lists is enough.
            wanted = any(_is_usable(one, names) for one in _split(token.arguments))
        elif token.type == "function" and token.lower_name != "not":  # what is excluded need not exist
            wanted = _is_usable(token.arguments, names)
        else:
            is_name = token.type == "hash" or (token.type == "ident" and before == ".")
            wanted = not is_name or token.value in names
        if not wanted:
            return False
        before = token
    return True


def _format_body(tokens: list[Node], variables: set[str] | None) -> str:
    """The declarations of a rule; of variables, those among `variables`, or all where that is None."""
    listed = tinycss2.parse_declaration_list(tokens, skip_comments=True, skip_whitespace=True)
    kept = (
        one
        for one in listed
        if one.type == "declaration"
        and (variables is None or not one.name.startswith("--") or one.name in variables)
    )
    return ";".join(f"{one.name}:{_format_plain(one.value)}{'!important' * one.important}" for one in kept)


def _format_plain(tokens: list[Node]) -> str:
    return tinycss2.serialize(tokens).strip()


def _write(rules: list[Node], names: set[str] | None, variables: set[str] | None) -> str:
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in _split(rule.prelude) if names is None or _is_usable(one, names)]
            body = _format_body(rule.content, variables)
            kept.append(f"{','.join(map(_format_plain, selectors))}{{{body}}}" if selectors and body else "")
        elif rule.type == "at-rule" and (rule.content is None or rule.lower_at_keyword in _WHOLE):
            kept.append(rule.serialize())
        elif rule.type == "at-rule":
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            inside = _write(inner, names, variables)
            kept.append(f"@{rule.at_keyword} {_format_plain(rule.prelude)}{{{inside}}}" if inside else "")
    return "".join(kept)


def _parse(style: str) -> list[Node]:
    return tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)


def keep_used_rules(style: str, names: set[str]) -> str:
    """A style sheet with only the rules whose classes and ids are all among `names`."""
    return _write(_parse(style), names, None)


def drop_unused_variables(styles: list[str], others: str) -> list[str]:
    """The sheets less the variables that none of them, once it is shortened, and not `others` refers to."""
    while True:
        used = set(re.findall(r"var\(\s*(--[\w-]+)", "".join(styles) + others))
        shorter = [_write(_parse(style), None, used) for style in styles]
        if shorter == styles:
            return styles
        styles = shorter


def find_names_in_use(folder: Path) -> set[str]:
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
    if error:
        return
    static = Path(app.outdir) / "_static"
    sheets = sorted(path for pattern in SHEETS for path in static.glob(pattern))
    names = find_names_in_use(Path(app.outdir))
    styles = [keep_used_rules(sheet.read_text(encoding="utf-8"), names) for sheet in sheets]
    ours = "".join(path.read_text(encoding="utf-8") for path in static.rglob("*.css") if path not in sheets)
    for sheet, style in zip(sheets, drop_unused_variables(styles, ours), strict=True):
        sheet.write_text(style, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Write the lean sheets when the book is built."""
    # The last to touch the sheets: after the theme, and after light_theme.py.
    app.connect("build-finished", _write_lean, priority=950)
