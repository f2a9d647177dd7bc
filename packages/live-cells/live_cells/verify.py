"""Runs code in the pages of a built book and compares what cells give with what their notebooks store.

A book calls this to know which cells its pages can run (`live_cells_pages`), and a test to hold it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

# What stands for the value of the job before, as JSON.
LAST = "__last_value__"
_START = """(jobs) => {
  window.jobs = (async () => {
    const gave = [];
    for (const { code, ...options } of jobs) {
      const text = code.replaceAll("%s", JSON.stringify(gave.at(-1)?.value ?? null));
      gave.push(await liveCells.run(text, options));
    }
    return gave;
  })();
}"""


@dataclass(frozen=True)
class Job:
    """Code to run in a page, after what has to run before, among the names of `space`; `fresh` empties it."""

    code: str
    space: str
    fresh: bool = False
    before: list[str] = field(default_factory=list)


def start(context: BrowserContext, address: str, jobs: Iterable[Job]) -> Page:
    """Open a page that runs Python and let it run jobs, one after the other; `collect` waits for them."""
    page = context.new_page()
    page.goto(address)
    page.evaluate(_START.replace("%s", LAST), list(map(asdict, jobs)))
    return page


def collect(page: Page) -> list[dict[str, Any]]:
    """What each job gave (`outputs`, `value`, `error`), in their order; the page is closed."""
    gave = page.evaluate("window.jobs")
    page.close()
    return gave


def read_jobs(notebook: Path) -> list[Job]:
    """Every code cell of a notebook as a job, in a space of their own."""
    cells = _read_code_cells(notebook)
    return [Job("".join(cell["source"]), str(notebook), fresh=not index) for index, cell in enumerate(cells)]


def compare(notebook: Path, gave: list[dict[str, Any]]) -> dict[str, str]:
    """The cells that do not give their stored output: id to the error, or to what it gave."""
    pairs = zip(_read_code_cells(notebook), gave, strict=True)
    return {
        cell["id"]: (result["error"] or {}).get("message")
        or f"{_show(result['outputs'])}\n  not {_show(cell['outputs'])}"
        for cell, result in pairs
        if result["error"] or _show(result["outputs"]) != _show(cell["outputs"])
    }


def sum_up(differing: dict[str, str]) -> dict[str, list[str]]:
    """What `live_cells_pages` has of a page: cells that keep their stored output, and packages they need."""
    needs = (re.match(r"This cell needs (\w+)", reason) for reason in differing.values())
    return {"stored": list(differing), "absent": sorted({found[1] for found in needs if found})}


def _read_code_cells(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def _show(outputs: list[dict[str, Any]]) -> list[Any]:
    """Outputs as they are compared: all that is printed or shown, a text however it is cut into lines."""
    return [
        "".join(out["text"]) if out["output_type"] == "stream" else _join(out.get("data", {}))
        for out in outputs
    ]


def _join(data: dict[str, Any]) -> dict[str, Any]:
    return {
        kind: "".join(value) if kind.startswith("text/") and isinstance(value, list) else value
        for kind, value in data.items()
    }
