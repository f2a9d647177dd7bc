"""Where environments installed before look for the renderer; a new `pip install -e ./book` does not."""

from claims_ledger.sphinx.cards import VerdictRenderer  # noqa: F401
