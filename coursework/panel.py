"""Passages of lessons, mixed with those of other books, for two strangers to rate; and their marks.

CONTRIBUTING says what is rated and which marks a lesson reaches. The passages go to the raters, the
key to nobody before both have answered. Charts, tables, code, boxes and folds are cut out, so that
prose is rated.
"""

import csv
import json
import random
import re
from collections.abc import Iterable
from pathlib import Path
from statistics import mean

from lxml import html

from coursework.common import ROLE, MasterError

SHORTEST, LONGEST = 120, 210  # words of a passage
FEWEST = 6  # words of a paragraph; what is shorter is a label
OURS = "ours"
MARKS = {"clear": 6, "load": 5, "pull": 5, "depth": 5}
LOWEST_CLEAR = 4  # of a single passage
_CUT_TAGS = (
    "aside",
    "details",
    "figure",
    "form",
    "nav",
    "pre",
    "script",
    "style",
    "sup",
    "svg",
    "table",
)
_CUT_CLASSES = ("admonition", "cell", "glance", "headerlink", "lesson-doors", "sentence")
_CUT = "|".join(
    [f"//{tag}" for tag in _CUT_TAGS]
    + [f"//*[contains(concat(' ', @class, ' '), ' {name} ')]" for name in _CUT_CLASSES]
)


def list_paragraphs_of_page(path: Path) -> list[str]:
    """Paragraphs of prose of a built page."""
    found = html.parse(str(path)).xpath("//article")
    if not found:  # an old address that only leads on
        return []
    article = html.fromstring(html.tostring(found[0]))
    for element in article.xpath(_CUT):
        if element.getparent() is not None:
            element.drop_tree()
    return _keep(paragraph.text_content() for paragraph in article.iter("p"))


def list_paragraphs_of_source(path: Path) -> list[str]:
    """Paragraphs of prose of a Markdown file or a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join(
            "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"
        )
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"(`{3,}|:{3,}).*?\1", "\n\n", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->|</?[a-z][^>]*>", " ", ROLE.sub(r"\2", text))
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|(?<!!)\[", "", text)
    return _keep(
        block for block in re.split(r"\n\s*\n", text) if block.strip()[:1] not in "#-+(:|*%"
    )


def _keep(texts: Iterable[str]) -> list[str]:
    plain = (" ".join(text.split()) for text in texts)
    return [text for text in plain if len(text.split()) >= FEWEST]


def list_passages(paragraphs: list[str]) -> list[str]:
    """Every passage of neighbouring paragraphs that is neither short nor long."""
    passages = []
    for first in range(len(paragraphs)):
        words = 0
        last = first
        while last < len(paragraphs) and words < SHORTEST:
            words += len(paragraphs[last].split())
            last += 1
        if SHORTEST <= words <= LONGEST:
            passages.append("\n\n".join(paragraphs[first:last]))
    return passages


def _draw(texts: dict[str, list[str]], number: int, chance: random.Random) -> list[tuple[str, str]]:
    """Draw passages from all texts in turn, each with the name of its text."""
    left = {
        name: chance.sample(passages, len(passages)) for name, passages in sorted(texts.items())
    }
    drawn: list[tuple[str, str]] = []
    while len(drawn) < number and any(left.values()):
        names = [name for name in left if left[name]]
        turn = chance.sample(names, len(names))[: number - len(drawn)]
        drawn += [(name, left[name].pop()) for name in turn]
    return drawn


def make(built: Path, lessons: str, others: Path, out: Path, seed: int) -> int:
    """Write `passages.md` and `key.json`; returns how many passages there are."""
    pages = {
        f"{OURS} {path.stem}": list_paragraphs_of_page(path)
        for path in built.glob(f"chapters/{lessons}*.html")
    }
    sources = (path for path in others.rglob("*") if path.suffix in {".md", ".ipynb"})
    books = {str(path.relative_to(others)): list_paragraphs_of_source(path) for path in sources}
    if not any(pages.values()) or not any(books.values()):
        raise MasterError(
            "there are no pages of these lessons, or no texts of other books: build, and name"
            " OTHERS="
        )
    chance = random.Random(seed)
    mine, rest = (
        {name: list_passages(text) for name, text in texts.items()} for texts in (pages, books)
    )
    drawn = [*_draw(mine, 16, chance), *_draw(rest, 12, chance)]
    chance.shuffle(drawn)
    out.mkdir(parents=True, exist_ok=True)
    texts = (f"## Passage {number}\n\n{text}\n" for number, (_, text) in enumerate(drawn, 1))
    (out / "passages.md").write_text("\n".join(texts), encoding="utf-8")
    key = {number: name for number, (name, _) in enumerate(drawn, 1)}
    (out / "key.json").write_text(json.dumps(key, indent=1), encoding="utf-8")
    return len(drawn)


def score(key: Path, ratings: list[Path]) -> list[str]:
    """Mean marks of our passages and the others', and which of ours fall short."""
    names = json.loads(key.read_text(encoding="utf-8"))
    rows = [
        row
        for path in ratings
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    ]
    told = []
    for side in (True, False):
        chosen = [row for row in rows if names[row["passage"].strip()].startswith(OURS) == side]
        means = {mark: mean(float(row[mark]) for row in chosen) for mark in MARKS}
        line = ", ".join(f"{mark} {value:.1f}" for mark, value in means.items())
        short = [
            f"{mark} is below {MARKS[mark]}"
            for mark, value in means.items()
            if side and value < MARKS[mark]
        ]
        told += [f"{'ours' if side else 'others'}: {line}", *short]
    for row in rows:
        name = names[row["passage"].strip()]
        if name.startswith(OURS) and float(row["clear"]) < LOWEST_CLEAR:
            told.append(
                f"passage {row['passage']} ({name}), clear {row['clear']}:"
                f" {row.get('opaque') or 'no reason'}"
            )
    return told
