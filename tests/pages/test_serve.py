"""`make serve` sends what a static host sends: compressed files, and the book's page where there is
none."""

import asyncio
import gzip
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from book import serve

ROOT = Path(__file__).parents[2]


@pytest.fixture
def address(tmp_path):
    page = "<!doctype html><title>Page</title>" + "<p>text</p>" * 500
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (tmp_path / "404.html").write_text("Not here.", encoding="utf-8")
    # In a thread with a loop of its own: the tests' browser may have one that runs in this thread.
    loop = asyncio.new_event_loop()
    ready = Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]

    async def start() -> None:
        serve.make_application(tmp_path).listen(port, "127.0.0.1")

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        ready.set()
        loop.run_forever()

    thread = Thread(target=run)
    thread.start()
    assert ready.wait(30)
    yield f"http://127.0.0.1:{port}/"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_pages_are_compressed_for_a_browser_that_takes_it(address, tmp_path):
    page = (tmp_path / "index.html").read_bytes()
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        sent = answer.read()
    assert gzip.decompress(sent) == page and len(sent) < len(page) / 10
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == page


def test_an_address_without_a_file_shows_the_page_for_it(address):
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{address}nowhere.html")
    assert missing.value.code == 404 and missing.value.read() == b"Not here."


def test_a_port_in_use_is_one_sentence(address, tmp_path):
    port = address.rsplit(":", 1)[1].strip("/")
    command = [sys.executable, "-m", "book.serve", str(tmp_path), "--port", port]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"{serve.IN_USE.format(port=port, other=int(port) + 1)}\n"
