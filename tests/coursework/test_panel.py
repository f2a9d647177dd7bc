"""Passages for strangers to rate: prose alone, the same for the same seed; and what the raters'
marks say."""

import json

import pytest

from coursework import panel
from coursework.__main__ import main
from coursework.common import MasterError

SENTENCE = "The city has more beds than it had before the plan began. "
PAGE = """<html><body><article><h1>Title</h1><p>{first}</p><p>Short label.</p>
<table><tr><td><p>{cut}</p></td></tr></table><div class="admonition note"><p>{cut}</p></div>
<details><p>{cut}</p></details><p>{second}</p></article></body></html>"""


@pytest.fixture
def books(tmp_path):
    """A built page of a lesson, and a text of another book."""
    (tmp_path / "html/chapters").mkdir(parents=True)
    (tmp_path / "others").mkdir()
    page = PAGE.format(
        first="One. " + 6 * SENTENCE, second="Two. " + 6 * SENTENCE, cut="Cut. " + 6 * SENTENCE
    )
    (tmp_path / "html/chapters/07_services.html").write_text(page, encoding="utf-8")
    code = "```python\ncut = 1\n```\n\n"
    paragraphs = (
        f"# Head\n\n{code}Other [link](a.md) {{ref}}`named <x>`. {12 * SENTENCE}\n\n"
        for _ in range(3)
    )
    (tmp_path / "others/book.md").write_text("".join(paragraphs), encoding="utf-8")
    return tmp_path


def make(books, seed: int) -> tuple[str, dict]:
    out = books / "out"
    panel.make(books / "html", "07", books / "others", out, seed)
    return (out / "passages.md").read_text(encoding="utf-8"), json.loads(
        (out / "key.json").read_text(encoding="utf-8")
    )


def test_passages_are_prose_and_do_not_say_whose_they_are(books):
    text, key = make(books, seed=7)
    assert (
        "One. The city" in text and "Two. The city" in text and "Other link named. The city" in text
    )
    assert not any(
        word in text
        for word in ("Cut", "cut", "Short label", "Head", "ours", "07_services", "book.md")
    )
    assert sorted(key.values()) == ["book.md"] * 3 + ["ours 07_services"]
    assert make(books, seed=7) == (text, key)


def test_without_another_book_nothing_is_drawn(books):
    with pytest.raises(MasterError, match="OTHERS="):
        panel.make(books / "html", "07", books / "nothing", books / "out", 7)


def test_marks_that_fall_short_are_named(tmp_path):
    (tmp_path / "key.json").write_text(
        '{"1": "ours 07_services", "2": "book.md"}', encoding="utf-8"
    )
    rows = "passage,clear,load,pull,depth,opaque\n1,{},5,5,5,too many\n2,4,4,4,4,\n"
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for path, clear in zip(paths, (3, 7), strict=True):
        path.write_text(rows.format(clear), encoding="utf-8")
    assert panel.score(tmp_path / "key.json", paths) == [
        "ours: clear 5.0, load 5.0, pull 5.0, depth 5.0",
        "clear is below 6",
        "others: clear 4.0, load 4.0, pull 4.0, depth 4.0",
        "passage 1 (ours 07_services), clear 3: too many",
    ]


def test_a_draw_needs_a_seed(capsys):
    with pytest.raises(SystemExit):
        main(["panel"])
    assert "--seed" in capsys.readouterr().err
