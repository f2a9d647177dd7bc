"""Serve the built book on this machine, compressed as static hosts do.

Usage: ``python -m book.serve FOLDER [--bind 127.0.0.1] [--port 8000]``. A folder shows its
`index.html`, and an address without a file the book's page for it, `404.html`.
"""

import argparse
import asyncio
from pathlib import Path

from tornado import web

MISSING = "404.html"
IN_USE = "Port {port} is in use or not allowed; choose another: make serve PORT={other}"


class Files(web.StaticFileHandler):
    """Files of the book. A browser asks each time whether one has changed."""

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-cache")

    def write_error(self, status_code: int, **kwargs: object) -> None:
        missing = Path(self.root, MISSING)
        if status_code == 404 and missing.is_file():
            self.finish(missing.read_bytes())
        else:
            super().write_error(status_code, **kwargs)


def make_application(folder: Path) -> web.Application:
    """Make a server of the files of a folder."""
    options = {"path": str(folder), "default_filename": "index.html"}
    return web.Application(
        [("/(.*)", Files, options)],
        compress_response=True,
        log_function=lambda handler: None,  # a terminal is read for its address
    )


async def serve(folder: Path, bind: str, port: int) -> None:
    """Serve a folder until the program is stopped."""
    make_application(folder).listen(port, bind)
    print(f"Serving on http://localhost:{port} (stop with Ctrl-C)", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Serve the folder that the command names."""
    parser = argparse.ArgumentParser(
        prog="python -m book.serve", description="Serve the built book."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bind", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    try:
        asyncio.run(serve(given.folder, given.bind, given.port))
    except OSError:
        raise SystemExit(IN_USE.format(port=given.port, other=given.port + 1)) from None
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
