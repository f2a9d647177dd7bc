"""Lighthouse on the landing page, a chapter and the ledger, served compressed: four scores of 100 each.

The landing page's performance is what a phone on a slow link gets, Lighthouse's own default.
Needs npm, which installs the pin in package-lock.json the first time.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from common import ROOT, Part, say
from live_cells.browser import ARGUMENTS, find_chromium

from tests import browser

# In the environment: a folder of packages beside the sources would be read as pages.
HERE = Path(sys.prefix) / "share" / "lighthouse"
COMMAND = HERE / "node_modules" / ".bin" / "lighthouse"
PAGES = {"landing": "index.html", "chapter": "chapters/03_gdp.html", "ledger": "ledger.html"}
MARKS = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 95}


def _problem() -> str | None:
    """Why Lighthouse cannot run, in one sentence, or None once it is there."""
    if not shutil.which("npm"):
        return "Lighthouse is left out: this machine has no npm; install Node.js 20 or newer to have it."
    if not COMMAND.exists():
        HERE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / "bench" / name, HERE / name)
        say("lighthouse: installing the pinned version (once)")
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(install, cwd=HERE, capture_output=True, text=True)
        if done.returncode:
            return f"Lighthouse is left out: npm could not install it ({done.stderr.strip()[-200:]})."
    return None


def _report(address: str) -> dict:
    command = [
        str(COMMAND),
        address,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(MARKS)}",
        f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}",
    ]
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": find_chromium()}, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"lighthouse failed on {address}: {done.stderr[-500:]}")
    return json.loads(done.stdout)


def _lost(report: dict) -> list[str]:
    """Title of each audit that cost points."""
    weights = {
        each["id"]: each["weight"] for name in MARKS for each in report["categories"][name]["auditRefs"]
    }
    audits = report["audits"].values()
    return [
        f"{audit['title']} ({audit.get('displayValue') or audit['score']})"
        for audit in audits
        if weights.get(audit["id"]) and audit["score"] is not None and audit["score"] < 0.9
    ]


def measure() -> Part:
    if problem := _problem():
        say(problem)
        return Part({})
    found, marks = {}, {}
    with browser.serve_folder(browser.HTML) as home:
        for name, page in PAGES.items():
            say(f"lighthouse: {name}")
            report = _report(f"{home}/{page}")
            for category, mark in MARKS.items():
                figure = f"lighthouse {name}, {category}"
                found[figure] = round(report["categories"][category]["score"] * 100)
                marks[figure] = mark
            for audit in _lost(report):
                say(f"  lost: {audit}")
    return Part(found, marks, scores=frozenset(found))
