"""Passages that resemble each other are found under other names, and independent ones are left alone."""

import nbformat
import pytest
from notebook_grader import pages, similar, similar_page

from tests.coursework import hostile, marked

LONG = """def mean(x):
    # The long way.
    total, count = 0, 0
    for value in x:
        if value is None:
            continue
        total = total + value
        count += 1
    return total / max(count, 1)
"""
COPIED = """def mean(numbers):
    s = 7; k = 7   # start
    for n in numbers:
        if n is None: continue
        s = s + n
        k += 8

    return s / max(k, 12)
"""
TEXT = (
    "The index rises because its base year was a year of crisis, when the mills of Tangshan stood still; "
    "so the growth that the article reports is mostly a return to what had been there before 2009."
)
REWORDED = TEXT.replace("2009", "2011").replace("The index", "The  INDEX").replace("; so", ",\nso")
OWN = {
    "bo": "def mean(x):\n    return sum(x) / len(x)",
    "cy": "import statistics\n\ndef mean(x):\n    return statistics.fmean([v for v in x if v == v])",
    "di": "mean = lambda x: np.asarray(x, dtype=float).mean().item() if len(x) else float('nan')",
    "ed": "def mean(x):\n    left = list(x)\n    result = 0\n    while left:\n        result += left.pop()\n"
    "    return result / len(x)",
    "flo": "def mean(x):\n    n = len(x)\n    return sum(v / n for v in x)",
}
TEXTS = (
    "A census counts what surveys only sample, and Beijing was counted anew.",
    "Prices rose, so a yuan of then is not one of now, and only volumes can be compared.",
    "I would ask who published the figure, when, and by which method it was revised.",
    "Hebei has more people, therefore totals hide what a resident has; ratios show it.",
    "Nothing follows from two points in time: a line through two points always fits.",
)


def bytes_of(**answers: str) -> bytes:
    return nbformat.writes(marked.submission(**answers)).encode()


@pytest.fixture
def students() -> dict[str, bytes]:
    """Five who wrote on their own, two with the same function, two with the same text."""
    found = {
        name: bytes_of(mean=code, text=text) for (name, code), text in zip(OWN.items(), TEXTS, strict=True)
    }
    return found | {
        "ann": bytes_of(mean=LONG, text="Ann's own thoughts about the figures of her home town."),
        "ann's friend": bytes_of(mean=COPIED, text="He thinks that one should never trust what is round."),
        "gil": bytes_of(text=TEXT),
        "gil's friend": bytes_of(text=REWORDED),
    }


def test_copies_are_found_and_others_left_alone(students):
    pairs = similar.compare(students, marked.release())
    assert {pair.students for pair in pairs} == {("ann", "ann's friend"), ("gil", "gil's friend")}
    assert {pair.students[0]: [one.exercise for one, *_ in pair.passages] for pair in pairs} == {
        "ann": ["answer-1-2"],
        "gil": ["answer-1-5"],
    }
    assert next(pair.share for pair in pairs if "gil" in pair.students) == 1


def test_names_numbers_strings_comments_and_layout_do_not_count():
    one = similar.split_code("total = data.load('gdp')['x'] + 3  # three\n", frozenset({"load"}))
    other = similar.split_code('t=(\n  data.load("a" f"b")["y"]+40.5)', frozenset({"load"}))
    plain = [token for token, *_ in one]
    assert plain == ["name", "=", "name", ".", "load", "(", "text", ")", "[", "text", "]", "+", "number"]
    assert [token for token, *_ in other if token not in "()"] == [
        token for token in plain if token not in "()"
    ]
    # What is called counts.
    assert similar.split_code("data.save(x)", frozenset()) != similar.split_code("data.load(x)", frozenset())


def test_given_code_and_what_many_have_do_not_count(students):
    given = marked.release()
    hostile.cell_of(given, "given").source = LONG
    assert {pair.students[0] for pair in similar.compare(students, given)} == {"gil"}
    many = {f"s{number}": bytes_of(mean=LONG) for number in range(12)}
    assert similar.compare(many, marked.release()) == []


def test_three_are_a_group(students):
    third = students | {"hal": bytes_of(mean=LONG.replace("value", "v"), text="Hal's.")}
    third |= {f"z{number}": bytes_of(text=f"{number}") for number in range(4)}
    pairs = similar.compare(third, marked.release())
    assert similar.find_groups(pairs) == [["ann", "ann's friend", "hal"]]


def test_what_is_no_code_or_hostile_is_read(students):
    odd = {
        "open string": bytes_of(mean="def mean(x):\n    return '''never closed"),
        "deep": bytes_of(mean="mean = " + "(" * 20_000),
        "magic": bytes_of(mean="%%bash\nls -la | grep x > y"),
        "<b>bold</b>": bytes_of(mean=LONG + "# <script>alert(1)</script>"),
    }
    odd["half a character"] = odd["magic"].replace(b"bash", rb"\ud800")
    odd["of an old kind"] = b'{"worksheets": [{"cells": []}], "nbformat": 3}'
    odd["no dictionaries"] = b'{"cells": [1, {"metadata": []}]}'
    page = similar_page.render("92_marked", students | odd, marked.release())
    assert page.encode("utf-8")
    assert "&lt;b&gt;bold&lt;/b&gt;" in page and "<script" not in page and "<b>" not in page
    assert "Resemblance is a reason to look, and no more" in page
    assert "<mark>" in page and page == similar_page.render("92_marked", students | odd, marked.release())


def test_the_page_is_written_once(tmp_path, students):
    handed_in = {}
    for student, data in (students | {"ivo": bytes_of(text="Ivo's.")}).items():
        handed_in[student] = (str(len(data)), tmp_path / f"{student}.ipynb")
        handed_in[student][1].write_bytes(data)
    page, release = tmp_path / "similar.html", marked.release()
    few = dict(list(handed_in.items())[: pages.FEW - 1])
    assert not similar_page.write(page, "92_marked", few, release) and not page.exists()
    assert similar_page.write(page, "92_marked", handed_in, release)
    assert "ann and ann&#39;s friend" in page.read_text(encoding="utf-8")
    assert not similar_page.write(page, "92_marked", handed_in, release)
