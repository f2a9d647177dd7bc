"""The Sphinx extension that makes the book's pages; `book.order` lists its parts.

It knows nothing of the region: `book.settings` has paths and names. It only reads; `make` writes
what has to exist before.
"""

from typing import Any


def setup(app: Any) -> dict[str, Any]:
    """Set up every feature. Imported here, since a build without change needs none of them."""
    from book import order

    order.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
