"""Run cells in the pages of a built book and compare their outputs with those of the notebooks.

A book finds out with it which cells its pages can run (`live_cells_pages`), and tests that this
still holds.
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

# Placeholder for the value of the previous job, as JSON.
LAST = "__last_value__"
_START = """(jobs) => {
  window.jobs = (async () => {
    const results = [];
    for (const { code, ...options } of jobs) {
      const text = code.replaceAll("%s", JSON.stringify(results.at(-1)?.value ?? null));
      results.push(await liveCells.run(text, options));
    }
    return results;
  })();
}"""


@dataclass(frozen=True)
class Job:
    """Code to run in a page after the cells `before`, among the names of `space`, which `fresh`
    empties."""

    code: str
    space: str
    fresh: bool = False
    before: list[str] = field(default_factory=list)


def start(context: BrowserContext, address: str, jobs: Iterable[Job]) -> Page:
    """Open a page and start jobs, one after the other; `collect` waits for them."""
    page = context.new_page()
    page.goto(address)
    page.evaluate(_START.replace("%s", LAST), list(map(asdict, jobs)))
    return page


def collect(page: Page) -> list[dict[str, Any]]:
    """Wait for the results of all jobs (`outputs`, `value`, `error`) and close the page."""
    results = page.evaluate("window.jobs")
    page.close()
    return results


def read_jobs(notebook: Path) -> list[Job]:
    """List the code cells of a notebook as jobs in a space of their own."""
    cells = _read_code_cells(notebook)
    return [
        Job("".join(cell["source"]), str(notebook), fresh=not index)
        for index, cell in enumerate(cells)
    ]


def compare(notebook: Path, results: list[dict[str, Any]]) -> dict[str, str]:
    """Map the ids of cells that do not give their stored output to the error or the difference."""
    pairs = zip(_read_code_cells(notebook), results, strict=True)
    return {
        cell["id"]: (
            (result["error"] or {}).get("message")
            or f"{_show(result['outputs'])}\n  not {_show(cell['outputs'])}"
        )
        for cell, result in pairs
        if result["error"] or _show(result["outputs"]) != _show(cell["outputs"])
    }


def sum_up(differing: dict[str, str]) -> dict[str, list[str]]:
    """Make a page's entry in `live_cells_pages`: cells that keep their output, and the packages
    they need."""
    needs = (re.match(r"This cell needs (\w+)", reason) for reason in differing.values())
    return {"stored": list(differing), "absent": sorted({need[1] for need in needs if need})}


def _read_code_cells(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def _show(outputs: list[dict[str, Any]]) -> list[Any]:
    """Reduce outputs to what is compared: printed text and data, with lists of lines joined."""

    def join(value: Any) -> Any:
        return "".join(value) if isinstance(value, list) else value

    return [
        (
            join(output["text"])
            if output["output_type"] == "stream"
            else {
                k: join(v) if k.startswith("text/") else v
                for k, v in output.get("data", {}).items()
            }
        )
        for output in outputs
    ]
