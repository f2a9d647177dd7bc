"""Points out of 100 that pages lose in Lighthouse's audits of a phone on a slow link.

Median of three visits to the landing page, three chapters (2 is heavy, 15 has many elements) and the
ledger. `make bench` installs the version that package-lock.json pins.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from common import Row, report_progress
from live_cells.browser import ARGUMENTS, find_chromium

from tests import browser

COMMAND = Path(sys.prefix, "share/bench/node_modules/.bin/lighthouse")
PAGES = ("index", "chapters/02_region", "chapters/03_gdp", "chapters/15_air", "pages/ledger")
LIMITS = {"accessibility": 0, "best-practices": 0, "seo": 0, "performance": 5}
VISITS = 3


def audit(address: str) -> dict[str, float]:
    """Scores of a page by category, from 0 to 100."""
    flags = f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}"
    command = [COMMAND, address, "--quiet", "--output=json", f"--only-categories={','.join(LIMITS)}", flags]
    environment = os.environ | {"CHROME_PATH": find_chromium()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"Lighthouse failed on {address}: {done.stderr[-500:]}")
    return {name: category["score"] * 100 for name, category in json.loads(done.stdout)["categories"].items()}


def measure() -> Iterator[Row]:
    lost: dict[str, dict[str, float]] = {name: {} for name in LIMITS}
    with browser.serve_folder(browser.HTML) as home:
        for page in PAGES:
            report_progress(f"Auditing {page}")
            visits = [audit(f"{home}/{page}.html") for _ in range(VISITS)]
            for name in LIMITS:
                lost[name][page] = round(100 - median(visit[name] for visit in visits))
    for name, limit in LIMITS.items():
        worst = max(lost[name], key=lost[name].__getitem__)
        yield Row(f"Lighthouse: {name}, points lost", lost[name][worst], limit, worst)
