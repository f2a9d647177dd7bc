"""The key terms of all chapters: a glossary, links to it from first uses, and entries of the index.

A chapter, or a preparation, lists its key terms, each as

    **location quotient** · 区位商 · qūwèi shāng
    : A share in a place over the same share in a reference area.

The directive `key-terms` makes the glossary, `key-terms-in-chinese` its list by pinyin. On every
page of a chapter the first use of each term in running prose links to the glossary. Under
`key_terms`, `_config.yml` names words that are `everyday` English too (linked only where a chapter
prints them in bold, which defines them) and, as `names`, the table and column of the places that
the index lists.
"""

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
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.elements import paragraph

_ENTRY = re.compile(r"^\*\*(.+?)\*\* · (.+?) · (.+)\n: (.+)$", re.MULTILINE)
# Attributes of Sphinx's environment, which it keeps between builds: all terms, and the names of
# places.
_TERMS, _NAMES = "key_terms", "key_names"
# Ancestors of running prose: not those of tables, captions, definitions, links and outputs.
_PROSE = (
    *(nodes.document, nodes.section, nodes.paragraph, nodes.bullet_list, nodes.enumerated_list),
    *(
        nodes.list_item,
        nodes.block_quote,
        nodes.Admonition,
        nodes.strong,
        nodes.emphasis,
        nodes.inline,
    ),
)
_NOT_PROSE = (addnodes.pending_xref, nodes.title)
# Macron, acute, caron, grave: the four tones in pinyin.
_TONES = "\u0304\u0301\u030c\u0300"


def make_pinyin_key(pinyin: str) -> tuple[str, list[int]]:
    """Make a key that sorts Chinese words as dictionaries do: by letters, then by tones."""
    decomposed = unicodedata.normalize("NFD", pinyin.casefold())
    # ü sorts behind all of u.
    letters = "".join(filter(str.isalnum, decomposed.replace("\u0308", "zz")))
    return letters, [_TONES.index(sign) for sign in decomposed if sign in _TONES]


def normalise(words: str) -> str:
    """Remove the capital and the curly apostrophe of words in a sentence."""
    return (words[0].lower() + words[1:]).replace("’", "'")


@dataclass
class Term:
    """A key term as the first chapter defines it, with the pages of all chapters that list it."""

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
        """The id of the term in the glossary."""
        return nodes.make_id(f"term-{self.english}")

    @cached_property
    def forms(self) -> list[str]:
        """Forms of the term in a sentence: "fine particles (PM2.5)" has two, "to disperse" one."""
        name, _, short = self.english.removeprefix("to ").removesuffix(")").partition(" (")
        return [form for form in (name, short) if form]

    @cached_property
    def pattern(self) -> str:
        """Pattern of the term in a sentence: capitalised or not, also in the plural."""
        forms = (
            f"[{form[0].upper()}{form[0].lower()}]{re.escape(form[1:])}(?:s|es)?"
            for form in self.forms
        )
        return "|".join(forms).replace("'", "['’]")

    def make_label(self, page: str) -> str:
        """Make the label by which other pages refer to the term's place in a chapter."""
        return f"{self.id}-in-{Path(page).name}"


# Uses of terms in a text; a use in bold defines the term.
Uses = list[tuple[Term, re.Match[str], bool]]


def read(root: str | Path, pages: Iterable[str]) -> dict[str, Term]:
    """Read the key terms of chapters by their English names, in alphabetical order."""
    terms: dict[str, Term] = {}
    for page in pages:
        cells = settings.read_notebook(root, page)["cells"]
        text = "\n\n".join(
            "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"
        )
        for english, *others in _ENTRY.findall(text):
            terms.setdefault(english, Term(english, *others)).chapters.append(page)
    return dict(sorted(terms.items(), key=lambda item: item[0].casefold()))


def get_terms(env: BuildEnvironment) -> dict[str, Term]:
    """Get the key terms that this build has read."""
    return env.__dict__[_TERMS]


def name_chapter(env: BuildEnvironment, page: str) -> str:
    """Name a chapter in the index; a second space, which is not seen, sorts 6 before 10.

    A preparation is named by the first word of its title, such as the primer; any other page by its
    folder.
    """
    if page in settings.list_preparations(env.srcdir):
        title = "".join(settings.read_notebook(env.srcdir, page)["cells"][0]["source"]).partition(
            "\n"
        )[0]
        return f"the {title.removeprefix('# ').partition(':')[0].lower()}"
    chapter = settings.find_chapter(env.srcdir, page)
    return f"lesson {chapter.number:2}" if chapter else Path(page).parent.name


