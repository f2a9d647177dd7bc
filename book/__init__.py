"""The machinery of the book's pages, as one Sphinx extension; `book.order` says what happens in which order.

It knows nothing of the region: `book.settings` says where chapters lie and what they hold. It only reads
what is there; what has to be made first, `make` makes.
"""

from typing import Any


def setup(app: Any) -> dict[str, Any]:
    """Set up every feature; imported here, as a build without change needs none of them."""
    from book import order

    order.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
