"""Print the version, or write a version or the repository's address into every file that contains it.

Usage: ``python .ci/version.py [NUMBER | https://...]``. A new version also sets the release date in
CITATION.cff; its part of CHANGELOG.md is written by hand.
"""

import datetime
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATTERNS = {
    "pyproject.toml": r'(?m)^(version = ")[\d.]+',
    "*/pyproject.toml": r'(?m)^(version = ")[\d.]+',
    "packages/*/pyproject.toml": r'(?m)^(version = ")[\d.]+',
    "jingjinji/__init__.py": r'(?m)^(__version__ = ")[\d.]+',
    "CITATION.cff": r"(?m)^(version: )[\d.]+",
}
DAY = r"(?m)^(date-released: )[\d-]+"


def list_versions(root: Path = ROOT) -> dict[str, str]:
    """Version in each file that has one, by the name of the file."""
    files = {path: pattern for name, pattern in PATTERNS.items() for path in sorted(root.glob(name))}
    matches = {path: re.search(pattern, path.read_text(encoding="utf-8")) for path, pattern in files.items()}
    return {
        path.relative_to(root).as_posix(): match[0].removeprefix(match[1])
        for path, match in matches.items()
        if match
    }


def write(number: str, root: Path = ROOT) -> None:
    """Write a version into every file that has one."""
    for name, pattern in PATTERNS.items():
        for path in root.glob(name):
            text = re.sub(pattern, rf"\g<1>{number}", path.read_text(encoding="utf-8"))
            if path.name == "CITATION.cff":
                text = re.sub(DAY, rf"\g<1>{datetime.date.today()}", text)
            path.write_text(text, encoding="utf-8")


def write_address(address: str, root: Path = ROOT) -> None:
    """Write the repository's address into CITATION.cff and the metadata of every wheel."""
    for path in [root / "CITATION.cff", root / "pyproject.toml", *root.glob("packages/*/pyproject.toml")]:
        text = path.read_text(encoding="utf-8")
        if path.name == "CITATION.cff":
            text = re.sub(r"(?m)^(# )?repository-code:.*", f"repository-code: {address}", text)
        else:
            line = f'\\g<1>urls = {{Repository = "{address}"}}\n'
            text = re.sub(r"(?m)^(license-files = .*\n)(urls = .*\n)?", line, text, count=1)
        path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the command; returns 1 for an argument that is neither a version nor an address."""
    if not arguments:
        print(list_versions()["pyproject.toml"])
        return 0
    if re.fullmatch(r"https://[\w./~-]+", arguments[0]):
        write_address(arguments[0])
        print(f"CITATION.cff and the wheels name {arguments[0]} as their source.")
        return 0
    if not re.fullmatch(r"\d+\.\d+\.\d+", arguments[0]):
        print(
            f"'{arguments[0]}' is neither a version such as 0.2.1 nor an https:// address.", file=sys.stderr
        )
        return 1
    write(arguments[0])
    print(f"Every file says {arguments[0]}: write its part of CHANGELOG.md, then 'make notebooks test'.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
