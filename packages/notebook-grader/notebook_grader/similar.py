"""Passages of different students that resemble each other once names, numbers, comments and layout are set
aside.

A passage becomes tokens: variables, numbers and strings lose what they are called, calls and attributes keep
it. Runs of tokens are hashed and thinned out by winnowing (Schleimer, Wilkerson and Aiken 2003, SIGMOD:
76-85), and an index finds who shares a hash, so that a class of any size is never compared pair by pair. What
the assignment itself contains does not count, nor what so many students have that the question suggests it.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import networkx
from nbformat import NotebookNode
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String, Text, Whitespace

RUN, WINDOW = 6, 4
"""Tokens that are hashed together, and hashes of which one is kept."""
MOST_COMMON = 10
"""What more students have than this, or than a quarter of a smaller class, the question suggests."""
LEAST, SHARE = 4, 0.5
"""So many hashes of a passage must be shared, and so much of the shorter one."""
LONGEST = 5000  # characters of a passage that are read
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_]+|\d+")
_LEXER = PythonLexer()

Span = tuple[str, int, int]  # a token, and where it stands


@dataclass(frozen=True)
class Passage:
    """What a student wrote for one exercise, with the hashes that count and where the run of each stands."""

    student: str
    exercise: str
    text: str
    hashes: Mapping[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Pair:
    """Two students, and their passages that resemble each other."""

    students: tuple[str, str]
    passages: tuple[tuple[Passage, Passage, int], ...]  # with how many hashes they share

    @property
    def shared(self) -> int:
        """How many hashes they share."""
        return sum(count for *_, count in self.passages)

    @property
    def share(self) -> float:
        """How much of the shorter passages is shared."""
        return self.shared / sum(min(len(a.hashes), len(b.hashes)) for a, b, _ in self.passages)


def read_texts(data: bytes, release: NotebookNode) -> dict[str, tuple[str, bool]]:
    """What was written into a notebook, by the cell that it stands in or after, and whether it is code.

    Nothing is read of what is laid out as no notebook of today is.
    """
    try:
        return _read(json.loads(data.decode("utf-8-sig"))["cells"], release)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return {}


def _read(cells: list, release: NotebookNode) -> dict[str, tuple[str, bool]]:
    own = {_grade_id(cell): cell.metadata.get("nbgrader", {}).get("solution") for cell in release.cells}
    found: dict[str, tuple[str, bool]] = {}
    place = ""
    for cell in cells:
        name = _grade_id(cell)
        if own.get(name):
            place = name
        if name in own and not own[name]:
            continue
        source = cell.get("source", "")
        text = "".join(source) if isinstance(source, list) else source
        # Half a character, which no page can hold, is a question mark.
        text = text.encode("utf-8", "replace").decode()
        before = found[place][0] + "\n" if place in found else ""
        found[place] = ((before + text)[:LONGEST], cell.get("cell_type") == "code")
    return found


def _grade_id(cell: Mapping) -> str:
    marks = cell.get("metadata", {}).get("nbgrader", {})
    name = marks.get("grade_id") if isinstance(marks, Mapping) else None
    return name if isinstance(name, str) else ""


def split_code(text: str, known: frozenset[str]) -> list[Span]:
    """The tokens of code; functions that are called keep their name if they are `known`."""
    raw = [
        (start, kind, value)
        for start, kind, value in _LEXER.get_tokens_unprocessed(text)
        if value.strip() and kind not in Comment and kind not in Whitespace and kind not in String.Doc
    ]
    found: list[Span] = []
    for place, (start, kind, value) in enumerate(raw):
        token = value
        if kind in String and kind not in String.Interpol:
            token = "text"
        elif kind in Number:
            token = "number"
        elif kind in Name and not (place and raw[place - 1][2] == "."):
            called = place + 1 < len(raw) and raw[place + 1][2].startswith("(")
            token = value if called and (kind in Name.Builtin or value in known) else "name"
        elif kind not in Keyword and kind in Text:
            continue
        if token == "text" and found and found[-1][0] == "text":
            # Quotes and pieces of a string are one.
            found[-1] = (token, found[-1][1], start + len(value))
            continue
        found.append((token, start, start + len(value)))
    return found


def split_words(text: str) -> list[Span]:
    """The words of a text, each Chinese character one of them."""
    return [
        ("number" if word[0].isdigit() else word[0].casefold(), word.start(), word.end())
        for word in _WORD.finditer(text)
    ]


def make_fingerprint(tokens: list[Span]) -> dict[int, tuple[tuple[int, int], ...]]:
    """The hashes that winnowing keeps, each with the places of its runs in the text."""
    runs = [
        (
            _digest(" ".join(token for token, *_ in tokens[i : i + RUN])),
            (tokens[i][1], tokens[i + RUN - 1][2]),
        )
        for i in range(len(tokens) - RUN + 1)
    ]
    kept = defaultdict(set)
    for start in range(max(1, len(runs) - WINDOW + 1) if runs else 0):
        # The last of the smallest, as the paper has it.
        number, place = min(reversed(runs[start : start + WINDOW]), key=lambda run: run[0])
        kept[number].add(place)
    return {number: tuple(sorted(places)) for number, places in kept.items()}


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def compare(submissions: Mapping[str, bytes | Path], release: NotebookNode) -> list[Pair]:
    """Pairs of students with passages that resemble each other, the strongest first.

    `submissions` are notebooks by student, `release` is what students got.
    """
    known = frozenset(
        value
        for cell in release.cells
        if cell.cell_type == "code"
        for _, kind, value in _LEXER.get_tokens_unprocessed(cell.source)
        if kind in Name
    )
    given = {
        number
        for cell in release.cells
        for tokens in (split_words(cell.source), split_code(cell.source, known))
        for number in make_fingerprint(tokens)
    }
    passages = []
    for student, place in sorted(submissions.items()):
        data = place if isinstance(place, bytes) else place.read_bytes()
        for exercise, (text, code) in read_texts(data, release).items():
            hashes = make_fingerprint(split_code(text, known) if code else split_words(text))
            passages.append(Passage(student, exercise, text, hashes))
    return _find_pairs(_drop_common(passages, given, len(submissions)))


def _drop_common(passages: list[Passage], given: set[int], count: int) -> list[Passage]:
    have = Counter((one.exercise, number) for one in passages for number in one.hashes)
    most = max(3, min(MOST_COMMON, count // 4))
    kept = []
    for one in passages:
        hashes = {
            number: places
            for number, places in one.hashes.items()
            if number not in given and have[one.exercise, number] <= most
        }
        if len(hashes) >= LEAST:
            kept.append(replace(one, hashes=hashes))
    return kept


def _find_pairs(passages: list[Passage]) -> list[Pair]:
    index = defaultdict(list)
    for place, one in enumerate(passages):
        for number in one.hashes:
            index[one.exercise, number].append(place)
    shared = Counter(pair for places in index.values() for pair in combinations(places, 2))
    found = defaultdict(list)
    for (a, b), count in shared.items():
        one, other = passages[a], passages[b]
        if count >= LEAST and count / min(len(one.hashes), len(other.hashes)) >= SHARE:
            found[one.student, other.student].append((one, other, count))
    pairs = [
        Pair(students, tuple(sorted(both, key=lambda one: (-one[2], one[0].exercise))))
        for students, both in found.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.shared, pair.students))


def find_groups(pairs: list[Pair]) -> list[list[str]]:
    """Three students or more who are linked by pairs, the largest group first."""
    linked = networkx.connected_components(networkx.Graph([pair.students for pair in pairs]))
    return sorted((sorted(group) for group in linked if len(group) > 2), key=lambda g: (-len(g), g))
