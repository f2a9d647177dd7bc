"""Test Python in the page, and code exercises, with the real Pyodide and CodeMirror.

`live-cells` tests buttons, status lines and marks of old outputs in Node.
"""

import gzip
import re

import pytest

from book import settings
from book.lab import pages, supported
from tests import browser
from tests.browser import open_lab
from tests.pages import built, checks

PAGE = "chapters/04_vintages"


@pytest.fixture
def visit(at_desk, lab_home):
    """The page, opened in a browser that has fetched nothing yet."""
    return open_lab(at_desk, lab_home, PAGE)


@pytest.fixture
def first(visit):
    """The first cell of the page that draws a chart, whose code a reader unfolds."""
    return visit.page.locator(".cell[id^='cell-']:has(.cell_output .chart)").first


def unfold(cell) -> None:
    """Open what waits for a guess and the folds in which code stands."""
    cell.page.evaluate(checks.OPEN_COVERS)
    cell.page.evaluate(
        "document.querySelectorAll('details:not(.chart *)').forEach((fold) => { fold.open ="
        " true; })"
    )


def run(cell, status: str = "Done.") -> None:
    """Press Run in a cell and wait for its status."""
    cell.get_by_role("button", name="Run").click()
    cell.locator(".lab-said", has_text=status).wait_for()


def edit(cell, code: str) -> None:
    if cell.get_by_role("button", name="Edit").is_visible():
        cell.get_by_role("button", name="Edit").click()
    # An editor draws the lines in sight alone, so not all of a long cell can be typed over.
    cell.locator(".lab-writer").evaluate("(box, code) => (box.writer.text = code)", code)


def test_a_reader_runs_changes_and_resets_cells(visit, first):
    """One visit, because Python's start is what takes time."""
    page = visit.page
    cost = page.locator(".lab-cost")
    assert re.fullmatch(r"First run downloads Python \(\d+ MB, once\)\.", cost.inner_text()), (
        "outside any fold"
    )
    assert page.get_by_role("button", name="Run all").is_visible()
    unfold(first)
    stored = first.locator(".cell_output").inner_text()
    first.get_by_role("toolbar").wait_for()
    names = page.locator("main button").evaluate_all(
        "all => all.map((b) => b.ariaLabel ?? b.innerText)"
    )
    assert len(names) == len(set(names)) > 40
    run(first)
    assert cost.is_hidden()
    first.locator(".lab-output .chart-live svg path").first.wait_for(state="attached")
    assert first.locator(".lab-output").inner_text().split() == stored.split()
    assert (
        first.locator("figcaption:visible").count() == 1
    )  # a chart in the place of the stored one

    # The editor is light, and comes when somebody writes.
    (editor,) = browser.HTML.glob("_static/live-cells/*/codemirror.js")
    assert len(gzip.compress(editor.read_bytes(), 6)) <= 150_000
    loaded = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert "codemirror" not in str(page.evaluate(loaded))
    first.get_by_role("button", name="Edit").click()
    first.locator(".cm-content").wait_for()
    first.get_by_role("textbox").press("Control+End")
    page.keyboard.type("  # mine")
    assert first.locator(".cm-content .c1", has_text="# mine").is_visible()
    assert first.locator(".cm-editor.cm-focused.lab-code.highlight").count() == 1
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Run"

    edit(first, "import statsmodels.api as sm\nsm.OLS(1)")
    run(first, "Error.")
    error = first.locator(".lab-error").inner_text()
    assert "needs statsmodels, which this page does not have" in error and "(line 2)" in error
    assert first.locator(".lab-failing").inner_text() == "sm.OLS(1)"
    edit(first, "while True: pass")
    first.get_by_role("button", name="Run").click()
    first.get_by_role("button", name="Stop").click()
    first.locator(".lab-said", has_text="Stopped.").wait_for()

    # The reader's code is there again after the page was closed, and goes with Reset.
    edit(first, "6 * 7")
    page.reload()
    assert cost.is_hidden()  # the browser has the files
    unfold(first)
    run(first)
    assert first.locator(".lab-output").inner_text().strip() == "42"
    first.get_by_role("button", name="Reset").click()
    assert first.locator(".cell_output").inner_text() == stored
    page.reload()
    unfold(first)
    assert first.get_by_role("textbox").count() == 0
    assert visit.errors == [] and visit.foreign == []


@pytest.mark.slow
def test_every_chapter_gives_what_the_book_stores(chromium, lab_home):
    """Cells give their stored output, except those that are listed as keeping it."""
    with chromium.new_context() as context:
        context.set_default_timeout(0)
        differing, failed = supported.run_all(
            context, lab_home, built.ROOT, browser.HTML, settings.list_executed(built.ROOT)
        )
    made = supported.list_supported(differing, failed, browser.HTML)
    assert made == pages.read_supported(), differing
    assert {n: error["message"] for n, error in failed.items() if not error["package"]} == {}


