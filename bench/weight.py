"""Measure what crosses the wire for every page of the book, and what moves on it.

A first visit is that of a phone with an empty cache, and goes on to the end of the page, so it counts the
chart library too, which loads when the reader comes near a chart; "at the top" counts what loads before. The
second comes back; the next page is for who comes from the page before. The table has the heaviest pages.
"""

from common import Part, say
from live_cells.browser import launch_chromium

from tests import browser
from tests.pages import checks

SHOWN = 12
MARKS = {
    "first visit, kB": 450,
    "landing, kB": 350,
    "requests": 20,
    "second, requests": 0,
    "foreign requests": 0,
    "layout shift": 0.05,
    "next page, kB": 150,
}


def visit(context, home: str, name: str, sent: list[int]) -> dict[str, float | None]:
    """Open a page and read it to its end; `sent` has the bytes of each file that the server sends."""
    sent.clear()
    reader = browser.Visit(page := context.new_page())
    reader.watch(home)
    page.goto(f"{home}/{name}", wait_until="networkidle")
    top = sum(sent)
    # Without charts too: whatever waits for the reader to come near.
    page.evaluate(checks.READ_THROUGH)
    if reader.find_charts_not_drawn():
        raise SystemExit(f"{name}: a chart did not draw")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    shifted = page.evaluate("window.shifted")
    page.close()
    return {
        "at the top, kB": round(top / 1000, 1),
        "first visit, kB": round(sum(sent) / 1000, 1),
        "requests": len(sent),
        "foreign requests": len(reader.foreign),
        "layout shift": round(shifted, 3),
    }


def measure() -> Part:
    names = sorted(browser.list_pages(), key=lambda name: name != "index.html")
    table: dict[str, dict] = {}
    sent: list[int] = []
    serving = browser.serve_folder(browser.HTML, lambda path, size: sent.append(size))
    with serving as home, launch_chromium() as chromium:
        walk = chromium.new_context(viewport=browser.DESK)
        for place, name in enumerate(names, start=1):
            say(f"weight: page {place} of {len(names)}, {name}")
            fresh = chromium.new_context(viewport=browser.PHONE)
            table[name] = visit(fresh, home, name, sent)
            table[name]["second, requests"] = visit(fresh, home, name, sent)["requests"]
            fresh.close()
            # The first page of a walk brings the chart library, the others only themselves.
            came = visit(walk, home, name, sent)["first visit, kB"]
            table[name]["next page, kB" if place > 1 else "landing, kB"] = came
    found = {figure: max(row.get(figure, 0) for row in table.values()) for figure in MARKS}
    heaviest = sorted(table.items(), key=lambda row: -row[1]["first visit, kB"])[:SHOWN]
    return Part(found, MARKS, table=dict(heaviest))
