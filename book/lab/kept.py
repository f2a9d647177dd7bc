"""Where what `make lab` made lies: the build looks here, and needs nothing that makes it."""

import hashlib
import sys
from functools import cache
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.toml")
# Beside the environment's packages: a clone's builds, and its other work trees, need not fetch again.
KEPT = Path(sys.prefix) / "share" / "lab"
SIZES = "sizes.json"


@cache
def find_folder() -> Path:
    """Where the laboratory of this manifest lies once it is made."""
    return KEPT / hashlib.sha256(MANIFEST.read_bytes()).hexdigest()[:12]
