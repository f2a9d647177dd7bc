"""Pages of the built book in a browser: shared by the tests and the bench."""

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
# Script that makes every write to localStorage fail.
FULL = (
    "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serve files like a static host: compressed and cacheable."""

    protocol_version = "HTTP/1.1"  # keep connections alive

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
        # The browser may have left the page.
        with suppress(BrokenPipeError):
            self.wfile.write(body)


@contextmanager
def serve_folder(
    folder: Path, note: Callable[[str, int], None] = lambda path, size: None
) -> Iterator[str]:
    """Serve a folder on this machine's loopback; yields its address without a final slash.

    `note` is called with the path and the bytes on the wire of every file.
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
    """Map old addresses of a built book, which only redirect, to the new ones."""
    moved = {}
    for path in folder.rglob("*.html"):
        with path.open(encoding="utf-8") as handle:
            start = handle.read(1000)
        if target := re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', start):
            moved[path.relative_to(folder).as_posix()] = target[1]
    return moved


def list_pages(folder: Path = HTML) -> list[str]:
    """List the pages of the built book relative to its root, without redirects."""
    moved = list_moved_pages(folder)
    names = (
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.html")
        if "_static" not in path.parts and "_sources" not in path.parts
    )
    return sorted(name for name in names if name not in moved)


def read_search_index(folder: Path) -> dict[str, str]:
    """Read the search index of a built book: page to text."""
    texts = {}
    for path in (folder / "pagefind" / "fragment").iterdir():
        fragment = json.loads(
            gzip.decompress(path.read_bytes()).decode().removeprefix("pagefind_dcd")
        )
        texts[fragment["url"]] = fragment["content"]
    return texts


def find_third_party_loads(folder: Path = HTML) -> list[str]:
    """List third-party addresses that pages and style sheets load, each with its file. Links do not
    count."""
    loads = "//@src | //@srcset | //@poster | //@data | //@*[name() = 'xlink:href']"
    loads += " | //link/@href | //use/@href | //image/@href"
    addresses = []
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.css")]):
        text = path.read_text(encoding="utf-8")
        pairs = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", text)
        urls = html.fromstring(text).xpath(loads) if path.suffix == ".html" else []
        elsewhere = (
            url for url in [*urls, *map("".join, pairs)] if re.match(r"(?:https?:)?//", url.strip())
        )
        addresses += [f"{path.relative_to(folder).as_posix()}: {url}" for url in elsewhere]
    return addresses


@dataclass
class Visit:
    """Errors and requests while a page was open."""

    page: Page
    home: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    fetched: list[str] = field(
        default_factory=list
    )  # by scripts, which fails for a page in a folder

    def __post_init__(self) -> None:
        """Record errors and requests to other hosts from now on."""
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None,
        )
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if urlsplit(request.url).scheme in {"data", "blob"}:
            return
        if not request.url.startswith(self.home):
            self.foreign.append(request.url)
        if request.resource_type in {"fetch", "xhr"}:
            self.fetched.append(request.url)

    def find_charts_not_drawn(self, patience: int = 30_000) -> list[str]:
        """Scroll to each chart and list the titles of those that do not become interactive.

        Still charts stay drawings. `patience` is in milliseconds, for each chart.
        """
        self.page.mouse.move(1, 1)  # charts load Vega with the first event of a reader
        silent = []
        for chart in self.page.locator(".chart:not(.still)").all():
            chart.scroll_into_view_if_needed()
            try:
                chart.locator(".chart-live svg path, .chart-live svg text").first.wait_for(
                    state="attached", timeout=patience
                )
            except Exception:  # Playwright's timeout
                silent.append(chart.locator(".chart-title").inner_text())
        return silent


def open_page(context, home: str, name: str) -> Visit:
    """Open a page of the book and record errors and requests from the start."""
    visit = Visit(context.new_page(), home)
    visit.page.goto(f"{home}/{name}", wait_until="load")
    return visit


class Firefox:
    """A page in the installed Firefox, driven by Marionette: Playwright drives only its own
    build."""

    def __init__(self, program: str, profile: Path) -> None:
        settings = 'user_pref("marionette.port", 0); user_pref("ui.prefersReducedMotion", 1);\n'
        (profile / "user.js").write_text(settings, encoding="utf-8")
        command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        port = profile / "MarionetteActivePort"
        until(lambda: port.exists() and port.read_text(), "Firefox listens")
        self._stream = socket.create_connection(("127.0.0.1", int(port.read_text()))).makefile(
            "rwb"
        )
        self._receive()
        self._ask("WebDriver:NewSession")
        self._ask("WebDriver:SetWindowRect", **DESK)

    def _receive(self) -> Any:
        size = b"".join(iter(functools.partial(self._stream.read, 1), b":"))
        return json.loads(self._stream.read(int(size)))

    def _ask(self, command: str, **parameters: object) -> Any:
        message = json.dumps([0, 1, command, parameters]).encode()
        self._stream.write(b"%d:%s" % (len(message), message))
        self._stream.flush()
        _, _, error, answer = self._receive()
        assert error is None, error
        return answer.get("value")

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
    """Open a page whose Python will be started, as who runs code sees it, with a longer timeout."""
    context.add_init_script("localStorage.setItem('layer', 'work')")
    visit = open_page(context, home, f"{name}.html")
    visit.page.set_default_timeout(120_000)
    return visit
