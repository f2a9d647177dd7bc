"""Find a Java for the HTML checker, or bring Debian's; `python tests/java.py` says whether it is there."""

from __future__ import annotations

import os
import shutil
import sys

import browser

MISSING = "No Java for the HTML checker: install default-jre-headless, then run 'make test' again."


def bring() -> str:
    """Path of `java`, installed if need be; raises `FileNotFoundError` if there is none and none can be had."""
    if not shutil.which("java"):
        print("Bringing a Java for the HTML checker (once)", flush=True)
        ask = [] if os.geteuid() == 0 else ["sudo", "-n"]
        browser.quietly(*ask, "apt-get", "update")
        browser.quietly(*ask, "apt-get", "install", "-y", "default-jre-headless")
    if found := shutil.which("java"):
        return found
    raise FileNotFoundError(MISSING)


if __name__ == "__main__":
    try:
        bring()
        print("HTML checker: Java is there")
    except FileNotFoundError as error:
        sys.exit(str(error))
