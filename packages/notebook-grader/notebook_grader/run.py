"""Run one notebook in a kernel that is not trusted, and note what became of each cell.

nbgrader's `Execute` does the running. What the kernel says is taken for what a student's program says: it may
be forged, too much, or no message at all, and it decides about no mark. A cell that was not run, because the
kernel had died, holds an error. Output over the limit is cut.
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbgrader import utils
from nbgrader.preprocessors import Execute
from plain_answers.recording import ANSWER_MIME

from notebook_grader.limits import MB, Limits
from notebook_grader.sandbox import SandboxKernelManager
from notebook_grader.watchdog import Watchdog

# `exit()` ends a kernel some time later: whether the next cells still run would be left to chance.
IGNORE_EXIT = "get_ipython().ask_exit = lambda: None"
START_SECONDS = 120
# What a message counts beside its text: many small ones fill a page too.
MESSAGE = 500
# Answers count when the limit of output is passed, too; so many of them.
RECORDS = 500
LONGEST_ERROR = 10_000  # characters of an error's line
# What a forged message does to those who read it.
FORGED = (ValueError, TypeError, AttributeError, LookupError)


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

    def __init__(self, limits: Limits, stopped: Callable[[], bool] = lambda: False) -> None:
        super().__init__(timeout=limits.cell_seconds, startup_timeout=START_SECONDS)
        self.log.disabled = True
        self.limits, self.stopped = limits, stopped
        self._displayed = self._records = 0
        self._cut: set[int] = set()  # places of cells whose output was cut
        self._watchdog: Watchdog | None = None
        self.remarks: list[str] = []
        self._students = False  # whether code of the student has run

    def run(self, notebook: nbformat.NotebookNode, unsafe: bool = False) -> None:
        """Fill in the outputs of `notebook`; `remarks` then holds what was noticed.

        Raises
        ------
        SandboxError
            If no kernel could be started.
        Stopped
            If `stopped` said so before the end.
        """
        sockets = Path(tempfile.mkdtemp(prefix="grading-"))
        manager = SandboxKernelManager(sockets, self.limits, unsafe)
        self.nb, self.km, self.kc = notebook, manager, None
        self.owns_km = True
        self.reset_execution_trackers()
        self.resources = {"metadata": {"path": None}}
        if unsafe:
            work = sockets / "work"
            work.mkdir()
            self.resources["metadata"]["path"] = str(work)
        try:
            self._run_all(manager, sockets)
        finally:
            manager.release()
            shutil.rmtree(sockets, ignore_errors=True)
        if self.stopped():
            raise Stopped
        for cell in notebook.cells:
            if cell.cell_type == "code" and not isinstance(cell.execution_count, int):
                cell.execution_count = None
                if utils.is_grade(cell):
                    cell.outputs = [
                        _make_error("CellNotRun", "The kernel had ended before this cell could run.")
                    ]

    def _run_all(self, manager: SandboxKernelManager, sockets: Path) -> None:
        try:
            self.start_new_kernel()
            self.start_new_kernel_client()
        except Exception as error:
            raise SandboxError(f"the sandbox did not start: {manager.last_error() or error}") from error
        manager.close_folder()
        try:
            with Watchdog(manager.pid, sockets, self.limits, self.stopped) as self._watchdog:
                self._run_cells()
        finally:
            self._cleanup_kernel()

    def _run_cells(self) -> None:
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            try:
                if not self._students and not utils.is_locked(cell):
                    self._request(IGNORE_EXIT)
                    self._students = True
                self.execute_cell(cell, index)
            except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
                self._note_kernel_end(index, cell, error)
                return
            except FORGED as error:
                self._note_kernel_end(index, cell, error, forged=True)
                return

    def _get_timeout(self, cell) -> float | None:
        # Provided cells load libraries; that a busy machine is slow at it is not the student's fault.
        return super()._get_timeout(cell) if self._students else START_SECONDS

    def _note_kernel_end(self, index: int, cell, error: Exception, forged: bool = False) -> None:
        if not self._students and not self.stopped():
            raise SandboxError(
                f"cell {index + 1}, which is not the student's, did not run: {error}"
            ) from error
        if self._watchdog.reason:
            why = f"The code {self._watchdog.reason} and was stopped at cell {index + 1}"
        elif isinstance(error, CellTimeoutError):
            why = f"Cell {index + 1} ran too long and could not be interrupted"
        elif forged:
            why = f"The code sent messages that no kernel sends, and was stopped at cell {index + 1}"
        else:
            why = f"The kernel ended in cell {index + 1}"
        self.remarks.append(f"{why}; the cells from there on count as not run.")
        cell.execution_count = None
        cell.outputs = [_make_error("KernelEnded", why + ".")]

    def _request(self, code: str) -> None:
        """Have the kernel run code that is no cell of the notebook."""
        self.wait_for_reply(self.kc.execute(code, silent=True, store_history=False))

    def on_cell_executed(self, **kwargs) -> None:
        """See that a test that failed shows its failure first, and no failure fills the page."""
        cell, reply = kwargs["cell"], kwargs["execute_reply"]["content"]
        for part in ("ename", "evalue"):
            reply[part] = str(reply.get(part, ""))[:LONGEST_ERROR]
        reply["traceback"] = [str(line)[:LONGEST_ERROR] for line in reply.get("traceback", [])[:50]]
        super().on_cell_executed(**kwargs)
        if cell.execution_count is None:
            cell.execution_count = self.code_cells_executed
        if reply["status"] != "ok" and utils.is_grade(cell):
            if not any(output.output_type == "error" for output in cell.outputs):
                cell.outputs.append(_make_error(reply.get("ename", "Error"), reply.get("evalue", "")))
            cell.outputs.sort(key=lambda output: output.output_type != "error")

    def process_message(self, msg, cell, cell_index):
        """Take over an output; what is over the limit is cut, and what no notebook can hold is dropped."""
        content, kind = msg["content"], msg["msg_type"]
        try:
            if kind in ("stream", "display_data", "execute_result", "update_display_data", "error"):
                if not _is_sane(kind, content):
                    return None
                room = self.limits.output * MB - self._displayed - MESSAGE
                self._displayed += _measure_size(content) + MESSAGE
                if self._displayed > self.limits.output * MB and not self._is_record(content):
                    if kind == "stream" and room > 0:
                        content["text"] = content["text"][:room]
                        super().process_message(msg, cell, cell_index)
                    self._note_cut(cell, cell_index)
                    return None
            elif kind.startswith("comm"):
                return None  # widgets have nobody to talk to here
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except FORGED:
            return None

    def _is_record(self, content: dict) -> bool:
        if ANSWER_MIME not in content.get("data", {}) or self._records >= RECORDS:
            return False
        self._records += 1
        content["data"] = {ANSWER_MIME: content["data"][ANSWER_MIME]}
        return True

    def _note_cut(self, cell, cell_index: int) -> None:
        if not self._cut:
            where = f"The notebook displayed more than {self.limits.output} MB; what came after that, in cell"
            self.remarks.append(f"{where} {cell_index + 1} and later, is cut.")
        if cell_index not in self._cut:
            self._cut.add(cell_index)
            text = f"[Output is cut here: {self.limits.output} MB are the limit of one notebook.]\n"
            cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=text))


def _is_sane(kind: str, content: dict) -> bool:
    """Whether a message has the form that a notebook's output must have."""
    if kind == "stream":
        return isinstance(content.get("text"), str) and content.get("name") in ("stdout", "stderr")
    if kind == "error":
        lines = content.get("traceback")
        named = isinstance(content.get("ename"), str) and isinstance(content.get("evalue"), str)
        return named and isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    data = content.get("data")
    if not isinstance(data, dict) or not isinstance(content.setdefault("metadata", {}), dict):
        return False
    content["data"] = {
        mime: value
        for mime, value in data.items()
        if (isinstance(value, dict) if mime.endswith("json") else isinstance(value, str))
    }
    content["metadata"] = {}
    return True


def _measure_size(content: dict) -> int:
    texts = [content.get("text", ""), content.get("ename", ""), content.get("evalue", "")]
    texts += [*content.get("traceback", []), *map(str, content.get("data", {}).values())]
    return sum(map(len, texts))


def _make_error(name: str, text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
