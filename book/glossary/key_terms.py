"""The key terms of all chapters: a glossary made of them, links to it on first use, and the index's entries.

A chapter, or a preparation, lists its key terms in the section "Key terms", each as

    **location quotient** · 区位商 · qūwèi shāng
    : A share in a place over the same share in a reference area.

The directive `key-terms` on one page makes the glossary of them, `key-terms-in-chinese` their list by pinyin.
On every chapter's page the first use of
each term in running prose becomes a link to it. `_config.yml` names, as `key_terms`, the words that are
`everyday` English too (linked only where a chapter prints them in bold, which defines them), and, as `names`,
the table and column of the places that the index lists.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.std import make_glossary_term
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.elements import paragraph

_SECTION = re.compile(r"^## Key terms$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^\*\*(.+?)\*\* · (.+?) · (.+)\n: (.+)$", re.MULTILINE)
# Running prose: what stands in a table, a caption, a definition, a link or an output is something else.
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


# Macron, acute, caron, grave: the four tones as pinyin marks them.
_TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}


def in_pinyin_order(pinyin: str) -> tuple[str, list[int]]:
    """What sorts Chinese words as their dictionaries do: by the letters, then by the tones."""
    apart = unicodedata.normalize("NFD", pinyin.casefold())
    # ü stands behind all of u.
    letters = "".join(filter(str.isalnum, apart.replace("\u0308", "zz")))
    return letters, [_TONES[sign] for sign in apart if sign in _TONES]


@dataclass
class Term:
    """A key term as its first chapter defines it, and the page of every chapter that lists it."""

    english: str
    chinese: str
    pinyin: str
    definition: str
    chapters: list[str] = field(default_factory=list)

    @cached_property
    def id(self) -> str:
        """The term as part of an id."""
        return nodes.make_id(self.english)

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

    def label(self, page: str) -> str:
        """The name by which other pages refer to the term's place in a chapter."""
        return f"{self.id}-in-{Path(page).name}"

    def is_bold(self, text: nodes.Text) -> bool:
        """Whether a text is the term in bold, which defines it."""
        return isinstance(text.parent, nodes.strong) and bool(re.fullmatch(self.pattern, text))


def read(notebooks: Iterable[tuple[str, Path]]) -> dict[str, Term]:
    """The key terms of chapters, given as page and notebook: English to term, in alphabetical order.

    A term that several chapters list is defined by the first of them.
    """
    terms: dict[str, Term] = {}
    for page, path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        section = _SECTION.search(text)
        for english, *rest in _ENTRY.findall(section[1]) if section else ():
            terms.setdefault(english, Term(english, *rest)).chapters.append(page)
    return dict(sorted(terms.items(), key=lambda item: item[0].casefold()))


def chapter_name(env, page: str) -> str:
    """A chapter's name in the index, where its second space is not seen but sorts 6 before 10.

    A preparation goes by the sign before its name, another page without a number, such as the capstone's, by
    its folder.
    """
    if page in settings.preparations(env.srcdir):
        return f"preparation {Path(page).name.split('_')[0]}"
    chapter = settings.chapter_of(env.srcdir, page)
    return f"chapter {chapter.number:2}" if chapter else Path(page).parent.name


class Glossary(SphinxDirective):
    """All key terms, each with its definition and links to where chapters explain it."""

    def run(self) -> list[nodes.Node]:
        facts.depend_on(self.env.app, "key terms")
        items = map(self._item, self.env.key_terms.values())
        return [nodes.definition_list("", *items, classes=["glossary"])]

    def _item(self, term: Term) -> nodes.definition_list_item:
        source, line = self.get_source_info()
        # An id of Sphinx's own may hold a dot, and then is no selector for the theme's script.
        target, heading = nodes.make_id(f"term-{term.english}"), term.english[0].upper()
        name = make_glossary_term(
            self.env, [nodes.Text(term.english)], heading, source, line, target, self.state.document
        )
        name += nodes.inline("", f" {term.chinese} ", classes=["in-chinese"])
        name += nodes.inline("", term.pinyin, classes=["pinyin"])
        sentence, messages = self.state.inline_text(term.definition, line)
        where: list[elements.Part] = ["Explained in "]
        for place, page in enumerate(term.chapters, start=1):
            where += [" and " if place == len(term.chapters) else ", "] if place > 1 else []
            text = " ".join(chapter_name(self.env, page).split())
            where.append(elements.reference(self.env, term.label(page), text))
        meaning = nodes.definition("", paragraph(*sentence), paragraph(*where, classes=["where"]), *messages)
        return nodes.definition_list_item("", name, meaning)


