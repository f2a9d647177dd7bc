"""Charts that travel: choose, link, save and embed, as a reader of two chapters does."""

import csv
from urllib.parse import quote

from PIL import Image

from tests import browser
from tests.pages import built, checks
from tests.waiting import until

PORTS, CASES = (
    ("chapters/21_port_checks.html", "fig-port-coast"),
    ("chapters/03_borders_checks.html", "fig-borders-classes"),
)


def _open(page, figure: str):
    chart = page.locator(f"#{figure} .chart")
    chart.scroll_into_view_if_needed()
    page.locator(f"#{figure} .chart.is-live").wait_for()
    return chart


def test_a_choice_is_drawn_said_kept_in_the_address_and_taken_along(at_desk, home, tmp_path):
    at_desk.grant_permissions(["clipboard-read", "clipboard-write"])
    page = browser.open_page(at_desk, home, PORTS[0]).page
    chart = _open(page, PORTS[1])
    chart.get_by_text("Choose ports and years").press("Enter")
    chart.get_by_role("checkbox", name="Tianjin").press("Space")
    chart.get_by_role("combobox", name="to").select_option("2016")
    words = "You see Tianjin, 2008 to 2016; the title describes all ports and years."
    chart.get_by_text(words).first.wait_for()
    page.wait_for_url(f"**/21_port_checks.html#{PORTS[1]}?places=Tianjin&to=2016")
    assert words in chart.locator(".chart-said").inner_text()
    chart.get_by_text("Data: download, share, enlarge").click()
    for kind, name in (("CSV", "csv"), ("PNG", "png")):
        with page.expect_download() as download:
            chart.get_by_role("button", name=f"Save as {kind}").click()
        assert download.value.suggested_filename.endswith(f"tianjin-2008-to-2016.{name}")
        download.value.save_as(tmp_path / name)
    heads, *rows = csv.reader((tmp_path / "csv").read_text("utf-8-sig").splitlines())
    assert "Share of the coast, from 2013 (points)" in heads
    assert {row[0] for row in rows} == {"Tianjin"} and [int(row[1]) for row in rows] == [
        *range(2008, 2017)
    ]
    drawing = chart.locator(".chart-view").bounding_box()
    assert Image.open(tmp_path / "png").height > 2 * (drawing["height"] + 120)
    chart.get_by_role("button", name="Large view").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("svg").bounding_box()["width"] > drawing["width"]
    assert dialog.get_by_text(words).is_visible() and checks.accessibility(page) == []
    page.keyboard.press("Escape")
    assert dialog.count() == 0
    chart.get_by_role("button", name="Copy link").click()
    chart.get_by_text("Link copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    other = at_desk.new_page()
    other.goto(link)
    other.get_by_text(words).first.wait_for()
    assert (
        other.evaluate(f"document.querySelector('#{PORTS[1]}').getBoundingClientRect().top") < 400
    )
    # The same chart in a frame of another page, in its state.
    chart.get_by_role("button", name="Embed").click()
    read = "navigator.clipboard.readText()"
    until(lambda: page.evaluate(read).startswith("<iframe"), "the frame's code is copied", 30)
    code = page.evaluate(read)
    other.route(
        "**/elsewhere.html",
        lambda route: route.fulfill(body=f"<p>Quoted</p>{code}", content_type="text/html"),
    )
    other.goto(f"{home}/elsewhere.html")
    frame = other.frame_locator("iframe")
    frame.get_by_text(words).first.wait_for()
    frame.get_by_text("Data: National Bureau of Statistics of China.").wait_for()
    assert frame.get_by_role("link", name="CC BY 4.0").count() == 1
    assert frame.locator("main > p a").first.get_attribute("href") == f"../../{PORTS[0]}#{PORTS[1]}"


def test_a_refused_clipboard_shows_the_link_and_names_follow_the_switch(at, home):
    page = at(CASES[0])
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate(
        "document.querySelectorAll('.waits').forEach((part) => part.classList.add('is-open'))"
    )
    chart = _open(page, CASES[1])
    chart.get_by_text("Data: download, share, enlarge").click()
    option = "equal counts"
    chart.locator(".chart-controls").get_by_label(option).check()
    title = next(spec for spec in built.charts(CASES[0]) if "follow" in spec.get("usermeta", {}))
    title = title["usermeta"]["follow"]["texts"][f'["{option}"]'][0]
    chart.get_by_role("button", name=f"Copy link: {title}").click()
    field = chart.locator(".chart-copied input")
    assert field.input_value() == f"{home}/{CASES[0]}#{CASES[1]}?way={quote(option)}"
    assert page.evaluate("getSelection().toString()") == field.input_value()
