"""Lighthouse on the landing page, three chapters and the ledger, served compressed.

Performance is what a phone on a slow link gets, Lighthouse's own default: the median of three visits, since
other work on the machine counts in each. Chapter 2 is a heavy page, and chapter 15 has many elements.
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
PAGES = ("index", "chapters/02_region", "chapters/03_gdp", "chapters/15_air", "pages/ledger")
MARKS = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 95}
VISITS = 3


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
    table: dict[str, dict[str, float | None]] = {}
    with browser.serve_folder(browser.HTML) as home:
        for name in PAGES:
            say(f"lighthouse: {name}")
            reports = [_report(f"{home}/{name}.html") for _ in range(VISITS)]
            reports.sort(key=lambda report: report["categories"]["performance"]["score"])
            middle = reports[VISITS // 2]
            table[name] = {each: round(middle["categories"][each]["score"] * 100) for each in MARKS}
            for audit in _lost(middle):
                say(f"  lost: {audit}")
    found = {f"lowest of pages, {each}": min(row[each] for row in table.values()) for each in MARKS}
    marks = {f"lowest of pages, {each}": mark for each, mark in MARKS.items()}
    return Part(found, marks, scores=frozenset(found), table=table)
