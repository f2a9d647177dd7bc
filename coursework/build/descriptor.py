"""Write size and checksum of every data file into ``data/datapackage.json``."""

import hashlib
import json
from pathlib import Path

from coursework.build.record import write_file


def format_descriptor(folder: Path) -> str:
    """Format a package's descriptor with the current `bytes` and `hash` of each file."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        resource |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def refresh(folder: Path) -> None:
    """Update the descriptor of a package."""
    write_file(folder / "datapackage.json", format_descriptor(folder))
