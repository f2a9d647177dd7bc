"""Measure what crosses the wire for every page of the book.

A first visit has an empty cache and goes on to the end of the page, so it counts the chart library too, which
loads when the reader comes near a chart; "at the top" counts what loads before any scrolling. The next page
is the one after it in the book, for a reader who comes from the page before.
"""

from common import Part, say
from live_cells.browser import launch_chromium

from tests import browser

MARKS = {
    "chapter, first visit, kB": 450,
    "landing, first visit, kB": 350,
    "first visit, requests": 20,
    "next page, kB": 150,
}


class Traffic:
    """Bytes and requests that cross the wire while a page is open."""

    def __init__(self, page) -> None:
        self.bytes = self.requests = 0
        self.cached: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestServedFromCache", lambda event: self.cached.add(event["requestId"]))
        session.on("Network.loadingFinished", self._count)

    def _count(self, event: dict) -> None:
        if event["requestId"] not in self.cached and event["encodedDataLength"] > 0:
            self.bytes += int(event["encodedDataLength"])
            self.requests += 1


def visit(context, address: str) -> dict[str, float | None]:
    page = context.new_page()
    traffic = Traffic(page)
    page.goto(address, wait_until="networkidle")
    top = traffic.bytes
    if browser.Visit(page).find_charts_not_drawn():
        raise SystemExit(f"{address}: a chart did not draw")
    # Without charts too: whatever else waits for the reader to come near.
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    page.close()
    return {
        "at the top, kB": round(top / 1000, 1),
        "first visit, kB": round(traffic.bytes / 1000, 1),
        "requests": traffic.requests,
    }


def in_reading_order(names: list[str]) -> list[str]:
    return ["index.html", *(name for name in names if name != "index.html")]


def measure() -> Part:
    names = in_reading_order(browser.list_pages())
    table: dict[str, dict] = {}
    with browser.serve_folder(browser.HTML) as home, launch_chromium() as chromium:
        walk = chromium.new_context(viewport=browser.DESK)
        for place, name in enumerate(names, start=1):
            say(f"weight: page {place} of {len(names)}, {name}")
            fresh = chromium.new_context(viewport=browser.DESK)
            table[name] = visit(fresh, f"{home}/{name}")
            fresh.close()
            table[name]["next page, kB"] = visit(walk, f"{home}/{name}")["first visit, kB"]
        walk.close()
    chapters = [figures for name, figures in table.items() if name.startswith("chapters/")]

    def worst(figure: str, among: list[dict]) -> float:
        return max(each[figure] or 0 for each in among)

    found = {
        "chapter, first visit, kB": worst("first visit, kB", chapters),
        "landing, first visit, kB": table["index.html"]["first visit, kB"],
        "first visit, requests": worst("requests", chapters),
        # The first chapter of a walk brings the chart library, the others only themselves.
        "next page, kB": worst("next page, kB", chapters[1:]),
    }
    return Part(found, MARKS, table=table)
