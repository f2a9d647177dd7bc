"""Run one notebook in a kernel that is not trusted, and note what became of each cell.

The rules are those of nbgrader, whose `Execute` does the running. Three things are added. A cell that was not
run, because the kernel had died, holds an error, so it earns nothing. A failed test cell shows its failure
first, whatever else was displayed. Before each test we look whether the student's code changed what tests
rely on; if so the test still runs, and a person decides.
"""

from __future__ import annotations

import ast
import secrets
import shutil
import tempfile
import threading
from pathlib import Path

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader import utils
from nbgrader.preprocessors import Execute

from coursework.grading.limits import MB, Limits
from coursework.grading.sandbox import SandboxKernelManager
from coursework.grading.watchdog import Stop, Watchdog

PROBE = (Path(__file__).parent / "probe.py").read_text(encoding="utf-8")
PROBE_EXPRESSION = f"(lambda n: (exec({PROBE!r}, n), n['state'](get_ipython()))[1])({{}})"
# `exit()` ends a kernel some time later: whether the next cells still run would be left to chance.
IGNORE_EXIT = "get_ipython().ask_exit = lambda: None"
START_SECONDS = 120


class SandboxError(Exception):
    """The sandbox did not start: the machine's fault, not the student's."""


class Stopped(Exception):
    """The grader was interrupted; what ran so far is no result."""


