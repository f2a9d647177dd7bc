"""What the pages look like: on a phone, in parts, in fonts of their own, with nothing hidden by its
name."""

from axe_playwright_python.sync_playwright import Axe

from tests import browser
from tests.pages import checks

FAULTS = """() => Object.entries({
  // Names and indents stay whole; what is wider is a named stop of the Tab key, with a shade at
  // its edge.
  "code is broken": [...document.querySelectorAll('.cell_input pre')]
    .filter((code) => getComputedStyle(code).whiteSpace !== "pre"),
  "what is wide does not say so": [...document.querySelectorAll(
    '.cell_input pre, .cell_output .scroll')]
    .filter((box) => box.checkVisibility({ visibilityProperty: true })
      && box.scrollWidth > box.clientWidth
      && !(box.tabIndex === 0 && box.ariaLabel
        && /local/.test(getComputedStyle(box).backgroundAttachment))),
  // A pill of two lines is twice as high as its text.
  "a pill is broken": [...document.querySelectorAll('.badge')]
    .filter((pill) => pill.checkVisibility()
    && pill.offsetHeight > 2 * parseFloat(getComputedStyle(pill).fontSize)),
  // Cells of words whose lines hold little more than a word each.
  "a cell is narrow": [...document.querySelectorAll(
    'table.data td:not(.number), table.exercise-list td')]
    .filter((cell) => cell.checkVisibility()
      && cell.textContent.length > 30 && cell.clientWidth < 75),
}).flatMap(([fault, all]) => all.map((part) => `${fault}: ${part.textContent.slice(0, 60)}`))"""
FONTS = """async () => {
  await document.fonts.ready;
  const loaded = [...document.fonts].filter((font) => font.status === 'loaded');
  return loaded.map((font) => font.family.replaceAll('"', ''));
}"""
# The box and the kind of the element that has the focus; the box of its icon where it has no
# height.
BOX = """() => {
  const { activeElement } = document;
  const outer = activeElement.getBoundingClientRect();
  const box = outer.height ? outer : activeElement.firstElementChild.getBoundingClientRect();
  const parts = [activeElement, activeElement.parentElement];
  const kind = parts.map((part) => part.tagName + part.className);
  return [box.toJSON(), kind.join()];
}"""
HEIGHT = "document.documentElement.scrollHeight"
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}


def test_code_is_whole_pills_hold_tables_read_and_long_pages_come_in_parts_on_a_phone(
    on_phone, home
):
    def visit(name: str):
        return browser.open_page(on_phone, home, name).page

    for name in (
        "chapters/23_differences.html",
        "pages/ledger.html",
        "exercises/pages/08_gaps.html",
    ):
        page = visit(name)
        page.evaluate(
            "document.querySelectorAll('details.work').forEach((part) => { part.open = true; })"
        )
        page.wait_for_timeout(100)
        assert page.evaluate(FAULTS) == [], name
    # Chapter 8 was 29,170 pixels high before code could be folded.
    screens_of = {
        "pages/data.html": 30,
        "pages/findings.html": 12,
        "chapters/08_gaps.html": 18_500 / 844,
    }
    for name, screens in screens_of.items():
        assert visit(name).evaluate(HEIGHT) < screens * browser.PHONE["height"], name
    assert visit("pages/data.html#table-cities").locator("#table-cities table.fields").is_visible()
    assert visit("chapters/18_trains.html").get_by_role("group", name="Wider than the page").count()
    badges = [
        drawn.bounding_box()
        for drawn in visit("pages/ledger.html").locator(".claim .badge").all()[:10]
    ]
    assert badges and max(box["width"] for box in badges) <= browser.PHONE["width"]


