"""Mark Chinese on an English page, so that screen readers change their voice and browsers their
font.

Before a number in running text stands a minus, where sources and glued numbers have a hyphen.
Tables that notebooks store are raw HTML: they are marked here too, and get heads that are read
aloud.
"""

import re

from docutils import nodes
from live_cells.frames import tidy
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

# docutils writes a class that begins with "language-" as the attribute `lang`.
CHINESE = "language-zh-Hans"
HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
# From the first Chinese character to the last, with punctuation and digits between, as in
# 是……的1.8倍.
_RUN = re.compile(rf"({HAN}(?:(?:{HAN}|[\u3000-\u303f\uff01-\uff65…“”·—\d.%])*{HAN})?)")
# Before a negative number: neither a dash between two, nor a part of an address or a name.
HYPHEN = re.compile(r"(?<![\w.%)\]/’–-])-(?=\d)")
# Rounded to zero, a number has no sign.
_ZERO = re.compile(r"(?<![\w.%)\]/’–-])[-−](?=0(?:\.0+)?(?![\d.,]))")
# A number and its % are never parted by the end of a line: a narrow space that does not break joins
# them.
_PER_CENT = re.compile(r"(?<=\d) %")
JOINED = "\u202f%"
# A straight apostrophe within a word, as tables and titles of charts have it.
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
# Code stays as it is.
_SKIPPED = (nodes.literal, nodes.math, nodes.FixedTextElement)


def mark_html(fragment: str) -> str:
    """Put every run of Chinese in the text of an HTML fragment into a span of its own, and write
    signs."""

    def write(text: re.Match[str]) -> str:
        written = _ZERO.sub("", _PER_CENT.sub(JOINED, _APOSTROPHE.sub("’", text[0])))
        written = HYPHEN.sub("−", written)
        return _RUN.sub(r'<span lang="zh-Hans">\1</span>', written)

    # The parts between two tags: markup has no Chinese outside of its attributes.
    return re.sub(r">[^<]+", write, fragment)


def _write_signs(text: nodes.Text) -> str:
    """Write minus signs, and join each % to the number before it, which may be glued."""
    written = _PER_CENT.sub(JOINED, HYPHEN.sub("−", text))
    before = text.parent[text.parent.index(text) - 1] if text.parent.index(text) else None
    if written.startswith(" %") and before is not None and before.astext()[-1:].isdigit():
        return JOINED + written[2:]
    return written


def mark(document: nodes.Node) -> None:
    """Put every run of Chinese in a document into a span of its own, and write signs."""
    for text in list(document.findall(nodes.Text)):
        parent = text.parent
        written = _write_signs(text)
        is_plain = written == text and not _RUN.search(text)
        if is_plain or isinstance(parent, _SKIPPED) or CHINESE in parent.get("classes", []):
            continue
        # Splitting at a group keeps what matched: every second part is Chinese.
        parts = [
            nodes.inline("", part, classes=[CHINESE]) if index % 2 else nodes.Text(part)
            for index, part in enumerate(_RUN.split(written))
            if part
        ]
        parent.replace(text, parts)


class Mark(SphinxPostTransform):
    """Mark Chinese on a page, write its minus signs, and tidy its stored tables."""

    # After references have their text, and one of several forms of an output is chosen.
    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        mark(self.document)
        for raw in self.document.findall(nodes.raw):
            if "text_html" in raw["classes"]:
                raw.replace(raw[0], nodes.Text(mark_html(tidy(raw.astext()))))


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(Mark)