class Run(Execute):
    """Executes a notebook's cells one after the other and outlives the kernel."""

    skip_cells_with_tag = "a tag that no cell has"
    # A kernel that does not even report after an interrupt is not waited for.
    iopub_timeout = 4
    shutdown_kernel = "immediate"

    def __init__(self, limits: Limits, stop: Stop | None = None) -> None:
        super().__init__(timeout=limits.cell_seconds, startup_timeout=START_SECONDS, log_level="CRITICAL")
        self.log.disabled = True
        self.limits, self.stop = limits, stop or threading.Event()
        self._displayed = 0
        self._watchdog: Watchdog | None = None
        self.doubts: dict[str, str] = {}
        self.remarks: list[str] = []
        self._before: dict[str, str] = {}
        self._students = False  # whether code of the student has run

    def run(self, notebook: nbformat.NotebookNode, unsafe: bool = False) -> None:
        """Fill in the outputs of `notebook`; `doubts` and `remarks` then hold what was noticed.

        Raises
        ------
        SandboxError
            If no kernel could be started.
        Stopped
            If `stop` was set before the end.
        """
        sockets = Path(tempfile.mkdtemp(prefix="grading-"))
        manager = SandboxKernelManager(sockets, self.limits, unsafe)
        self.nb, self.km, self.kc = notebook, manager, None
        self.owns_km = True
        self.reset_execution_trackers()
        self.resources = {"metadata": {"path": str(_empty_folder(sockets)) if unsafe else None}}
        try:
            self._run_all(manager, sockets)
        finally:
            manager.release()
            shutil.rmtree(sockets, ignore_errors=True)
        if self.stop.is_set():
            raise Stopped
        for cell in notebook.cells:
            if utils.is_grade(cell) and cell.cell_type == "code" and cell.execution_count is None:
                cell.outputs = [_error("CellNotRun", "The kernel had ended before this cell could run.")]

    def _run_all(self, manager: SandboxKernelManager, sockets: Path) -> None:
        try:
            self.start_new_kernel()
            self.start_new_kernel_client()
        except Exception as error:
            raise SandboxError(f"the sandbox did not start: {manager.last_error() or error}") from error
        manager.close_folder()
        try:
            with Watchdog(manager.pid, sockets, self.limits, self.stop) as self._watchdog:
                self._run_cells()
        finally:
            self._cleanup_kernel()

    def _run_cells(self) -> None:
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            try:
                if not self._students and not utils.is_locked(cell):
                    # The provided cells have loaded what tests rely on; from here on it must not change.
                    self._request(IGNORE_EXIT, {})
                    self._before = self._probe()
                    self._students = True
                if utils.is_grade(cell):
                    self._check_state(cell)
                self.execute_cell(cell, index)
                if self._exceeds_output():
                    # Whether its reply came before its kernel was ended is left to chance.
                    raise RuntimeError
            except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
                self._kernel_ended(index, cell, error)
                return

    def _get_timeout(self, cell) -> float | None:
        # Provided cells load libraries; that a busy machine is slow at it is not the student's fault.
        return super()._get_timeout(cell) if self._students else START_SECONDS

    def _kernel_ended(self, index: int, cell, error: Exception) -> None:
        if not self._students and not self.stop.is_set():
            raise SandboxError(
                f"cell {index + 1}, which is not the student's, did not run: {error}"
            ) from error
        if self._watchdog.reason:
            why = f"The code {self._watchdog.reason} and was stopped at cell {index + 1}"
        elif isinstance(error, CellTimeoutError):
            why = f"Cell {index + 1} ran too long and could not be interrupted"
        else:
            why = f"The kernel ended in cell {index + 1}"
        self.remarks.append(f"{why}; the cells from there on count as not run.")
        cell.execution_count = None
        cell.outputs = [_error("KernelEnded", why + ".")]

    def _probe(self) -> dict[str, str]:
        """State of what tests rely on; empty if the kernel does not say."""
        reply = self._request("", {"state": PROBE_EXPRESSION}) or {}
        try:
            return ast.literal_eval(reply["user_expressions"]["state"]["data"]["text/plain"])
        except (KeyError, TypeError, ValueError, SyntaxError):
            return {}

    def _check_state(self, cell) -> None:
        after = self._probe()
        changed = sorted(name for name, value in self._before.items() if after.get(name) != value)
        if changed:
            self.doubts[cell.metadata.nbgrader.grade_id] = f"the code before it changed {', '.join(changed)}"
            return
        # Would a test that must fail be seen to fail?
        word = secrets.token_hex(8)
        reply = self._request(f"assert False, {word!r}", {}) or {}
        if reply.get("ename") != "AssertionError" or reply.get("evalue") != word:
            self.doubts[cell.metadata.nbgrader.grade_id] = "the code before it keeps tests from failing"

    def _request(self, code: str, expressions: dict[str, str]) -> dict | None:
        """What the kernel replies to code that is no cell of the notebook."""
        request = self.kc.execute(code, silent=True, store_history=False, user_expressions=expressions)
        reply = self.wait_for_reply(request)
        return reply and reply["content"]

    def on_cell_executed(self, **kwargs) -> None:
        """See that a test that failed shows its failure first."""
        super().on_cell_executed(**kwargs)
        cell, reply = kwargs["cell"], kwargs["execute_reply"]["content"]
        if cell.execution_count is None:
            cell.execution_count = self.code_cells_executed
        if reply["status"] != "ok" and utils.is_grade(cell):
            if not any(output.output_type == "error" for output in cell.outputs):
                cell.outputs.append(_error(reply.get("ename", "Error"), reply.get("evalue", "")))
            cell.outputs.sort(key=lambda output: output.output_type != "error")

    def process_message(self, msg, cell, cell_index):
        """Take over an output; a submission that displays too much is ended."""
        content = msg["content"]
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
            self._displayed += len(content.get("text", "")) + sum(
                map(_size, content.get("data", {}).values())
            )
            if self._exceeds_output():
                self._watchdog.end(f"displayed more than {self.limits.output} MB")
                return None
        return super().process_message(msg, cell, cell_index)

    def _exceeds_output(self) -> bool:
        return self._displayed > self.limits.output * MB


def _size(value: object) -> int:
    return len(value) if isinstance(value, str) else len(str(value))


def _empty_folder(sockets: Path) -> Path:
    folder = sockets / "work"
    folder.mkdir()
    return folder


def _error(name: str, text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
