"""What a reader's browser makes of a page: shared by the tests and the bench."""

import functools
import gzip
import http.server
import json
import re
import socket
import subprocess
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import html
from playwright.sync_api import Page, Request

from tests.waiting import until

HTML = Path(__file__).parents[1] / "_build" / "html"
# Storage that takes nothing any more.
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class _Handler(http.server.SimpleHTTPRequestHandler):
    """A static host as a reader meets it: compressed, and allowing the browser to keep what it has."""

    protocol_version = "HTTP/1.1"  # a connection serves several files, as everywhere on the web

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=3600")
        if path.suffix in {".html", ".css", ".js", ".svg", ".json", ".txt", ".wasm"}:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.server.note(self.path, len(body))
        # A browser that has left the page does not wait for what it asked.
        with suppress(BrokenPipeError):
            self.wfile.write(body)


@contextmanager
def serve_folder(folder: Path, note: Callable[[str, int], None] = lambda path, size: None) -> Iterator[str]:
    """Serve a folder on this machine's loopback; yields its address without a final slash.

    `note` is told of every file that is sent, with its bytes on the wire.
    """
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder))
    )
    server.note = note
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def list_moved_pages(folder: Path = HTML) -> dict[str, str]:
    """Old addresses of a built book that only lead on, each with the new one."""
    found = {}
    for path in folder.rglob("*.html"):
        with path.open(encoding="utf-8") as handle:
            start = handle.read(1000)
        if leads := re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', start):
            found[path.relative_to(folder).as_posix()] = leads[1]
    return found


def list_pages(folder: Path = HTML) -> list[str]:
    """Every page of the built book that has something to read, relative to its root."""
    moved = list_moved_pages(folder)
    names = (
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.html")
        if "_static" not in path.parts and "_sources" not in path.parts
    )
    return sorted(name for name in names if name not in moved)


def read_search_index(folder: Path) -> dict[str, str]:
    """What the search of a built book can find: page to text."""
    found = {}
    for path in (folder / "pagefind" / "fragment").iterdir():
        fragment = json.loads(gzip.decompress(path.read_bytes()).decode().removeprefix("pagefind_dcd"))
        found[fragment["url"]] = fragment["content"]
    return found


def find_third_party_loads(folder: Path = HTML) -> list[str]:
    """Addresses elsewhere that the pages and style sheets of a built book would load, each with its file.

    What a browser fetches by itself to show a page: everything but the links that a reader follows.
    """
    loads = "//@src | //@srcset | //@poster | //@data | //@*[name() = 'xlink:href']"
    loads += " | //link/@href | //use/@href | //image/@href"
    found = []
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.css")]):
        text = path.read_text(encoding="utf-8")
        pairs = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", text)
        urls = html.fromstring(text).xpath(loads) if path.suffix == ".html" else []
        elsewhere = (url for url in [*urls, *map("".join, pairs)] if re.match(r"(?:https?:)?//", url.strip()))
        found += [f"{path.relative_to(folder).as_posix()}: {url}" for url in elsewhere]
    return found


@dataclass
class Visit:
    """What happened while a page was open."""

    page: Page
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)  # by a script, which a page in a folder may not do

    def watch(self, home: str) -> None:
        """Note errors, and requests that go anywhere but to the book."""
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        self.page.on("request", lambda request: self._note(request, home))

    def _note(self, request: Request, home: str) -> None:
        if urlsplit(request.url).scheme in {"data", "blob"}:
            return
        if not request.url.startswith(home):
            self.foreign.append(request.url)
        if request.resource_type in {"fetch", "xhr"}:
            self.fetched.append(request.url)

    def find_charts_not_drawn(self, patience: int = 30_000) -> list[str]:
        """Titles of the charts that did not come to life when the reader scrolled to them.

        A still chart waits until the reader asks for it, so it is not among them. Each chart has `patience`
        milliseconds.
        """
        self.page.mouse.move(1, 1)  # charts wait for a sign that somebody is there
        silent = []
        for chart in self.page.locator(".chart:not(.still)").all():
            chart.scroll_into_view_if_needed()
            try:
                chart.locator(".chart-live svg path, .chart-live svg text").first.wait_for(
                    state="attached", timeout=patience
                )
            except Exception:  # Playwright's own timeout: whatever the reason, nothing was drawn
                silent.append(chart.locator(".chart-title").inner_text())
        return silent


def open_page(context, home: str, name: str) -> Visit:
    """Open one page of the book, watching from the first request on."""
    visit = Visit(context.new_page())
    visit.watch(home)
    visit.page.goto(f"{home}/{name}", wait_until="load")
    return visit


class Firefox:
    """A page in the machine's Firefox, as far as a comparison of pixels needs one.

    Playwright drives only a Firefox of its own. This one speaks Marionette, which every Firefox knows.
    """

    def __init__(self, program: str, profile: Path) -> None:
        settings = 'user_pref("marionette.port", 0); user_pref("ui.prefersReducedMotion", 1);\n'
        (profile / "user.js").write_text(settings, encoding="utf-8")
        command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = profile / "MarionetteActivePort"
        until(lambda: port.exists() and port.read_text(), "Firefox listens")
        self._stream = socket.create_connection(("127.0.0.1", int(port.read_text()))).makefile("rwb")
        self._receive()
        self._ask("WebDriver:NewSession")
        self._ask("WebDriver:SetWindowRect", **DESK)

    def _receive(self) -> Any:
        size = b"".join(iter(functools.partial(self._stream.read, 1), b":"))
        return json.loads(self._stream.read(int(size)))

    def _ask(self, command: str, **parameters: object) -> Any:
        said = json.dumps([0, 1, command, parameters]).encode()
        self._stream.write(b"%d:%s" % (len(said), said))
        self._stream.flush()
        _, _, error, found = self._receive()
        assert error is None, error
        return found.get("value")

    def goto(self, address: str) -> None:
        self._ask("WebDriver:Navigate", url=address)

    def evaluate(self, expression: str) -> Any:
        return self._ask("WebDriver:ExecuteScript", script=f"return {expression}", args=[])

    def screenshot(self) -> bytes:
        return b64decode(self._ask("WebDriver:TakeScreenshot", full=False))

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


def open_lab(context, home: str, name: str) -> Visit:
    """Open a page whose Python will be started, which takes its time on a busy machine."""
    visit = open_page(context, home, f"{name}.html")
    visit.page.set_default_timeout(120_000)
    return visit
