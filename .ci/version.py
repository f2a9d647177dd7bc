"""Print the version, or write a version or the repository's address into every file that contains
it.

Usage: ``python .ci/version.py [NUMBER | https://...]``. A new version also sets the release date in
CITATION.cff; its part of CHANGELOG.md is written by hand.
"""

import datetime
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
NUMBER = r'(?m)^((?:__)?version(?:__)?(?: = "|: ))[\d.]+'
FILES = (
    "pyproject.toml",
    "*/pyproject.toml",
    "packages/*/pyproject.toml",
    "jingjinji/__init__.py",
    "CITATION.cff",
)
DAY = r"(?m)^(date-released: )[\d-]+"


def list_versions(root: Path = ROOT) -> dict[str, str]:
    """Version in each file that has one, by the name of the file."""
    texts = {
        path: path.read_text(encoding="utf-8") for name in FILES for path in sorted(root.glob(name))
    }
    matches = {path: re.search(NUMBER, text) for path, text in texts.items()}
    return {
        path.relative_to(root).as_posix(): match[0].removeprefix(match[1])
        for path, match in matches.items()
        if match
    }


def write(number: str, root: Path = ROOT) -> None:
    """Write a version into every file that has one."""
    for path in map(root.joinpath, list_versions(root)):
        text = re.sub(NUMBER, rf"\g<1>{number}", path.read_text(encoding="utf-8"))
        text = re.sub(DAY, rf"\g<1>{datetime.date.today()}", text)
        path.write_text(text, encoding="utf-8")


def write_address(address: str, root: Path = ROOT) -> None:
    """Write the repository's address into CITATION.cff and the metadata of every wheel."""
    for path in [
        root / "CITATION.cff",
        root / "pyproject.toml",
        *root.glob("packages/*/pyproject.toml"),
    ]:
        text = path.read_text(encoding="utf-8")
        if path.name == "CITATION.cff":
            text = re.sub(r"(?m)^(# )?repository-code:.*", f"repository-code: {address}", text)
        else:
            line = f'\\g<1>urls = {{Repository = "{address}"}}\n'
            text = re.sub(r"(?m)^(license-files = .*\n)(urls = .*\n)?", line, text, count=1)
        path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Run the command; ends with 1 for an argument that is neither a version nor an address."""
    if not arguments:
        print(list_versions()["pyproject.toml"])
    elif re.fullmatch(r"https://[\w./~-]+", arguments[0]):
        write_address(arguments[0])
        print(f"CITATION.cff and the wheels name {arguments[0]} as their source.")
    elif re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", arguments[0]):
        write(arguments[0])
        print(
            f"Every file says {arguments[0]}: write its part of CHANGELOG.md, then 'make notebooks"
            " test'."
        )
    else:
        sys.exit(f"'{arguments[0]}' is neither a version such as 0.2.1 nor an https:// address.")


if __name__ == "__main__":
    main(sys.argv[1:])
