"""The key terms of all chapters: a glossary made of them, links to it on first use, and the index's entries.

A chapter lists its key terms in the section "Key terms", each as

    **location quotient** · 区位商 · qūwèi shāng
    : A share in a place over the same share in a reference area.

The directive `key-terms` on one page makes the glossary of them. On every chapter's page the first use of each
term in running prose becomes a link to it. `_config.yml` names, as `key_terms`, the chapters, the words that
are `everyday` English too (linked only where a chapter prints them in bold, which defines them), and, as
`names`, the table and column of the places that the index lists.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.std import make_glossary_term
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

_SECTION = re.compile(r"^## Key terms$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^\*\*(.+?)\*\* · (.+?) · (.+)\n: (.+)$", re.MULTILINE)
# Running prose: what stands in a table, a caption, a definition or an output is something else.
_PROSE = (
    nodes.document,
    nodes.section,
    nodes.paragraph,
    nodes.bullet_list,
    nodes.enumerated_list,
    nodes.list_item,
    nodes.block_quote,
    nodes.Admonition,
    nodes.strong,
    nodes.emphasis,
    nodes.inline,
)
_NOT_PROSE = (addnodes.pending_xref, nodes.title)


def _letters(text: str) -> str:
    """A text without what a term's pattern does not tell apart."""
    return text.casefold().replace("’", "'")


@dataclass
class Term:
    """A key term as its first chapter defines it, and every chapter that lists it."""

    english: str
    chinese: str
    pinyin: str
    definition: str
    chapters: list[str] = field(default_factory=list)

    @cached_property
    def forms(self) -> list[str]:
        """How the term may stand in a sentence: "fine particles (PM2.5)" is two, "to disperse" one."""
        name, _, short = self.english.removeprefix("to ").removesuffix(")").partition(" (")
        return [form for form in (name, short) if form]

    @cached_property
    def pattern(self) -> str:
        """The term in a sentence: with a capital at its start, in the plural, with either apostrophe."""
        forms = (f"(?i:{re.escape(form[0])}){re.escape(form[1:])}(?:s|es)?" for form in self.forms)
        return "|".join(forms).replace("'", "['’]")

    @cached_property
    def letters(self) -> list[str]:
        """The forms as `_letters` has them."""
        return [_letters(form) for form in self.forms]

    def label(self, chapter: str) -> str:
        """The name by which other pages refer to the term's place in a chapter."""
        return f"{nodes.make_id(self.english)}-in-{Path(chapter).name}"


def read(root: Path, notebooks: str) -> dict[str, Term]:
    """The key terms of the chapters, English to term, in alphabetical order.

    A term that several chapters list is defined by the first of them.
    """
    terms: dict[str, Term] = {}
    for path in sorted(root.glob(notebooks)):
        chapter = path.relative_to(root).with_suffix("").as_posix()
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        section = _SECTION.search(text)
        for english, *rest in _ENTRY.findall(section[1]) if section else ():
            terms.setdefault(english, Term(english, *rest)).chapters.append(chapter)
    return dict(sorted(terms.items(), key=lambda item: item[0].casefold()))


def chapter_number(chapter: str) -> str:
    """A chapter's name in the index, where its second space is not seen but sorts 6 before 10.

    A page without a number, such as the capstone's, goes by its folder.
    """
    path = Path(chapter)
    return f"chapter {int(path.name[:2]):2}" if path.name[:2].isdigit() else path.parent.name


def index_entry(value: str, target: str, heading: str, main: str = "") -> addnodes.index:
    """An entry of the index that leads to an id of the page which holds it."""
    return addnodes.index(entries=[("single", value, target, main, heading)])


class Glossary(SphinxDirective):
    """All key terms, each with its definition and links to where chapters explain it."""

    def run(self) -> list[nodes.Node]:
        for path in sorted(Path(self.env.srcdir).glob(self.config.key_terms["chapters"])):
            self.env.note_dependency(str(path))
        items = [self._item(term) for term in self.env.key_terms.values()]
        return [nodes.definition_list("", *items, classes=["glossary"])]

    def _item(self, term: Term) -> nodes.definition_list_item:
        source, line = self.get_source_info()
        heading = term.english[0].upper()
        # An id of Sphinx's own may hold a dot, and then is no selector for the theme's script.
        target = nodes.make_id(f"term-{term.english}")
        name = make_glossary_term(
            self.env, [nodes.Text(term.english)], heading, source, line, target, self.state.document
        )
        name += nodes.inline("", f" {term.chinese} ", classes=["in-chinese"])
        name += nodes.inline("", term.pinyin, classes=["pinyin"])
        sentence, messages = self.state.inline_text(term.definition, line)
        links = [self._link(term, chapter) for chapter in term.chapters]
        where = nodes.paragraph("", "Explained in ", classes=["where"])
        for place, link in enumerate(links):
            where += [nodes.Text(" and " if place == len(links) - 1 else ", ")] if place else []
            where += link
        return nodes.definition_list_item(
            "", name, nodes.definition("", nodes.paragraph("", "", *sentence), where, *messages)
        )

    def _link(self, term: Term, chapter: str) -> addnodes.pending_xref:
        text = " ".join(chapter_number(chapter).split())
        return addnodes.pending_xref(
            "",
            nodes.inline("", text),
            refdomain="std",
            reftype="ref",
            reftarget=term.label(chapter),
            refexplicit=True,
            refdoc=self.env.docname,
            refwarn=True,
        )


def _around(node: nodes.Node) -> Iterator[nodes.Element]:
    while (node := node.parent) is not None:
        yield node


