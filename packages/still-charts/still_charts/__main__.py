"""Draw the charts of a job that `store.ChartStore.draw_missing` sends to ``python -m still_charts``."""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from still_charts.drawing import draw_chart
from still_charts.store import ChartStore


def _draw(store: ChartStore, specification: str) -> str:
    """Draw and store a chart; return "" or a sentence that says why it cannot be drawn."""
    chart = json.loads(specification)
    try:
        store.keep(specification, draw_chart(chart, store.colours, store.han))
    except Exception as error:  # the last line of the engine's message names the fault
        reason = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        title = json.dumps(chart.get("title", "without a title"), ensure_ascii=False)[:200]
        return f"The chart {title} cannot be drawn: {reason}"
    return ""


def main() -> int:
    """Draw the charts of the job on standard input; faults go to standard output."""
    job = json.load(sys.stdin)
    specifications = job.pop("specifications")
    store = ChartStore(**job | {"folder": Path(job["folder"])})
    with ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, len(specifications))) as pool:
        faults = list(filter(None, pool.map(partial(_draw, store), specifications)))
    print(f"Charts drawn: {len(specifications) - len(faults)}", file=sys.stderr)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
