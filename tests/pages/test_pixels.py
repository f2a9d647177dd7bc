"""What only pixels show: the place of marks that lie over a chart, and signs in forced colours."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from jingjinji import claims
from tests import browser
from tests.pages import built
from tests.waiting import until

AIR, FINDINGS, FRONT = "chapters/15_air.html", "pages/findings.html", "index.html"
CASES, INSTRUMENTS = "#fig-gdp-cases .chart-live", "#fig-air-instruments .chart-live"
RULE = f"{CASES} .mark-rule.role-mark line"
PEOPLE = "satellite, people"
POINT = f"{INSTRUMENTS} path[aria-label^='Year: 2022'][aria-label*='{PEOPLE}']"
GUESS = """(([figure, value]) => {
  const fields = [...document.querySelectorAll(".guess-live input[type=text]")];
  const field = fields.find((one) => one.closest(".guess-live").dataset.guess.includes(`"${figure}"`));
  field.value = value;
  field.form.requestSubmit();
  document.getElementById(figure).scrollIntoView({ behavior: "instant", block: "center" });
  dispatchEvent(new Event("pointermove"));
})"""


def read_people() -> float:
    """Read the satellite's value for 2022 where people live, as chapter 15 draws it."""
    rows = (row for chart in built.charts(AIR) for table in chart["datasets"].values() for row in table)
    return next(row["pm25"] for row in rows if row.get("instrument") == PEOPLE and row["year"] == 2022)


@pytest.fixture(params=["chromium", "firefox"])
def page(request):
    """A page of Chromium, and of Firefox."""
    if request.param == "firefox":
        return request.getfixturevalue("firefox")
    return request.getfixturevalue("at_desk").new_page()


def read(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def find_middle(page, selector: str) -> tuple[float, float]:
    """Middle of the pixels that change when an element is hidden."""
    shown = read(page.screenshot())
    page.evaluate(f'document.querySelector("{selector}").style.visibility = "hidden"')
    changed = ImageChops.difference(shown, read(page.screenshot())).convert("L")
    left, top, right, bottom = changed.point(lambda level: level > 30 and 255).getbbox()
    return (left + right) / 2, (top + bottom) / 2


def measure_share(sign: Image.Image) -> float:
    """Share of pixels that differ from the most frequent colour, the background."""
    levels = sign.convert("L").histogram()
    ground = levels.index(max(levels))
    return sum(count for level, count in enumerate(levels) if abs(level - ground) > 100) / sum(levels)


def guess(page, address: str, figure: str, value: float) -> None:
    page.goto(address)
    page.evaluate("localStorage.clear()")
    page.evaluate(f"{GUESS}(['{figure}', {value}])")
    until(lambda: page.evaluate("!!document.querySelector('.guess-line')"), "the guess is drawn")
    page.evaluate("document.querySelector('.guess-line span').remove()")


def test_a_guess_stands_where_the_chart_has_the_same_value(page, home):
    guess(page, f"{home}/{FRONT}", "fig-gdp-cases", claims.get("C80").value)
    (guessed, _), (drawn, _) = (find_middle(page, part) for part in (".guess-line", RULE))
    assert guessed == pytest.approx(drawn, abs=1)
    guess(page, f"{home}/{AIR}", "fig-air-instruments", read_people())
    (_, guessed), (_, drawn) = (find_middle(page, part) for part in (".guess-line", POINT))
    assert guessed == pytest.approx(drawn, abs=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signs_and_charts_are_seen_in_forced_colours_and_nothing_moves(chromium, home, scheme):
    settings = {"forced_colors": "active", "color_scheme": scheme, "reduced_motion": "reduce"}
    with chromium.new_context(viewport=browser.PHONE, **settings) as context:
        front, findings, lines = (
            browser.open_page(context, home, name).page for name in (FRONT, FINDINGS, "chapters/03_gdp.html")
        )
        icons = front.locator(".bd-header-article :is(.fas, .fa-solid):visible").all()
        badges = findings.locator(".verdict-key .badge").all()
        signs = [read(icon.screenshot()) for icon in icons]
        # Of a badge the place of its mark.
        signs += [read(badge.screenshot()).crop((9, 6, 20, 18)) for badge in badges]
        chart = lines.locator(".chart").first
        chart.locator(".chart-view").focus()
        lines.keyboard.press("ArrowDown")
        chart.locator(".chart-walked").wait_for()
        fill = chart.locator(".chart-live text").first.evaluate("text => getComputedStyle(text).fill")
        assert fill == chart.evaluate("chart => getComputedStyle(chart).color")
        assert lines.evaluate("document.getAnimations().length") == 0
    assert len(icons) == 5 and len(badges) == 5
    assert min(map(measure_share, signs)) > 0.1