class InChinese(SphinxDirective):
    """The Chinese names of all key terms, in the order of their pinyin."""

    def run(self) -> list[nodes.Node]:
        """A list of links to the entries of the glossary."""
        facts.depend_on(self.env.app, "key terms")
        terms = sorted(self.env.key_terms.values(), key=lambda term: in_pinyin_order(term.pinyin))
        return [elements.bullets(map(self._entry, terms), "in-pinyin-order")]

    def _entry(self, term: Term) -> nodes.paragraph:
        pinyin = nodes.inline("", term.pinyin, classes=["pinyin"])
        link = elements.reference(self.env, term.english, term.english, kind="term")
        return paragraph(f"{term.chinese} ", pinyin, " ", link)


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


class LinkFirstUses(SphinxTransform):
    """In a chapter, the first use of each key term becomes a link, and an entry of the index."""

    # After quotes have become curly, before the index is collected.
    default_priority = 800

    def apply(self, **kwargs: object) -> None:
        """Link the terms of the page that was read, if it is a chapter's."""
        self.page = self.env.docname
        chapter = settings.chapter_of(self.env.srcdir, self.page)
        is_text = (
            chapter.page == self.page if chapter else self.page in settings.preparations(self.env.srcdir)
        )
        if not is_text:
            return
        texts = [text for text in self.document.findall(nodes.Text) if _in_prose(text)]
        self._index_names(texts)
        everyday = set(self.config.key_terms.get("everyday", ()))
        waiting = {
            term.english: term
            for term in self.env.key_terms.values()
            if term.english not in everyday or self.page in term.chapters
        }
        self.defined = self._definitions(texts, [t for t in waiting.values() if self.page in t.chapters])
        for text in texts:
            here = [t for t in waiting.values() if t.english not in everyday or t.is_bold(text)]
            self._link(text, here, waiting)
        for term in waiting.values():
            if self.page in term.chapters:
                self._point_to_list(term)

    def _definitions(self, texts: list[nodes.Text], terms: list[Term]) -> dict[str, str]:
        """Where the chapter prints its own terms in bold, which defines them: term to target."""
        defined: dict[str, str] = {}
        for text in texts:
            for term in terms:
                if term.english not in defined and term.is_bold(text):
                    defined[term.english] = target = f"defined-{term.id}"
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
        own = f"first-{term.id}"
        link = elements.reference(self.env, term.english, written, kind="term")
        link[0].update_basic_atts({"ids": [own], "classes": ["key-term"]})
        return [self._index(term, self.defined.get(term.english, own)), link]

    def _point_to_list(self, term: Term) -> None:
        """A term that its chapter's prose does not use stands in its list of key terms all the same."""
        for name in self.document.findall(nodes.term):
            if name.astext().startswith(term.english.replace("'", "’")):
                target = f"key-{term.id}"
                name["ids"].append(target)
                name.insert(0, self._index(term, target))
                return

    def _index(self, term: Term, target: str) -> addnodes.index:
        """The term's entry of the index, and a name for its place."""
        elements.anchor(self.env, term.label(self.page), target)
        value = f"{term.english}; {chapter_name(self.env, self.page)}"
        return elements.index_entry(value, target, term.english[0].upper())

    def _index_names(self, texts: list[nodes.Text]) -> None:
        """Where a chapter first speaks of each place, for the index."""
        if not (waiting := set(self.env.key_names)):
            return
        longest_first = sorted(waiting, key=lambda name: (-len(name), name))
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
        for text in texts:
            for name in sorted(waiting.intersection(pattern.findall(text))):
                waiting.remove(name)
                first = next(part for part in _around(text) if isinstance(part, nodes.paragraph))
                target = f"place-{nodes.make_id(name)}"
                first["ids"].append(target)
                value = f"{name}; {chapter_name(self.env, self.page)}"
                first.insert(0, elements.index_entry(value, target, "Places"))


def _read_all(app: Sphinx, env, added, changed, removed) -> list[str]:
    """A new term may be used in any chapter: then all are read again."""
    root, table = Path(app.srcdir), app.config.key_terms.get("names")
    texts = [*settings.preparations(app.srcdir), *(one.page for one in settings.chapters(app.srcdir))]
    before = list(getattr(env, "key_terms", ()))
    env.key_terms = read((page, root / f"{page}.ipynb") for page in texts)
    rows = settings.read_table(root / table["file"]) if table else []
    env.key_names = [row[table["column"]] for row in rows]
    if list(env.key_terms) == before:
        return []
    return [page for page in texts if page in env.found_docs]


def setup(app: Sphinx) -> None:
    """Register the glossary and the links to it."""
    app.add_config_value("key_terms", {}, "env")
    app.add_directive("key-terms", Glossary)
    app.add_directive("key-terms-in-chinese", InChinese)
    facts.register("key terms", lambda app: app.env.key_terms)
    app.add_transform(LinkFirstUses)
    app.connect("env-get-outdated", _read_all)