def test_a_page_is_read_first_the_choice_is_kept_and_links_open_what_is_folded(
    on_phone, at_desk, home
):
    name = "chapters/08_gaps.html"
    for context in (at_desk, on_phone):
        page = browser.open_page(context, home, name).page
        assert page.locator(".layers [aria-pressed=true]").inner_text() == "Just read"
        assert page.locator("details.hide[open]").count() == 0
    page.locator(".cell_input").last.scroll_into_view_if_needed()
    code = page.locator("details.hide").filter(has_text="the curve of the thirteen cities")
    code.locator("summary").press("Enter")
    assert code.locator("pre").is_visible() and page.locator("details.hide[open]").count() == 1
    page.goto(f"{home}/{name}#footcite-theil1967")
    page.locator("#footcite-theil1967").wait_for()
    sought = page.locator("section > p").nth(20)
    sought.scroll_into_view_if_needed()
    before = sought.bounding_box()["y"]
    page.get_by_role("button", name="Run code", exact=True).press("Enter")
    assert abs(sought.bounding_box()["y"] - before) < 300, "what is read stays on the screen"
    page.reload()
    assert page.locator("details.work:not([open])").count() == 0
    assert checks.accessibility(page, within=".bd-header-article") == []


def test_fonts_are_the_books_own_and_the_one_for_formulas_comes_with_formulas(at):
    # "Book Marks" takes quotes and dashes from a face of the machine, where it has one.
    names = "chapters/04_vintages.html", "pages/findings.html"
    loaded = [set(at(name).evaluate(FONTS)) - {"Book Marks"} for name in names]
    assert loaded == [{"Book Math", "Book Serif"}, {"Book Serif"}]


def test_nothing_moves_and_no_colour_changes_while_a_page_comes_over_a_slow_link(on_phone, home):
    page = on_phone.new_page()
    on_phone.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.route("**/scripts/*", lambda route: route.abort())  # the theme's, which set its colours
    for name in ("index", "chapters/22_air"):
        page.goto(f"{home}/{name}.html")
        page.evaluate(checks.READ_THROUGH)
        assert page.evaluate("window.shifted") < 0.02, name
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_code_is_copied_with_a_button(at_desk, at):
    at_desk.grant_permissions(["clipboard-read", "clipboard-write"])
    page = at("chapters/04_vintages.html")
    page.get_by_role("button", name="Read and run code").click()
    page.locator("details:has(.copy-code) > summary").first.click()
    page.locator(".copy-code").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").count("import altair as alt") == 1


def test_the_focus_is_seen_at_every_stop(at):
    """Compare pixels with and without it, since no other check sees what a style hides; once a
    kind."""
    page = at("chapters/10_convergence.html")
    hidden = []
    kinds = set()
    for _ in range(110):
        page.keyboard.press("Tab")
        box, kind = page.evaluate(BOX)
        if kind in kinds:
            continue
        kinds.add(kind)
        x = max(0, box["x"] - 6)
        y = max(0, box["y"] - 6)
        clip = {
            "x": x,
            "y": y,
            "width": box["width"] + 12,
            "height": min(box["height"] + 12, 900 - y),
        }
        focused = page.screenshot(clip=clip, animations="disabled", caret="hide")
        page.evaluate("(globalThis.left = document.activeElement).blur()")
        if page.screenshot(clip=clip, animations="disabled", caret="hide") == focused:
            hidden.append(page.evaluate("left.outerHTML.slice(0, 90)"))
        page.evaluate("left.focus({ preventScroll: true, focusVisible: true })")
    assert hidden == [] and len(kinds) > 20


def test_words_in_the_colours_of_series_are_read_on_a_light_page(at):
    """Axe does not judge the words of drawings, so it is asked for their contrast."""
    page = at("index.html")
    page.evaluate(Axe().axe_script)
    weak = page.evaluate("""() => {
      const { Color, getContrast } = axe.commons.color;
      const chart = document.querySelector("main").appendChild(document.createElement("div"));
      chart.className = "chart-view";
      const isWeak = (number) => {
        chart.innerHTML = `<svg><text fill="var(--chart-${number}, red)">x</text></svg>`;
        const ink = new Color();
        ink.parseString(getComputedStyle(chart.querySelector("text")).fill);
        return getContrast(new Color(255, 255, 255, 1), ink) < 4.5;
      };
      return [1, 2, 3, 4, 5, 6].filter(isWeak);
    }""")
    assert weak == []
