"""Find a Chromium for the tests, the bench and the PDF, or bring one; `python tests/browser.py` says which.

In this order: one that is on the machine, Playwright's own, Debian's `chromium` package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# A quiet browser: it looks nothing up, reports nothing, and starts as root in a container.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "No browser: none of {names} is on the path, and neither Playwright nor apt-get "
    "could bring one; install Chromium or Chrome, then run the same command again."
)


def on_the_machine() -> str | None:
    """Path of a browser that is already here, Playwright's own included; None if there is none."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def quietly(*command: str) -> bool:
    """Run a command that installs something; whether it did."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, capture_output=True, env=environment, timeout=900).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def bring() -> str:
    """Path of a browser, installed if need be.

    Raises
    ------
    FileNotFoundError
        If there is none and none can be had.
    """
    found = on_the_machine()
    if not found:
        print("Bringing a browser (once)", flush=True)
        if not quietly(sys.executable, "-m", "playwright", "install", "chromium"):
            quietly("apt-get", "update")
            quietly("apt-get", "install", "-y", "chromium")
        found = on_the_machine()
    if not found:
        raise FileNotFoundError(MISSING.format(names=", ".join(NAMES)))
    return found


if __name__ == "__main__":
    try:
        print(f"Browser: {Path(bring()).name}")
    except FileNotFoundError as error:
        sys.exit(str(error))