# Code exercises

EXERCISES = "exercises/pages/04_vintages"
DRAW = """drawn = (gdp[{place}]{unit}).rename("gdp").reset_index()
drawn = drawn.query("vintage in ['before 4th', 'after 4th', 'after 5th'] and 2008 <= year <= 2017")
chart = alt.Chart(drawn).mark_line().encode(x="year:Q", y="gdp:Q", color="vintage:N")"""


class Exercise:
    """One exercise of the page."""

    def __init__(self, page, number: str) -> None:
        self.box = page.locator(f"#code-{number.replace('.', '-')}")
        self.verdict = self.box.locator(".practice-verdict")
        self.solution = self.box.get_by_role("button", name="Show a solution")

    def press(self, name: str) -> None:
        self.box.get_by_role("button", name=name).click()

    def check(self, code: str, words: str) -> None:
        """Write and run; wait for a verdict with these words and for the end of the run."""
        self.box.locator(".lab-writer").evaluate("(box, code) => (box.writer.text = code)", code)
        self.press("Run and check")
        self.verdict.filter(has_text=words).wait_for()
        # The same words may stand there from the run before, and a press during a run does nothing.
        self.box.get_by_role("button", name="Stop").wait_for(state="hidden")
        assert words in self.verdict.inner_text()

    def read(self) -> str:
        return self.box.locator(".lab-writer").evaluate("(box) => box.writer.text")


def test_a_reader_works_through_exercises_and_finds_them_again(chromium, at_desk, lab_home):
    visit = open_lab(at_desk, lab_home, EXERCISES)
    first = Exercise(visit.page, "4.2")
    draw = Exercise(visit.page, "4.3")
    assert visit.page.locator(".code-exercise > .highlight-python").first.is_hidden()
    # Neither a blank nor what is not Python is an attempt.
    first.check("year = 2018\ngrew = ...\n", "A blank is left in line 2")
    first.check("grew = (1", "is not Python yet")
    # Nor is a missing answer, whatever Python says of it.
    words = (
        "from plain_answers import parsing\nparsing.Unreadable.__str__ = lambda error: 'in other"
        " words'\n"
    )
    for _ in range(2):
        first.check(f"{words}grew = None", "has no value yet: your code does not give it one.")
    assert first.solution.is_hidden()
    wrong = "grew = 19"
    first.check(wrong, "Not yet.")
    assert first.solution.is_hidden()
    first.press("Run and check")
    first.solution.click()
    assert "percent_change" in first.box.locator(".practice-solution pre").inner_text()
    # An exercise that asks for a chart: a known slip, the right answer, then other values.
    for _ in range(3):
        draw.box.locator(".hint-button, .lab-button:has-text('Hint')").first.click()
    assert draw.box.locator(".hints li").count() == 3
    draw.check(DRAW.format(place="shown", unit=""), "Is that a number of trillions?")
    assert draw.box.get_by_role("button", name="Try other numbers").is_hidden()
    right = DRAW.format(place="shown", unit="/ 10_000")
    draw.check(right, "Right.")
    draw.box.locator(".cell_output svg").wait_for()
    draw.press("Try other numbers")
    draw.box.locator(".practice-other", has_text="Draw Hebei").wait_for()
    draw.check(DRAW.format(place='"Inner Mongolia"', unit="/ 10_000"), "Not yet.")
    draw.check(right, "Right.")
    heading = visit.page.locator("#draw-a-revision h2, section:has(> span#exercise-4-3) h2").first
    assert "✓ right" in heading.inner_text()

    with chromium.new_context(
        viewport=browser.DESK, storage_state=at_desk.storage_state()
    ) as later:
        page = open_lab(later, lab_home, EXERCISES).page
        first = Exercise(page, "4.2")
        draw = Exercise(page, "4.3")
        assert (first.read(), draw.read()) == (wrong, right)
        draw.box.locator(".practice-other", has_text="Draw Hebei").wait_for()
        assert "as you left it" in draw.verdict.inner_text()
        first.solution.wait_for()
    assert visit.errors == []


def test_a_change_that_is_asked_about_is_made_in_its_cell(at_desk, lab_home):
    chapters = sorted(built.ROOT.glob("chapters/*.md"))
    asking = next(path.stem for path in chapters if "class: modify" in path.read_text("utf-8"))
    page = browser.open_page(at_desk, lab_home, f"chapters/{asking}.html").page
    page.evaluate(checks.OPEN_COVERS)
    page.locator("details.work:has(.modify) > summary").first.click()  # where it is just read
    box = page.locator(".admonition.modify").first
    changed = box.locator("pre").inner_text().splitlines()[1].removeprefix("+ ")
    box.get_by_role("button", name="Make this change").click()
    assert changed in page.locator(".cell .lab-writer").evaluate("(box) => box.writer.text")
    assert page.locator(".cell:has(.lab-writer) .lab-run").is_visible()
