"""A built book for who opens it from a folder: the files that its pages fetch, as scripts.

From a folder browsers fetch nothing, and load scripts. Each file that a page fetches becomes one, which gives
its bytes to `files.js`; its name has ``.js`` at the end.
"""

import base64
import gzip
from collections.abc import Iterable, Iterator

# Stands at the head of the script that every page loads: where it does, files are taken from scripts.
MARK = b"globalThis.filesAreScripts = true;\n"


def make_script(content: bytes) -> bytes:
    """The script that gives these bytes, the same wherever it is made."""
    return b'liveFiles.take("' + base64.b64encode(gzip.compress(content, 6, mtime=0)) + b'");\n'


def make_scripts(
    files: Iterable[tuple[str, bytes]], fetched: tuple[str, ...], marked: str
) -> Iterator[tuple[str, bytes]]:
    """Files of a book, each with its name, as a folder is to have them.

    `fetched` are how the names begin of those that pages fetch, `marked` is the script that every page loads.
    """
    for name, content in files:
        if name.startswith(fetched):
            yield f"{name}.js", make_script(content)
        else:
            yield name, (MARK if name == marked else b"") + content
