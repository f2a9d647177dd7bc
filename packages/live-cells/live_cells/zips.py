"""Write zips whose bytes depend only on their files, not on the time or the system."""

import io
import zipfile
from collections.abc import Iterable


def pack(files: Iterable[tuple[str, bytes]], *, compressed: bool = True) -> bytes:
    """Return a zip of named files in this order, readable by everybody."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(
                entry, data, zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
            )
    return content.getvalue()