def _in_prose(text: nodes.Text) -> bool:
    around = list(_around(text))
    return (
        all(isinstance(part, _PROSE) and not isinstance(part, _NOT_PROSE) for part in around)
        and any(isinstance(part, nodes.paragraph) for part in around)
        and not any("key-terms" in part["ids"] for part in around)
    )


def _is_bold(text: nodes.Text, term: Term) -> bool:
    return isinstance(text.parent, nodes.strong) and bool(re.fullmatch(term.pattern, text))


class LinkFirstUses(SphinxTransform):
    """In a chapter, the first use of each key term becomes a link, and an entry of the index."""

    # After quotes have become curly, before the index is collected.
    default_priority = 800

    def apply(self, **kwargs: object) -> None:
        if not Path(self.env.srcdir, self.env.docname + ".ipynb").match(self.config.key_terms["chapters"]):
            return
        chapter = self.env.docname
        texts = [text for text in self.document.findall(nodes.Text) if _in_prose(text)]
        self._index_names(texts, chapter)
        everyday = set(self.config.key_terms.get("everyday", ()))
        waiting = {
            term.english: term
            for term in self.env.key_terms.values()
            if term.english not in everyday or chapter in term.chapters
        }
        self.defined = self._definitions(texts, [t for t in waiting.values() if chapter in t.chapters])
        for text in texts:
            here = [t for t in waiting.values() if t.english not in everyday or _is_bold(text, t)]
            self._link(text, here, waiting)
        for term in waiting.values():
            if chapter in term.chapters:
                self._point_to_list(term)

    def _definitions(self, texts: list[nodes.Text], terms: list[Term]) -> dict[str, str]:
        """Where the chapter prints its own terms in bold, which defines them: term to target."""
        defined: dict[str, str] = {}
        for text in texts:
            for term in terms:
                if term.english not in defined and _is_bold(text, term):
                    defined[term.english] = target = f"defined-{nodes.make_id(term.english)}"
                    text.parent["ids"].append(target)
        return defined

    def _link(self, text: nodes.Text, here: list[Term], waiting: dict[str, Term]) -> None:
        # The longest first: in "beta convergence", "convergence" is not used on its own.
        # Few of all terms are in one text, and a small pattern is made and searched quickly.
        letters = _letters(text)
        here = [term for term in here if any(form in letters for form in term.letters)]
        if not here:
            return
        here.sort(key=lambda term: -max(map(len, term.forms)))
        pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(f'({term.pattern})' for term in here)})(?![\w-])")
        parts: list[nodes.Node] = []
        end = 0
        for match in pattern.finditer(text):
            term = here[match.lastindex - 1]
            if term.english not in waiting:
                continue
            del waiting[term.english]
            parts += [nodes.Text(text[end : match.start()]), *self._first_use(term, match[0])]
            end = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[end:])])

    def _first_use(self, term: Term, written: str) -> list[nodes.Node]:
        target = f"first-{nodes.make_id(term.english)}"
        told = self.defined.get(term.english, target)
        self._name(term, told)
        link = addnodes.pending_xref(
            "",
            nodes.inline("", written, ids=[target], classes=["key-term"]),
            refdomain="std",
            reftype="term",
            reftarget=term.english,
            refexplicit=True,
            refdoc=self.env.docname,
            refwarn=True,
        )
        return [self._entry(term, told), link]

    def _point_to_list(self, term: Term) -> None:
        """A term that its chapter's prose does not use stands in its list of key terms all the same."""
        for name in self.document.findall(nodes.term):
            if name.astext().startswith(term.english.replace("'", "’")):
                target = f"key-{nodes.make_id(term.english)}"
                name["ids"].append(target)
                self._name(term, target)
                name.insert(0, self._entry(term, target))
                return

    def _name(self, term: Term, target: str) -> None:
        self.env.get_domain("std").anonlabels[term.label(self.env.docname)] = (self.env.docname, target)

    def _entry(self, term: Term, target: str) -> addnodes.index:
        value = f"{term.english}; {chapter_number(self.env.docname)}"
        return index_entry(value, target, term.english[0].upper())

    def _index_names(self, texts: list[nodes.Text], chapter: str) -> None:
        """Where a chapter first speaks of each place, for the index."""
        if not (waiting := set(self.env.key_names)):
            return
        longest_first = sorted(waiting, key=len, reverse=True)
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
        for text in texts:
            for name in sorted(waiting.intersection(pattern.findall(text))):
                waiting.remove(name)
                paragraph = next(p for p in _around(text) if isinstance(p, nodes.paragraph))
                target = f"place-{nodes.make_id(name)}"
                paragraph["ids"].append(target)
                paragraph.insert(0, index_entry(f"{name}; {chapter_number(chapter)}", target, "Places"))


def _names(root: Path, table: dict[str, str] | None) -> list[str]:
    if not table:
        return []
    with (root / table["file"]).open(encoding="utf-8", newline="") as handle:
        return [row[table["column"]] for row in csv.DictReader(handle)]


def _read_all(app: Sphinx, env, added, changed, removed) -> list[str]:
    """A new term may be used in any chapter: then all are read again."""
    settings, root = app.config.key_terms, Path(app.srcdir)
    before = list(getattr(env, "key_terms", ()))
    env.key_terms = read(root, settings["chapters"])
    env.key_names = _names(root, settings.get("names"))
    if list(env.key_terms) == before:
        return []
    chapters = (path.relative_to(root).with_suffix("").as_posix() for path in root.glob(settings["chapters"]))
    return [name for name in chapters if name in env.found_docs]


def setup(app: Sphinx) -> dict:
    app.add_config_value("key_terms", {}, "env")
    app.add_directive("key-terms", Glossary)
    app.add_transform(LinkFirstUses)
    app.connect("env-get-outdated", _read_all)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
