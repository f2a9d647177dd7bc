"""Test a package in an environment that holds nothing but its dependencies.

Usage: ``python .ci/package.py packages/X/pyproject.toml``. It recreates the environment in
_build/.packages, hidden because a build of the book reads every other folder.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

CONSTRAINTS, UV = Path("constraints.txt"), Path(sys.executable).with_name("uv")


def read_names(text: str) -> set[str]:
    """Names of the distributions in a list of requirements, as uv writes it."""
    return {Requirement(line).name for line in text.splitlines() if line[:1].isalnum()}


def main(descriptor: Path) -> int:
    """Install the package with the sibling packages that it requires, and run its tests."""
    package = descriptor.parent
    project = tomllib.loads(descriptor.read_text(encoding="utf-8"))["project"]
    requirements = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    siblings = {package.parent / Requirement(line).name for line in requirements}
    listed = [f"./{path}" for path in sorted(siblings) if path.is_dir()]
    environment = Path("_build", ".packages", package.name).absolute()
    python = environment / "bin" / "python"
    subprocess.run(
        [UV, "--quiet", "venv", "--clear", "--python", sys.executable, environment], check=True
    )
    install = [UV, "--quiet", "pip", "install", "--python", python, "--compile-bytecode"]
    subprocess.run([*install, "-c", CONSTRAINTS, *listed, f"./{package}[test]"], check=True)
    frozen = subprocess.check_output(
        [UV, "--quiet", "pip", "freeze", "--python", python], text=True
    )
    own = {path.name for path in (*siblings, package)}
    if loose := read_names(frozen) - read_names(CONSTRAINTS.read_text(encoding="utf-8")) - own:
        sys.exit(
            f"{package.name} brings what {CONSTRAINTS} does not pin: {loose}. Run 'make lock'."
        )
    print(f"Testing {package.name}", flush=True)
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-m", "not slow"]
    return subprocess.run(command, cwd=package).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
