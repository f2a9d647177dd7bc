"""Test one package where only what it asks for is installed: python .ci/package.py packages/X/pyproject.toml

The environment stays in _build/.packages until what it was made from changes; the package is installed anew.
The folder is hidden, for a build of the book looks for texts in every other one.
"""

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

CONSTRAINTS = Path("constraints.txt")


def normalise(name: str) -> str:
    """The name of a distribution as indices compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_names(lines: list[str]) -> set[str]:
    """The distributions that requirements name."""
    return {normalise(re.match(r"[\w.-]+", line)[0]) for line in lines if re.match(r"\w", line)}


def run(*command: str) -> None:
    """Run a command; what it says is shown, and ends this one, where it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}\n'{' '.join(command)}' failed.")


def main(descriptor: Path) -> int:
    """Make the environment, install the package and what it stands on of its neighbours, run its tests."""
    package, project = descriptor.parent, tomllib.loads(descriptor.read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    neighbours = [str(path) for name in sorted(read_names(asked)) if (path := package.parent / name).is_dir()]
    place = Path("_build", ".packages", package.name).absolute()
    python, note = str(place / "bin" / "python"), place / "made_from"
    pip = (python, "-m", "pip", "install", "--disable-pip-version-check", "-q", "--no-compile")
    pip += ("-c", str(CONSTRAINTS))
    texts = [
        path.read_bytes()
        for path in (CONSTRAINTS, descriptor, *(Path(n, "pyproject.toml") for n in neighbours))
    ]
    made_from = hashlib.sha256(b"\0".join(texts)).hexdigest()
    if not note.is_file() or note.read_text(encoding="utf-8") != made_from:
        run(sys.executable, "-m", "venv", "--clear", str(place))
        run(*pip, *neighbours, f"./{package}[test]")
        # On all cores, where pip takes one; templates are no Python.
        subprocess.run([python, "-m", "compileall", "-q", "-j", "0", place / "lib"], capture_output=True)
        note.write_text(made_from, encoding="utf-8")
    run(*pip, "--no-deps", "--force-reinstall", *neighbours, f"./{package}")
    freeze = subprocess.run(
        [python, "-m", "pip", "freeze"], capture_output=True, text=True, check=True
    ).stdout
    known = read_names(CONSTRAINTS.read_text(encoding="utf-8").splitlines())
    ours = {package.name, *(Path(name).name for name in neighbours)}
    if loose := sorted(read_names(freeze.splitlines()) - known - ours):
        sys.exit(
            f"{package.name} brings what {CONSTRAINTS} does not pin: {', '.join(loose)}; run 'make lock'."
        )
    print(f"Testing {package.name}", flush=True)
    return subprocess.run([place / "bin" / "pytest", "-p", "no:cacheprovider", "-q"], cwd=package).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
