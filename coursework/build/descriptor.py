"""Write size and checksum of every data file into ``data/datapackage.json``."""

import hashlib
import json
from pathlib import Path

from coursework.build.record import write_file
from coursework.common import MasterError


def format_descriptor(folder: Path) -> str:
    """Format a package's descriptor with the current `bytes` and `hash` of each file.

    Raises `MasterError` if a table, or a column of it, has no title: the book's page of the data shows it.
    """
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        parts = {"the table": resource}
        parts |= {
            f"its column {field['name']!r}": field for field in resource.get("schema", {}).get("fields", ())
        }
        if untitled := [name for name, part in parts.items() if not part.get("title")]:
            raise MasterError(
                f"datapackage.json, {resource['name']}: {untitled[0]} has no title; "
                'write in its entry what the page of the data shows, such as "title": "GDP of the year"'
            )
        content = (folder / resource["path"]).read_bytes()
        resource |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def refresh(folder: Path) -> None:
    """Update the descriptor of a package. Raises as `format_descriptor`."""
    write_file(folder / "datapackage.json", format_descriptor(folder))
