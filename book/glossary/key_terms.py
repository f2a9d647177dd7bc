"""The key terms of all chapters: a glossary made of them, links to it on first use, and the index's entries.

A chapter, or a preparation, lists its key terms, each as

    **location quotient** · 区位商 · qūwèi shāng
    : A share in a place over the same share in a reference area.

The directive `key-terms` on one page makes the glossary of them, `key-terms-in-chinese` their list by pinyin.
On every chapter's page the first use of
each term in running prose becomes a link to it. `_config.yml` names, as `key_terms`, the words that are
`everyday` English too (linked only where a chapter prints them in bold, which defines them), and, as `names`,
the table and column of the places that the index lists. `cards.js` shows what a term means where it stands.
"""

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
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.elements import paragraph
from book.glossary.cards import write_cards

_ENTRY = re.compile(r"^\*\*(.+?)\*\* · (.+?) · (.+)\n: (.+)$", re.MULTILINE)
# Kept with what Sphinx keeps from build to build: all terms, and the names of places.
_TERMS, _NAMES = "key_terms", "key_names"
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


# Macron, acute, caron, grave: the four tones as pinyin marks them.
_TONES = "\u0304\u0301\u030c\u0300"


def make_pinyin_key(pinyin: str) -> tuple[str, list[int]]:
    """What sorts Chinese words as their dictionaries do: by the letters, then by the tones."""
    apart = unicodedata.normalize("NFD", pinyin.casefold())
    # ü stands behind all of u.
    letters = "".join(filter(str.isalnum, apart.replace("\u0308", "zz")))
    return letters, [_TONES.index(sign) for sign in apart if sign in _TONES]


def normalise(written: str) -> str:
    """A term as it stands in a sentence, without the capital and with a straight apostrophe."""
    return (written[0].lower() + written[1:]).replace("’", "'")


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

    @property
    def entry(self) -> str:
        """The id of the term in the glossary; one of Sphinx's own may hold a dot, and then is no selector."""
        return nodes.make_id(f"term-{self.english}")

    @cached_property
    def forms(self) -> list[str]:
        """How the term may stand in a sentence: "fine particles (PM2.5)" is two, "to disperse" one."""
        name, _, short = self.english.removeprefix("to ").removesuffix(")").partition(" (")
        return [form for form in (name, short) if form]

    @cached_property
    def pattern(self) -> str:
        """The term in a sentence: with a capital at its start, in the plural, with either apostrophe."""
        forms = (f"[{form[0].upper()}{form[0].lower()}]{re.escape(form[1:])}(?:s|es)?" for form in self.forms)
        return "|".join(forms).replace("'", "['’]")

    @property
    def written(self) -> Iterator[str]:
        """All that the pattern matches, as `normalise` gives it."""
        return (normalise(form + plural) for form in self.forms for plural in ("", "s", "es"))

    def make_label(self, page: str) -> str:
        """The name by which other pages refer to the term's place in a chapter."""
        return f"{self.id}-in-{Path(page).name}"


# A term in a text, where it stands, and whether it is in bold, which defines it.
Use = tuple[Term, re.Match, bool]


