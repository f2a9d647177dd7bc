"""The book on a reader's device: what is shown without a network, and how a new version takes
over."""

import shutil

import pytest

from book import offline
from tests import browser
from tests.waiting import until

CHAPTER, OTHER = "chapters/04_vintages.html", "chapters/08_gaps.html"
EXERCISES, SEARCH = "exercises/pages/04_vintages.html", "pages/search.html"
PAGES = {
    "index.html": "The course",
    CHAPTER: "3. The number",
    OTHER: "4. Gaps",
    EXERCISES: "",
    SEARCH: "",
}
KEPT = (
    "async () => await navigator.serviceWorker.ready && await globalThis.bookFiles?.listKept()"
    " || []"
)
# Whether a new worker waits; null if the page has none within a second, as while one takes over: a
# promise that is never kept would hold the test for ever.
WAITS = """Promise.race([
  navigator.serviceWorker.ready.then((registration) => Boolean(registration.waiting)),
  new Promise((go) => setTimeout(go, 1000, null)),
])"""
FULL = (
    "() => { Cache.prototype.put = () => Promise.reject(new DOMException('',"
    " 'QuotaExceededError')); }"
)


@pytest.fixture
def book(html, tmp_path):
    """A part of the book, in a folder of a host, with a file in the place of Python."""
    folder = tmp_path / "course"
    for part in ("_static", "pagefind"):
        shutil.copytree(html / part, folder / part, ignore=shutil.ignore_patterns("live-cells"))
    for page in (*PAGES, offline.NOT_FOUND):
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(html / page, folder / page)
    (folder / offline.FOLDER).mkdir()
    (folder / offline.FOLDER / "library.zip").write_bytes(b"Python")
    offline.write(folder, PAGES, "0.1.0")
    return folder


@pytest.fixture
def reader(chromium, book):
    """A reader on a phone, who has opened a chapter and touched it."""
    settings = {"viewport": browser.PHONE, "service_workers": "allow"}
    with browser.serve_folder(book.parent) as address, chromium.new_context(**settings) as context:
        visit = browser.open_page(context, f"{address}/course", CHAPTER)
        visit.page.mouse.move(5, 5)
        until(lambda: CHAPTER in visit.page.evaluate(KEPT), "the chapter is kept")
        yield visit


def press(page, button: str, says: str) -> None:
    """Press a button of the start page once it can be pressed, and wait for what the page says
    then."""
    page.mouse.move(9, 9)
    page.locator(".kept-here button:enabled", has_text=button).click()
    page.locator(".kept-here", has_text=says).wait_for()


def test_what_was_read_is_there_without_a_network_and_if_asked_all_of_the_book(reader):
    page = reader.page
    home = reader.home
    page.context.set_offline(True)
    page.reload()
    assert reader.find_charts_not_drawn() == []
    page.goto(f"{home}/{OTHER}")
    assert "is not kept on this device" in page.locator("main").inner_text()
    page.get_by_role("link", name="3. The number").click()
    page.wait_for_url(f"{home}/{CHAPTER}")
    page.context.set_offline(False)
    page.goto(f"{home}/index.html")
    page.evaluate(
        "(navigator.storage.persist = () => new Promise(() => {}), 0)"
    )  # as Firefox, which asks
    press(page, "Keep all lessons", "(version 0.1.0) open without a network. All lessons")
    press(page, "Also keep Python", "Python is kept")
    page.context.set_offline(True)
    for name in (OTHER, EXERCISES):
        page.goto(f"{home}/{name}")
        assert page.locator("article h1").count() == 1
    assert (
        page.evaluate("fetch('../../_static/live-cells/library.zip?v=1').then((a) => a.text())")
        == "Python"
    )
    page.goto(f"{home}/{SEARCH}?q=vintage")
    page.locator(".search-results a", has_text="figures").first.wait_for()
    page.goto(f"{home}/")
    press(page, "Delete offline copy", "Offline copy deleted.")
    page.context.set_offline(False)
    page.evaluate(FULL)
    press(page, "Keep all lessons", "Storage is full")


def test_a_new_version_is_seen_at_once_and_no_page_is_given_a_script_of_another(reader, book):
    old = reader.page
    home = reader.home
    script = book / "_static" / "book.js"
    read = "fetch('../_static/book.js', {cache: 'reload'}).then((answer) => answer.text())"
    old.goto(f"{home}/index.html")
    press(old, "Keep all lessons", "Done.")
    old.goto(f"{home}/{OTHER}")
    one = old.evaluate(read)
    script.write_text(f"{one}\nglobalThis.isNew = true;", encoding="utf-8")
    text = (book / OTHER).read_text(encoding="utf-8").replace("<h1>", "<h1>New: ")
    (book / OTHER).write_text(text.replace("book.js?v=", "book.js?v=2"), encoding="utf-8")
    offline.write(book, PAGES, "0.2.0")
    new = browser.open_page(old.context, home, OTHER).page
    assert "New: " in new.locator("article h1").inner_text() and new.evaluate("isNew")
    assert old.evaluate(read) == one != new.evaluate(read)
    until(lambda: new.evaluate(WAITS), "it is kept")
    old.close()
    new.reload()
    # Not `evaluate`: its answer can be lost while the page is loaded anew.
    new.wait_for_function(f"() => globalThis.isNew && {WAITS}.then((waits) => waits === false)")
    new.context.set_offline(True)
    new.goto(f"{home}/{OTHER}")
    assert "New: " in new.locator("article h1").inner_text() and new.evaluate("isNew")
    names = (
        f"caches.open('book at {home}/').then((kept) => kept.keys()).then((all) => all.map((one) =>"
        " one.url))"
    )
    assert len([url for url in new.evaluate(names) if "book.js" in url]) == 1
