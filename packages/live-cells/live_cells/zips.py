"""Zips: the same files are the same bytes, whenever and on whatever system they are packed."""

import io
import zipfile
from collections.abc import Iterable


def pack(files: Iterable[tuple[str, bytes]], *, compressed: bool = True) -> bytes:
    """One zip of these files, each with its name, in this order; everybody may read them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files:
            archive.writestr(_describe(name, compressed), content)
    return made.getvalue()


def _describe(name: str, compressed: bool) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    return entry
