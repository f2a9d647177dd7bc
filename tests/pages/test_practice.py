"""Code exercises in the page: a reader with nothing but a browser works through those of chapter 3."""

from tests import browser
from tests.browser import open_lab

PAGE = "exercises/pages/03_gdp"
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

    def run(self, code: str, words: str) -> None:
        """Write and run; wait for a verdict with these words."""
        self.box.locator(".lab-writer").evaluate("(box, code) => (box.writer.text = code)", code)
        self.press("Run and check")
        self.verdict.filter(has_text=words).wait_for()

    def read(self) -> str:
        return self.box.locator(".lab-writer").evaluate("(box) => box.writer.text")


def test_a_reader_works_through_exercises_and_finds_them_again(chromium, at_desk, lab_home):
    visit = open_lab(at_desk, lab_home, PAGE)
    first, draw = Exercise(visit.page, "3.1"), Exercise(visit.page, "3.7")
    assert visit.page.locator(".code-exercise > .highlight-python").first.is_hidden()
    # Neither a blank nor what is not Python is an attempt.
    first.run("revision = 1\nlift = ...\n", "A blank is left: line 2")
    first.run("revision = (1\nlift = 2", "is not Python yet")
    wrong = "revision = 1\nlift = 2"
    first.run(wrong, "Not yet.")
    assert first.solution.is_hidden()
    first.press("Run and check")
    first.solution.click()
    assert "percent_change" in first.box.locator(".practice-solution pre").inner_text()
    # An exercise that asks for a chart: a known slip, the right answer, then other values.
    for _ in range(3):
        draw.box.locator(".hint-button, .lab-button:has-text('Hint')").first.click()
    assert draw.box.locator(".hints li").count() == 3
    draw.run(DRAW.format(place="shown", unit=""), "Is that a number of trillions?")
    assert draw.box.get_by_role("button", name="Other values").is_hidden()
    right = DRAW.format(place="shown", unit="/ 10_000")
    draw.run(right, "Right.")
    draw.box.locator(".cell_output svg").wait_for()
    draw.press("Other values")
    draw.box.locator(".practice-other", has_text="Draw Hebei").wait_for()
    draw.run(DRAW.format(place='"Inner Mongolia"', unit="/ 10_000"), "Not yet.")
    draw.run(right, "Right.")
    heading = visit.page.locator("#draw-a-revision h2, section:has(> span#exercise-3-7) h2").first
    assert "✓ right" in heading.inner_text()

    with chromium.new_context(viewport=browser.DESK, storage_state=at_desk.storage_state()) as later:
        page = open_lab(later, lab_home, PAGE).page
        first, draw = Exercise(page, "3.1"), Exercise(page, "3.7")
        assert (first.read(), draw.read()) == (wrong, right)
        draw.box.locator(".practice-other", has_text="Draw Hebei").wait_for()
        assert "as you left it" in draw.verdict.inner_text()
        first.solution.wait_for()
    assert visit.errors == []


def test_a_change_that_is_asked_about_is_made_in_its_cell(at_desk, lab_home):
    page = browser.open_page(at_desk, lab_home, "chapters/03_gdp.html").page
    box = page.locator(".admonition.modify").first
    changed = box.locator("pre").inner_text().splitlines()[1].removeprefix("+ ")
    box.get_by_role("button", name="Make this change").click()
    assert changed in page.locator(".cell .lab-writer").evaluate("(box) => box.writer.text")
