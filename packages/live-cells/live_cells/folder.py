"""Prepare a built book for readers who open it from a folder: files that pages fetch become
scripts.

Browsers fetch nothing from a folder, but they load scripts. Each such script gives the bytes of its
file to
`files.js`; its name is that of the file with ``.js`` at the end.
"""

import base64
import gzip
from collections.abc import Iterable, Iterator

File = tuple[str, bytes]  # its name and contents
# First line of the script that every page loads; `files.js` looks for it.
MARK = b"globalThis.filesAreScripts = true;\n"


def make_scripts(files: Iterable[File], fetched: tuple[str, ...], marked: str) -> Iterator[File]:
    """Convert named files of a book to those of its folder.

    `fetched` lists prefixes of files that pages fetch; `marked` is the script that every page
    loads.
    """
    for name, content in files:
        if name.startswith(fetched):
            text = base64.b64encode(gzip.compress(content, 6, mtime=0))
            yield f"{name}.js", b'liveFiles.take("' + text + b'");\n'
        else:
            yield name, (MARK if name == marked else b"") + content
