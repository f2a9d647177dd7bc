"""Files that the grader keeps: each is written whole or not at all."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

UNFINISHED = ".unfinished-"  # prefix of a file that is being written


class StoreError(ValueError):
    """A kept file cannot be used; the message names it and the remedy."""


def write(path: Path, content: str | bytes) -> bool:
    """Write a file atomically; returns whether it changed."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        os.fsync(stream.fileno())
    os.replace(temporary, path)
    return True


def read_kept(path: Path) -> dict[str, Any]:
    """Read a JSON file of the grader, {} if it does not exist. Raises `StoreError` if it is
    broken."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
    except (ValueError, TypeError):
        raise StoreError(
            f"{path} is cut off or was changed: put a copy back, or delete it."
        ) from None
