"""A lesson, its checks and its exercises: three pages, of which only the first is a lesson in any
list."""

from pathlib import Path

from book import settings
from book.downloads import take_along
from book.search.pagefind import CHECKS
from coursework import common
from coursework.build import freshness
from coursework.lint.chapter import Chapter
from coursework.lint.rules import list_rules
from coursework.teach.chapter import number_figures

TOC = """
format: jb-book
root: index
parts:
  - caption: Before you start
    chapters: [{file: chapters/0a_before}]
  - caption: Part I
    chapters:
      - file: chapters/03_one
        sections: [{file: chapters/03_one_checks}, {file: exercises/pages/03_one}]
      - file: chapters/07_two
  - caption: Other
    chapters: [{file: pages/other}]
"""


def lay_out(root: Path) -> Path:
    (root / "_toc.yml").write_text(TOC, encoding="utf-8")
    for folder in ("chapters", "exercises"):
        (root / folder).mkdir()
    for name in (
        "chapters/0a_before",
        "chapters/03_one",
        "chapters/03_one_checks",
        "chapters/07_two",
    ):
        (root / f"{name}.md").touch()
    (root / "exercises/03_one.md").touch()
    return root


def test_the_book_knows_the_pages_of_a_lesson(tmp_path):
    root = lay_out(tmp_path)
    one, two = settings.list_chapters(root)
    assert (one.number, one.page, two.number) == (3, "chapters/03_one", 7)
    assert (one.checks, one.exercises) == ("chapters/03_one_checks", "exercises/pages/03_one")
    assert (two.checks, two.exercises) == ("", "")
    assert settings.list_checks(root) == ["chapters/03_one_checks"]
    assert settings.list_preparations(root) == ("chapters/0a_before",)
    assert settings.list_texts(root) == ["chapters/0a_before", "chapters/03_one", "chapters/07_two"]
    assert settings.list_executed(root)[1:3] == ["chapters/03_one", "chapters/03_one_checks"]
    assert settings.list_exercise_pages(root) == ["exercises/pages/03_one"]
    assert {
        settings.find_chapter(root, page) for page in (one.page, one.checks, one.exercises)
    } == {one}
    files = [take_along.find_file(root, page) for page in (one.page, one.checks, one.exercises)]
    assert files == ["notebooks/03_one.zip", "notebooks/03_one_checks.zip", "notebooks/03_one.zip"]
    assert 0.4 < CHECKS < 1  # found after the lesson, before its exercises


def test_coursework_runs_checks_and_counts_lessons(tmp_path):
    root = lay_out(tmp_path)
    assert [path.stem for path in common.list_lessons(root)] == ["03_one", "07_two"]
    assert [path.stem for path in common.list_numbered(root)] == [
        "03_one",
        "03_one_checks",
        "07_two",
    ]
    assert root / "chapters/03_one_checks.md" in freshness.list_sources(root)


def test_checks_have_rules_of_their_own(tmp_path):
    root = lay_out(tmp_path)
    lesson, checks, primer, before = (
        list_rules(Chapter(root / f"chapters/{name}.md", {}))
        for name in ("03_one", "03_one_checks", "07_two", "0a_before")
    )
    assert before == primer and before.keys() < checks.keys() < lesson.keys()
    assert "numbers" in checks and not {"exercises", "parts"} & checks.keys()


def test_figures_of_checks_count_on_from_those_of_their_lesson(tmp_path):
    figure = '{"cells": [{"metadata": {"mystnb": {"figure": {"name": "%s"}}}}]}'
    paths = [tmp_path / f"{stem}.ipynb" for stem in ("03_one", "03_one_checks", "07_two")]
    for path in paths:
        path.write_text(figure % path.stem, encoding="utf-8")
    assert [*number_figures(paths).values()] == ["Figure 3.1", "Figure 3.2", "Figure 7.1"]
