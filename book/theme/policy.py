"""The content security policy of every page: what it may run, load and send, whatever stands on it.

It stands in the page, as a static host sends no header for it. Scripts run from files of the book,
or inline by their hash. The exceptions:

- `wasm-unsafe-eval`: the search and the page's Python are WebAssembly;
- `blob:` for scripts and workers: the page's Python starts from one, as a worker from an address
  would not be
  under the page's policy; so do search and Python of a book that is opened from a folder;
- `unsafe-inline` for styles alone: drawings, stored tables and the theme have style attributes;
- `data:` and `blob:` for images, fonts and what scripts read: icons, the letters of headings, saved
  pictures.
"""

import base64
import hashlib
import re
from html import escape

SOURCES = {
    "default-src": "'self'",
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
_CHARSET = re.compile(r"<meta charset=[^>]*>")
# Inline scripts; one with a type is data.
_INLINE = re.compile(r"<script(?![^>]*\b(?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL)
# The theme's button for printing; paper.js listens to it.
_PRINT = 'onclick="window.print()"'


def hash_script(script: str) -> str:
    """The source by which a policy admits an inline script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def make_policy(page: str) -> str:
    """Make the policy of a page, which admits its own inline scripts."""
    hashes = dict.fromkeys(map(hash_script, _INLINE.findall(page)))
    scripts = " ".join([SOURCES["script-src"], *hashes])
    sources = SOURCES | {"script-src": scripts}
    return "; ".join(f"{kind} {source}" for kind, source in sources.items())


def add_policy(page: str) -> str:
    """Put the policy into a written page, in front of all that it is about."""
    page = page.replace(_PRINT, "data-print")
    charset = _CHARSET.search(page)
    assert charset, "a page names its encoding first"
    policy = escape(make_policy(page), quote=True)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return f"{page[: charset.end()]}\n{meta}{page[charset.end() :]}"
