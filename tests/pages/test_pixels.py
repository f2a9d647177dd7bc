"""What only pixels show: the place of marks that lie over a chart, and signs in forced colours."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from jingjinji import claims
from tests import browser
from tests.pages import built, checks
from tests.waiting import until

AIR, FINDINGS, FRONT = "chapters/22_air.html", "pages/findings.html", "index.html"
INSTRUMENTS = "#fig-air-instruments .chart-live"
PEOPLE = "satellite, people"
POINT = f"{INSTRUMENTS} path[aria-label^='year: 2022'][aria-label*='{PEOPLE}']"
GUESS = """(([figure, value]) => {
  const fields = [...document.querySelectorAll(".guess-live input[type=text]")];
  const field = fields.find((one) =>
    one.closest(".guess-live").dataset.guess.includes(`"${figure}"`));
  field.value = value;
  field.form.requestSubmit();
  document.getElementById(figure).scrollIntoView({ behavior: "instant", block: "center" });
  dispatchEvent(new Event("pointermove"));
})"""


def read_people() -> float:
    """Read the satellite's value for 2022 where people live, as chapter 22 draws it."""
    rows = (
        row for chart in built.charts(AIR) for table in chart["datasets"].values() for row in table
    )
    return next(
        row["pm25"] for row in rows if row.get("instrument") == PEOPLE and row["year"] == 2022
    )


@pytest.fixture(params=["chromium", "firefox"])
def page(request):
    """A page of Chromium, and of Firefox."""
    if request.param == "firefox":
        return request.getfixturevalue("firefox")
    return request.getfixturevalue("at_desk").new_page()


def read(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def find_middle(page, change: str, within: str = "main") -> tuple[float, float]:
    """Middle of the pixels of an element that a script changes."""
    around = (
        "(({ x, y, right, bottom }) => [x, y, right,"
        f" bottom])({pick(within)}.getBoundingClientRect())"
    )
    x, y, *_ = box = page.evaluate(around)
    shown = read(page.screenshot()).crop(box)
    page.evaluate(change)
    changed = ImageChops.difference(shown, read(page.screenshot()).crop(box)).convert("L")
    left, top, right, bottom = changed.point(lambda level: level > 30 and 255).getbbox()
    return x + (left + right) / 2, y + (top + bottom) / 2


def pick(selector: str) -> str:
    return f'document.querySelector("{selector}")'


def hide(selector: str) -> str:
    return f'{pick(selector)}.style.visibility = "hidden"'


def measure_share(sign: Image.Image) -> float:
    """Share of pixels that differ from the most frequent colour, the background."""
    levels = sign.convert("L").histogram()
    ground = levels.index(max(levels))
    return sum(count for level, count in enumerate(levels) if abs(level - ground) > 100) / sum(
        levels
    )


def test_a_guess_stands_where_the_chart_has_the_same_value(page, home):
    page.goto(f"{home}/{AIR}")
    page.evaluate("localStorage.clear()")
    page.evaluate(f"{GUESS}(['fig-air-instruments', {read_people()}])")
    until(lambda: page.evaluate("!!document.querySelector('.guess-line')"), "the guess is drawn")
    page.evaluate("document.querySelector('.guess-line span').remove()")
    (_, guessed), (_, drawn) = (find_middle(page, hide(part)) for part in (".guess-line", POINT))
    assert guessed == pytest.approx(drawn, abs=1)


def test_the_article_s_number_stands_where_a_guess_of_it_does(page, home):
    """On the start page: the knob, the guess's line, and the line and mark of the article."""
    page.goto(f"{home}/{FRONT}")
    value = claims.get("C80").value
    move = (
        '((slider, value) => { slider.value = value; slider.dispatchEvent(new Event("input")); })'
    )
    below, same, above = (
        f"{move}({pick('.scale-live input')}, {value + by})" for by in (-0.2, 0, 0.2)
    )
    page.evaluate(below)
    knob = find_middle(page, above, ".scale-slider")  # in the middle between both knobs
    page.evaluate(same)
    page.evaluate(f"{pick('.scale-live > button')}.click()")
    page.evaluate(hide(".scale-number"))
    mark = find_middle(page, hide(".scale-mark"), ".scale-live li .scale-track")
    row = ".scale-live li:nth-child(2) .scale-track"
    article = "<style>.scale-track::after { display: none !important; }</style>"
    line = find_middle(page, f"document.head.insertAdjacentHTML('beforeend', '{article}')", row)
    guessed = find_middle(page, f'{pick(".scale")}.classList.remove("has-guess")', row)
    assert [place[0] for place in (knob, guessed, mark)] == pytest.approx([line[0]] * 3, abs=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signs_and_charts_are_seen_in_forced_colours_and_nothing_moves(chromium, home, scheme):
    settings = {"forced_colors": "active", "color_scheme": scheme, "reduced_motion": "reduce"}
    with chromium.new_context(viewport=browser.PHONE, **settings) as context:
        front, findings, lines = (
            browser.open_page(context, home, name).page
            for name in (FRONT, FINDINGS, "chapters/04_vintages.html")
        )
        icons = front.locator(".bd-header-article :is(.fas, .fa-solid):visible").all()
        badges = findings.locator(".verdict-key .badge").all()
        signs = [read(icon.screenshot()) for icon in icons]
        # Of a badge the place of its mark.
        signs += [read(badge.screenshot()).crop((9, 6, 20, 18)) for badge in badges]
        lines.evaluate(checks.OPEN_COVERS)
        chart = lines.locator(".chart").first
        chart.locator(".chart-view").focus()
        lines.keyboard.press("ArrowDown")
        chart.locator(".chart-walked").wait_for()
        fill = chart.locator(".chart-live text").first.evaluate(
            "text => getComputedStyle(text).fill"
        )
        assert fill == chart.evaluate("chart => getComputedStyle(chart).color")
        assert lines.evaluate("document.getAnimations().length") == 0
    assert len(icons) == 5 and len(badges) == 6
    assert min(map(measure_share, signs)) > 0.1