def _make_letters(terms: Iterable[Term]) -> nodes.paragraph:
    """Link each letter to the first term that begins with it."""
    first: dict[str, str] = {}
    for term in terms:
        first.setdefault(term.english[0].upper(), term.entry)
    links = (
        nodes.reference("", letter, refid=entry, internal=True) for letter, entry in first.items()
    )
    spaced = (part for link in links for part in (link, nodes.Text(" ")))
    return paragraph(*spaced, classes=["letters"])


class Glossary(SphinxDirective):
    """All key terms, each with its definition and links to the chapters that explain it."""

    def run(self) -> list[nodes.Node]:
        terms = list(facts.take(self.env.app, "key terms").values())
        items = map(self._make_item, terms)
        letters = _make_letters(terms)
        return [elements.sift(), letters, nodes.definition_list("", *items, classes=["glossary"])]

    def _make_item(self, term: Term) -> nodes.definition_list_item:
        source, line = self.get_source_info()
        text = [nodes.Text(term.english)]
        name = make_glossary_term(
            self.env, text, None, source, line, term.entry, self.state.document
        )
        name += nodes.inline("", f" {term.chinese} ", classes=["in-chinese"])
        name += nodes.inline("", term.pinyin, classes=["pinyin"])
        sentence, messages = self.state.inline_text(term.definition, line)
        names = {page: " ".join(name_chapter(self.env, page).split()) for page in term.chapters}
        chapters = elements.join(
            elements.reference(self.env, term.make_label(page), name)
            for page, name in names.items()
        )
        if len(names) > 1:
            chapters[-2] = " and "
        explained = paragraph("Explained in ", *chapters, classes=["where"])
        meaning = nodes.definition("", paragraph(*sentence), explained, *messages)
        return nodes.definition_list_item("", name, meaning)


class InChinese(SphinxDirective):
    """The Chinese names of all key terms in the order of their pinyin, with links to the
    glossary."""

    def run(self) -> list[nodes.Node]:
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
    ancestors = list(_list_ancestors(text))
    return (
        all(isinstance(node, _PROSE) and not isinstance(node, _NOT_PROSE) for node in ancestors)
        and any(isinstance(node, nodes.paragraph) for node in ancestors)
        and not any("key-terms" in node["ids"] for node in ancestors)
    )


def _is_bold(text: nodes.Text, match: re.Match[str]) -> bool:
    return isinstance(text.parent, nodes.strong) and match[0] == text


