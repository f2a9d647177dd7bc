"""The library's wheel has one top-level name: packages that it stands on travel in it as
`jingjinji._vendor`.

A build hook of hatchling. Imports are rewritten on the way, as pip does with what it vendors, so
that nothing else that a student installs, under whatever name, is imported in their place.
"""

import re
import shutil
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER, VENDOR = "jingjinji", "jingjinji._vendor"


class VendorHook(BuildHookInterface):
    """Copies the library and its packages with their imports rewritten, and hands the copy to the
    wheel."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Nothing for an editable install, whose packages are installed beside it."""
        if version == "editable":
            return
        self.copy = tempfile.TemporaryDirectory()  # until the wheel is written
        copy = Path(self.copy.name)
        vendored = [Path(self.root, path) for path in self.config["vendored"]]
        places = {
            Path(self.root, FOLDER): "",
            **{path: f"_vendor/{path.name}" for path in vendored},
        }
        names = re.compile(
            rf"(?m)^(\s*(?:from|import) )({'|'.join(path.name for path in vendored)})\b"
        )
        for source, place in places.items():
            for path in sorted(source.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    target = copy / place / path.relative_to(source)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
                    if path.suffix == ".py":
                        text = names.sub(rf"\1{VENDOR}.\2", path.read_text(encoding="utf-8"))
                        text = text.replace(
                            "python -m sealed_readings", "python -m jingjinji.ledger"
                        )
                        target.write_text(text, encoding="utf-8")
        (copy / "_vendor" / "__init__.py").touch()
        # File by file: each then replaces the one of the same name that the wheel takes by its
        # settings.
        files = (path for path in sorted(copy.rglob("*")) if path.is_file())
        build_data["force_include"] |= {
            str(path): f"{FOLDER}/{path.relative_to(copy)}" for path in files
        }
