"""Drive the machine's Chromium by Playwright, headless."""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright, Route

# The headless shell comes first: it needs a third less CPU to open a page.
NAMES: tuple[str, ...] = ("chromium-headless-shell", "chromium", "chromium-browser")
NAMES += ("google-chrome", "google-chrome-stable", "chrome")
# No requests in the background; starts as root in a container.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Address of an opened folder, which exists in no network.
HOME = "http://folder.invalid/"


class NoBrowser(Exception):
    """This machine has no browser or no Playwright; the message says what to install."""


@contextmanager
def _drive() -> Iterator[Playwright]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser(
            "Playwright, which drives the browser, is not installed; run 'pip install playwright'."
        ) from None
    with sync_playwright() as driver:
        yield driver


def _find(driver: Playwright) -> str:
    for name in NAMES:
        if path := shutil.which(name):
            return path
    path = driver.chromium.executable_path
    if not Path(path).exists():
        raise NoBrowser(
            f"No browser: none of {', '.join(NAMES)} is on the path, and Playwright has none of its"
            " own; install Chromium or Chrome, or run 'playwright install chromium'."
        )
    return path


def find_chromium() -> str:
    """Return the path of a browser, Playwright's own included; raises `NoBrowser`."""
    with _drive() as driver:
        return _find(driver)


@contextmanager
def launch_chromium() -> Iterator[Browser]:
    """Start a browser and close it at the end; raises `NoBrowser`."""
    with _drive() as driver:
        with driver.chromium.launch(executable_path=_find(driver), args=list(ARGUMENTS)) as browser:
            yield browser


@contextmanager
def open_folder(folder: Path) -> Iterator[BrowserContext]:
    """Open a browser that finds the files of a folder under `HOME`; raises `NoBrowser`."""

    def answer(route: Route) -> None:
        path = folder / unquote(urlsplit(route.request.url).path).lstrip("/")
        if path.is_file():
            route.fulfill(path=path, content_type=mimetypes.guess_type(path.name)[0])
        else:
            route.fulfill(
                status=200, body="<!doctype html><title>A folder</title>", content_type="text/html"
            )

    with launch_chromium() as browser, browser.new_context() as context:
        context.set_default_timeout(0)
        context.route("**/*", answer)
        yield context