class LinkFirstUses(SphinxTransform):
    """In a chapter, make the first use of each key term a link and an entry of the index."""

    # After quotes have become curly, before the index is collected.
    default_priority = 800

    def apply(self, **kwargs: object) -> None:
        """Link the terms of the page that was read, if it is a chapter or a preparation."""
        self.page = self.env.docname
        if self.page not in settings.list_executed(self.env.srcdir):
            return
        texts = [text for text in self.document.findall(nodes.Text) if _is_in_prose(text)]
        if not settings.is_checks(self.page):
            self._index_names(texts)
        # The longest first: "convergence" is not used in "beta convergence".
        terms = sorted(get_terms(self.env).values(), key=lambda term: -max(map(len, term.forms)))
        self.everyday = set(self.config.key_terms["everyday"])
        self.waiting = {
            term.english
            for term in terms
            if term.english not in self.everyday or self.page in term.chapters
        }
        known = {
            normalise(form + plural): term
            for term in reversed(terms)
            for form in term.forms
            for plural in ("", "s", "es")
        }
        # Without groups, the search passes over a term by its first letter.
        pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(term.pattern for term in terms)})(?![\w-])")
        uses: list[tuple[nodes.Text, Uses]] = [
            (text, [(known[normalise(match[0])], match, _is_bold(text, match)) for match in hits])
            for text in texts
            if (hits := [*pattern.finditer(text)])
        ]
        self.defined = self._find_definitions(uses)
        for text, matches in uses:
            self._link(text, matches)
        for term in terms:
            if term.english in self.waiting and self.page in term.chapters:
                self._point_to_list(term)

    def _find_definitions(self, uses: list[tuple[nodes.Text, Uses]]) -> dict[str, str]:
        """Find where the chapter prints its own terms in bold: term to target."""
        defined: dict[str, str] = {}
        for text, matches in uses:
            for term, _, in_bold in matches:
                if in_bold and self.page in term.chapters and term.english not in defined:
                    defined[term.english] = target = f"defined-{term.id}"
                    text.parent["ids"].append(target)
        return defined

    def _link(self, text: nodes.Text, matches: Uses) -> None:
        parts: list[nodes.Node] = []
        end = 0
        for term, match, in_bold in matches:
            if term.english in self.waiting and (in_bold or term.english not in self.everyday):
                self.waiting.remove(term.english)
                target = f"first-{term.id}"
                link = elements.reference(self.env, term.english, match[0], kind="term")
                link[0].update_basic_atts({"ids": [target], "classes": ["key-term"]})
                entry = self._index(term, self.defined.get(term.english, target))
                parts += [nodes.Text(text[end : match.start()]), entry, link]
                end = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[end:])])

    def _point_to_list(self, term: Term) -> None:
        """Index a term that the chapter's prose does not use where the chapter lists it."""
        for name in self.document.findall(nodes.term):
            if name.astext().startswith(term.english.replace("'", "’")):
                target = f"key-{term.id}"
                name["ids"].append(target)
                name.insert(0, self._index(term, target))
                return

    def _index(self, term: Term, target: str) -> addnodes.index:
        elements.anchor(self.env, term.make_label(self.page), target)
        return elements.index_entry(f"{term.english}; {name_chapter(self.env, self.page)}", target)

    def _index_names(self, texts: list[nodes.Text]) -> None:
        """Index the first paragraph of the chapter that names each place."""
        waiting = set(self.env.__dict__[_NAMES])
        longest_first = sorted(waiting, key=lambda name: (-len(name), name))
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
        for text in texts:
            for name in sorted(waiting.intersection(pattern.findall(text))):
                waiting.remove(name)
                first = next(
                    node for node in _list_ancestors(text) if isinstance(node, nodes.paragraph)
                )
                target = f"place-{nodes.make_id(name)}"
                first["ids"].append(target)
                first.insert(
                    0, elements.index_entry(f"{name}; {name_chapter(self.env, self.page)}", target)
                )


def write_cards(app: Sphinx, kind: str, cards: dict[str, dict[str, str]]) -> None:
    """Write the cards of a kind, which `cards.js` shows on links, by the id that the links lead to.

    A card has a `name` and a `text`; a term also `chinese` and `pinyin`; a claim also a `label`,
    its class and the `page` that decides it. The file is a script because browsers load no JSON in
    a book opened from a folder.
    """
    table = json.dumps(cards, ensure_ascii=False)
    script = f"globalThis.bookCards = {{ ...globalThis.bookCards, ...{table} }};\n"
    Path(app.outdir, "_static", f"{kind}-data.js").write_text(script, encoding="utf-8")


def write_words(app: Sphinx) -> None:
    """Write the card of each term."""
    terms = get_terms(app.env).values()
    shown = {"name": "english", "chinese": "chinese", "pinyin": "pinyin", "text": "definition"}
    cards = {
        term.entry: {key: getattr(term, name) for key, name in shown.items()} for term in terms
    }
    write_cards(app, "words", cards)


def _read_all(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Read all chapters again after a change in the list of terms: any of them may use a new
    term."""
    names = app.config.key_terms["names"]
    texts = settings.list_texts(app.srcdir)
    before = list(env.__dict__.get(_TERMS, ()))
    env.__dict__[_TERMS] = read(app.srcdir, texts)
    rows = settings.read_table(Path(app.srcdir, names["file"]))
    env.__dict__[_NAMES] = {row[names["column"]] for row in rows}
    pages = settings.list_executed(app.srcdir)
    return (
        [page for page in pages if page in env.found_docs] if list(get_terms(env)) != before else []
    )


def setup(app: Sphinx) -> None:
    """Register the glossary and the links to it."""
    app.add_config_value("key_terms", {}, "env")
    app.add_directive("key-terms", Glossary)
    app.add_directive("key-terms-in-chinese", InChinese)
    facts.register("key terms", lambda app: get_terms(app.env))
    app.add_transform(LinkFirstUses)
    app.connect("env-get-outdated", _read_all)
