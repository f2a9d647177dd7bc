"""Show a chapter in the browser as it is written: ``python -m book.watch 03 8000 make book CHAPTER=03``.

Each save of the chapter or its exercises runs the command and has the browser load the page again; what went
wrong stands in the terminal, and the page before it stays.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

# This machine alone; in a container, the address that its port is forwarded from.
BIND = os.environ.get("BIND", "127.0.0.1")
FOLDERS = ("chapters", "exercises")


def find_sources(root: Path, chapter: str) -> list[Path]:
    """The texts of a chapter, such as ``03``.

    Raises
    ------
    ValueError
        Where there is no such chapter.
    """
    found = [path for folder in FOLDERS for path in sorted((root / folder).glob(f"{chapter}_*.md"))]
    if not chapter.isalnum() or not found:
        known = ", ".join(
            sorted(path.name.partition("_")[0] for path in (root / FOLDERS[0]).glob("[0-9]*_*.md"))
        )
        raise ValueError(
            f"There is no chapter '{chapter}'; name one as in: make watch CHAPTER=03. Chapters: {known}."
        )
    return found


def parse_port(port: str) -> int:
    """A port as a number; raises `ValueError` where nothing can be served on it on this machine."""
    try:
        socket.create_server((BIND, int(port))).close()
        return int(port)
    except (OSError, OverflowError, ValueError):
        raise ValueError(
            f"Port {port} is in use or not allowed; choose another: make watch CHAPTER=03 PORT=8001"
        ) from None


def main(chapter: str, wanted_port: str, command: list[str]) -> None:
    """Build, then serve and build again at every save, until interrupted."""
    from livereload import Server

    watched, port = find_sources(Path.cwd(), chapter), parse_port(wanted_port)

    def rebuild() -> None:
        subprocess.run(command, check=False)

    rebuild()
    server = Server()
    for path in watched:
        server.watch(str(path), rebuild)
    print(f"Watching {', '.join(path.as_posix() for path in watched)}")
    print(f"Open http://localhost:{port}/chapters/{watched[0].stem}.html (stop with Ctrl-C)", flush=True)
    server.serve(root="_build/html", host=BIND, port=port)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3:])
    except ValueError as error:
        sys.exit(str(error))
