"""Test a package in an environment that holds nothing but its dependencies.

Usage: ``python .ci/package.py packages/X/pyproject.toml``. It recreates the environment in _build/.packages,
hidden because a build of the book reads every other folder.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

CONSTRAINTS = Path("constraints.txt")


def read_names(lines: list[str]) -> set[str]:
    """Names of the distributions in requirements, normalised as on the package index."""
    names = (re.match(r"[\w.-]+", line) for line in lines if re.match(r"\w", line))
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names}


def run_uv(*arguments: str | Path, environment: Path) -> str:
    """Output of a uv command on an environment; ends the program with that output if the command fails."""
    command = [Path(sys.executable).with_name("uv"), "--quiet", *arguments]
    done = subprocess.run(
        command,
        env=os.environ | {"VIRTUAL_ENV": str(environment)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n'{' '.join(map(str, command))}' failed.")
    return done.stdout


def main(descriptor: Path) -> int:
    """Install the package with the sibling packages that it requires, and run its tests."""
    package, project = descriptor.parent, tomllib.loads(descriptor.read_text(encoding="utf-8"))["project"]
    requirements = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    siblings = [path for name in sorted(read_names(requirements)) if (path := package.parent / name).is_dir()]
    environment = Path("_build", ".packages", package.name).absolute()
    run_uv("venv", "--clear", "--python", sys.executable, environment, environment=environment)
    install = ("pip", "install", "--compile-bytecode", "-c", CONSTRAINTS)
    run_uv(*install, *(f"./{path}" for path in siblings), f"./{package}[test]", environment=environment)
    installed = read_names(run_uv("pip", "freeze", environment=environment).splitlines())
    pinned = read_names(CONSTRAINTS.read_text(encoding="utf-8").splitlines())
    if loose := sorted(installed - pinned - {package.name, *(path.name for path in siblings)}):
        names = ", ".join(loose)
        sys.exit(
            f"{package.name} depends on packages that {CONSTRAINTS} does not pin: {names}. Run 'make lock'."
        )
    print(f"Testing {package.name}", flush=True)
    command = [environment / "bin" / "pytest", "-p", "no:cacheprovider", "-q", "-m", "not slow"]
    return subprocess.run(command, cwd=package).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
