"""Write size and checksum of every data file into ``data/datapackage.json`` (run by ``make data``)."""

import hashlib
import json
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"


def format_descriptor(folder: Path) -> str:
    """Format a package's descriptor with the current `bytes` and `hash` of each file."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [_measure(resource, folder) for resource in package["resources"]]
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _measure(resource: dict, folder: Path) -> dict:
    content = (folder / resource["path"]).read_bytes()
    return resource | {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def refresh(folder: Path = DATA) -> None:
    """Update the descriptor of a package."""
    (folder / "datapackage.json").write_text(format_descriptor(folder), encoding="utf-8")


if __name__ == "__main__":
    refresh()
