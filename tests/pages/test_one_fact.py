"""A verdict, its words, a colour and a chapter are each a change in one place."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sealed_readings import labels
from sealed_readings.records import list_claims

from jingjinji import claims

ROOT = Path(__file__).parents[2]
LAST = Path(__file__).with_name("last")
LABELS = "packages/sealed-readings/sealed_readings/labels.csv"
VERDICT = 'partly,partly supported,A part holds.,true,", {} in part","M-1,-1L1,-1L0,1Z",#5b2a86,#c9a6f0\n'


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} must have {old!r} once"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Reads the pages of a copy in which the changes were made."""
    copy = tmp_path_factory.mktemp("copy") / "book"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(lambda name: (ROOT / name).is_file(), listed.split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    shutil.copy(LAST / "chapter.txt", copy / "chapters" / "19_last.md")
    shutil.copy(LAST / "exercises.txt", copy / "exercises" / "19_last.md")
    for label in labels.LABELS.values():
        change(copy / LABELS, f"\n{label.id},{label.words},", f"\n{label.id},译{label.words},")
    change(copy / LABELS, "\nunexamined,", f"\n{VERDICT}unexamined,")
    change(copy / "data" / "palette.csv", "#0b6e99,#58b0d8", "#123456,#abcdef")
    last = "          - file: exercises/pages/18_synthetic_control\n"
    new = "      - file: chapters/19_last\n        sections:\n          - file: exercises/pages/19_last\n"
    change(copy / "_toc.yml", last, last + new)
    # The steps of `make data book`; of the notebooks, which the new tables make stale, those that are read.
    read = "chapters/19_last.md exercises/19_last.md chapters/03_gdp.md"
    steps = ("coursework data", f"coursework pages {read}", "book.build")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [copy, *copy.glob("packages/*")]))}
    for step in steps:
        command = [sys.executable, "-m", *step.split()]
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    html = copy / "_build" / "html"
    return lambda name: " ".join(next(html.glob(name)).read_text(encoding="utf-8").split())


@pytest.mark.slow
def test_a_verdict_more_is_a_row_of_one_table(read):
    style, ledger = read("_static/book.css"), read("pages/ledger.html")
    assert "--verdict-partly: #5b2a86;" in style and "--verdict-partly: #c9a6f0;" in style
    assert re.search(r"\.verdict-partly \{ --verdict: .*?d='M-1,-1L1,-1L0,1Z'", style)
    assert "A verdict is one of six:" in ledger and "<dd><p>A part holds.</p>" in ledger
    assert "0 “partly supported”." in ledger
    drawn = read("pages/findings.html")
    assert re.search(r'chart-title">\d+ claims hold .*?, and 0 in part</p>', drawn)


@pytest.mark.slow
def test_translated_labels_count_the_same(read):
    """The new chapter files nothing that has a number, so the labels are those of this checkout."""
    counts = Counter(claim["verdict"] for claim in list_claims(claims.folder()))
    said = ", ".join(f"{counts[one.id]} “译{one.words}”" for one in labels.LABELS.values() if one.filed)
    ledger, picture = (re.sub("<[^>]+>", "", read(f"pages/{name}.html")) for name in ("ledger", "findings"))
    assert f"82 claims: {said}, 0 “partly supported”." in ledger
    for name, number in counts.items():
        assert f"{number} 译{labels.LABELS[name].words}" in picture
        assert f'class="badge verdict-{name}"' in read("pages/ledger.html")


@pytest.mark.slow
def test_a_colour_is_a_cell_of_one_table(read):
    style, chapter = read("_static/book.css"), read("chapters/03_gdp.html")
    assert "--chart-2: #123456;" in style and "--chart-2: #abcdef;" in style
    assert "var(--chart-2, #123456)" in chapter and "#0b6e99" not in chapter


@pytest.mark.slow
def test_a_chapter_more_is_a_line_of_the_contents(read):
    start = read("index.html")
    assert "19. A chapter at the end" in start
    table = re.search(r'<table class="course-path.*?</table>', start)[0]
    assert re.search(r'<td><p>19</p></td> ?<td><p><a .*?href="chapters/19_last.html"', table)
    assert 'href="../chapters/19_last.html#verdict-c14-19_last"' in read("pages/ledger.html")
    provinces = re.search(r'<section id="table-provinces">.*?</section>', read("pages/data.html"))[0]
    assert re.search(r"chapters? (?:[\w, ]+ and )?19\b", re.sub("<[^>]+>", "", provinces))
    assert "last term" in read("pages/glossary.html")