def read(root: str | Path, pages: Iterable[str]) -> dict[str, Term]:
    """The key terms of chapters, English to term, in alphabetical order.

    A term that several chapters list is defined by the first of them.
    """
    terms: dict[str, Term] = {}
    for page in pages:
        cells = settings.read_notebook(root, page)["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        for english, *rest in _ENTRY.findall(text):
            terms.setdefault(english, Term(english, *rest)).chapters.append(page)
    return dict(sorted(terms.items(), key=lambda item: item[0].casefold()))


def get_terms(env: BuildEnvironment) -> dict[str, Term]:
    """The key terms of the book, as this build has read them."""
    return env.__dict__[_TERMS]


def name_chapter(env: BuildEnvironment, page: str) -> str:
    """A chapter's name in the index, where its second space is not seen but sorts 6 before 10.

    A preparation goes by the first word of its title, such as the primer, another page without a number, such
    as the capstone's, by its folder.
    """
    if page in settings.list_preparations(env.srcdir):
        title = "".join(settings.read_notebook(env.srcdir, page)["cells"][0]["source"]).partition("\n")[0]
        return f"the {title.removeprefix('# ').partition(':')[0].lower()}"
    chapter = settings.find_chapter(env.srcdir, page)
    return f"chapter {chapter.number:2}" if chapter else Path(page).parent.name


class Glossary(SphinxDirective):
    """All key terms, each with its definition and links to where chapters explain it."""

    def run(self) -> list[nodes.Node]:
        items = map(self._make_item, facts.take(self.env.app, "key terms").values())
        return [nodes.definition_list("", *items, classes=["glossary"])]

    def _make_item(self, term: Term) -> nodes.definition_list_item:
        source, line = self.get_source_info()
        text = [nodes.Text(term.english)]
        name = make_glossary_term(self.env, text, None, source, line, term.entry, self.state.document)
        name += nodes.inline("", f" {term.chinese} ", classes=["in-chinese"])
        name += nodes.inline("", term.pinyin, classes=["pinyin"])
        sentence, messages = self.state.inline_text(term.definition, line)
        names = {page: " ".join(name_chapter(self.env, page).split()) for page in term.chapters}
        where = elements.join(
            elements.reference(self.env, term.make_label(page), name) for page, name in names.items()
        )
        if len(names) > 1:
            where[-2] = " and "
        explained = paragraph("Explained in ", *where, classes=["where"])
        meaning = nodes.definition("", paragraph(*sentence), explained, *messages)
        return nodes.definition_list_item("", name, meaning)


class InChinese(SphinxDirective):
    """The Chinese names of all key terms, in the order of their pinyin."""

    def run(self) -> list[nodes.Node]:
        """A list of links to the entries of the glossary."""
        terms = facts.take(self.env.app, "key terms").values()
        terms = sorted(terms, key=lambda term: make_pinyin_key(term.pinyin))
        return [elements.bullets(map(self._make_entry, terms), "in-pinyin-order")]

    def _make_entry(self, term: Term) -> nodes.paragraph:
        pinyin = nodes.inline("", term.pinyin, classes=["pinyin"])
        link = elements.reference(self.env, term.english, term.english, kind="term")
        return paragraph(f"{term.chinese} ", pinyin, " ", link)


def _list_ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    while (node := node.parent) is not None:
        yield node


def _is_in_prose(text: nodes.Text) -> bool:
    around = list(_list_ancestors(text))
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
        """Link the terms of the page that was read, if it is a chapter's or a preparation."""
        self.page = self.env.docname
        if self.page not in settings.list_texts(self.env.srcdir):
            return
        texts = [text for text in self.document.findall(nodes.Text) if _is_in_prose(text)]
        self._index_names(texts)
        # The longest first: in "beta convergence", "convergence" is not used on its own.
        self.terms = sorted(get_terms(self.env).values(), key=lambda term: -max(map(len, term.forms)))
        self.known = {form: term for term in reversed(self.terms) for form in term.written}
        # Without groups, the search passes over a term by its first letter.
        any_term = "|".join(term.pattern for term in self.terms)
        self.pattern = re.compile(rf"(?<![\w-])(?:{any_term})(?![\w-])")
        self.everyday = set(self.config.key_terms["everyday"])
        uses = [(text, found) for text in texts if (found := list(self._find_uses(text)))]
        self.defined = self._find_definitions(uses)
        self.waiting = {
            term.english
            for term in self.terms
            if term.english not in self.everyday or self.page in term.chapters
        }
        for text, found in uses:
            self._link(text, found)
        for term in self.terms:
            if term.english in self.waiting and self.page in term.chapters:
                self._point_to_list(term)

    def _find_uses(self, text: nodes.Text) -> Iterator[Use]:
        for match in self.pattern.finditer(text):
            in_bold = isinstance(text.parent, nodes.strong) and match[0] == text
            yield self.known[normalise(match[0])], match, in_bold

    def _find_definitions(self, uses: list[tuple[nodes.Text, list[Use]]]) -> dict[str, str]:
        """Where the chapter prints its own terms in bold: term to target."""
        defined: dict[str, str] = {}
        for text, found in uses:
            for term, _, in_bold in found:
                if in_bold and self.page in term.chapters and term.english not in defined:
                    defined[term.english] = target = f"defined-{term.id}"
                    text.parent["ids"].append(target)
        return defined

    def _link(self, text: nodes.Text, found: list[Use]) -> None:
        parts: list[nodes.Node] = []
        end = 0
        for term, match, in_bold in found:
            if term.english in self.waiting and (in_bold or term.english not in self.everyday):
                self.waiting.remove(term.english)
                parts += [nodes.Text(text[end : match.start()]), *self._link_first_use(term, match[0])]
                end = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[end:])])

    def _link_first_use(self, term: Term, written: str) -> list[nodes.Node]:
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
        elements.anchor(self.env, term.make_label(self.page), target)
        value = f"{term.english}; {name_chapter(self.env, self.page)}"
        return elements.index_entry(value, target)

    def _index_names(self, texts: list[nodes.Text]) -> None:
        """Where a chapter first speaks of each place, for the index."""
        waiting = set(self.env.__dict__[_NAMES])
        longest_first = sorted(waiting, key=lambda name: (-len(name), name))
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
        for text in texts:
            for name in sorted(waiting.intersection(pattern.findall(text))):
                waiting.remove(name)
                first = next(part for part in _list_ancestors(text) if isinstance(part, nodes.paragraph))
                target = f"place-{nodes.make_id(name)}"
                first["ids"].append(target)
                value = f"{name}; {name_chapter(self.env, self.page)}"
                first.insert(0, elements.index_entry(value, target))


def write_words(app: Sphinx) -> None:
    """What each term means, by its place in the glossary."""
    cards = {
        term.entry: {
            "name": term.english,
            "chinese": term.chinese,
            "pinyin": term.pinyin,
            "text": term.definition,
        }
        for term in get_terms(app.env).values()
    }
    write_cards(app, "words", cards)


def _read_all(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """A new term may be used in any chapter: then all are read again."""
    listed = app.config.key_terms["names"]
    texts = settings.list_texts(app.srcdir)
    before = list(env.__dict__.get(_TERMS, ()))
    env.__dict__[_TERMS] = read(app.srcdir, texts)
    rows = settings.read_table(Path(app.srcdir, listed["file"]))
    env.__dict__[_NAMES] = {row[listed["column"]] for row in rows}
    if list(get_terms(env)) == before:
        return []
    return [page for page in texts if page in env.found_docs]


def setup(app: Sphinx) -> None:
    """Register the glossary and the links to it."""
    app.add_config_value("key_terms", {}, "env")
    app.add_directive("key-terms", Glossary)
    app.add_directive("key-terms-in-chinese", InChinese)
    facts.register("key terms", lambda app: get_terms(app.env))
    app.add_transform(LinkFirstUses)
    app.connect("env-get-outdated", _read_all)
