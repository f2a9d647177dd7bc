"""Bytes and requests of every page of the book.

The first visit is that of a phone with an empty cache and scrolls to the end of the page, which
loads the chart library. The second visit has the cache of the first. "Next page" belongs to a walk
through the book at desktop width. Each figure is that of the worst page, which is named.
"""

from collections.abc import Iterator

from common import Row, report_progress
from live_cells.browser import launch_chromium

from tests import browser
from tests.pages import checks

LIMITS = {
    "first visit, kB": 480,  # 30 of them for the worker
    "requests": 20,
    "second, requests": 2,  # for the version, and for its worker
    "next page, kB": 150,
}


def visit(context, home: str, name: str, sent: list[int]) -> dict[str, float]:
    """Open a page and scroll to its end; `sent` collects the bytes of each file that the server
    sends."""
    sent.clear()
    reader = browser.Visit(page := context.new_page(), home)
    page.goto(f"{home}/{name}", wait_until="networkidle")
    page.evaluate(checks.READ_THROUGH)
    if reader.find_charts_not_drawn():
        raise SystemExit(f"{name}: a chart did not draw")
    page.wait_for_load_state("networkidle")
    page.close()
    return {"requests": len(sent), "first visit, kB": round(sum(sent) / 1000, 1)}


def measure() -> Iterator[Row]:
    pages: dict[str, dict[str, float]] = {}
    sent: list[int] = []
    serving = browser.serve_folder(browser.HTML, lambda path, size: sent.append(size))
    with serving as home, launch_chromium() as chromium:
        walk = chromium.new_context(viewport=browser.DESK)
        visit(walk, home, "index.html", sent)
        for name in browser.list_pages():
            report_progress(f"Opening {name}")
            phone = chromium.new_context(viewport=browser.PHONE)
            pages[name] = visit(phone, home, name, sent)
            pages[name]["second, requests"] = visit(phone, home, name, sent)["requests"]
            phone.close()
            pages[name]["next page, kB"] = visit(walk, home, name, sent)["first visit, kB"]
    for figure, limit in LIMITS.items():
        worst = max(pages, key=lambda name: pages[name][figure])
        yield Row(f"page weight: {figure}", pages[worst][figure], limit, worst)
