"""Run one notebook in an untrusted kernel.

nbclient runs it in a process with limits, so that no message can take too much time or memory.
Messages of the kernel may be forged, excessive or malformed, and decide about no mark. A cell that
was not run holds an error. Output over the limit is cut.
"""

import ast
import logging
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output
from plain_answers import ANSWER_MIME

from notebook_grader import gate
from notebook_grader.cells import INPUTS, get_grade_id, is_grade, is_locked
from notebook_grader.course import Course
from notebook_grader.hand_in import plain
from notebook_grader.limits import MB, Limits
from notebook_grader.run import compat
from notebook_grader.run.sandbox import FOLDERS, SandboxKernelManager, remove, remove_leftovers
from notebook_grader.run.watchdog import Watchdog

# `exit()` ends a kernel some time later, so whether the next cells still run would depend on
# chance.
IGNORE_EXIT = "get_ipython().ask_exit = lambda: None"
# A student may rebind a name such as `data` that a provided cell imports: lend that cell the
# import.
LEND = """__own = {{name: globals()[name] for name in {names} if name in globals()}}
{imports}"""
GIVE_BACK = "globals().update(__own); del __own"
# A star import or a magic may bind anything, as may functions that bind names given as texts.
ANYTHING = re.compile(
    r"(?:^|=)[ \t]*[%!]|import\s*\*|\b(?:exec|globals|get_ipython)\b", re.MULTILINE
)
START_SECONDS = 120
# How long to wait for a kernel that does not report after an interrupt, while its messages are
# still read.
SILENT_SECONDS = 12
# Counted for each message beside its text: many small ones fill a page, too.
MESSAGE = 2000
# Larger messages are not parsed: a list of empty lists grows a hundredfold by that.
LARGEST_MESSAGE = 20 * MB
LARGEST_ANSWER = MB // 2
CUT = {"status": "error", "ename": "TooMuchOutput", "evalue": "it is cut", "traceback": []}
LONGEST_ERROR = 10_000  # characters of an error's line
TIMEOUT = "CellTimeoutError: No reply from kernel before timeout"
# Errors that forged messages cause.
FORGED = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    ValidationError,
)
UNREADABLE = (
    "What the code sent cannot be read within the limits of time and memory; nothing of it counts."
)


class SandboxError(OSError):
    """The sandbox did not start: a fault of the machine, as every `OSError`, not of the student."""


class Starved(SandboxError):
    """A sandbox had no processor for most of the time, so a timeout is not the student's fault."""


def run(
    notebook: NotebookNode, course: Course, limits: Limits, unsafe: bool = False, patience: int = 1
) -> tuple[NotebookNode, list[str]]:
    """Run a notebook; returns it with outputs, and remarks.

    `patience` multiplies the limits on time, for a busy machine. Raises `SandboxError` if no kernel
    could be started, `Starved` if it had too little processor time.
    """
    longer = {name: patience * getattr(limits, name) for name in ("cell_seconds", "seconds")}
    limits = replace(limits, **longer)
    # The watchdog ends a run that takes too long; this limit is for messages that take too long to
    # read.
    seconds = 2 * START_SECONDS + 2 * limits.seconds
    try:
        executed, remarks = gate.call(
            execute, notebook, course.at, limits, unsafe, patience, seconds=seconds
        )
    except gate.Excess:
        executed = notebook
        remarks = [UNREADABLE]
    for cell in executed.cells:
        if cell.cell_type == "code" and not isinstance(cell.execution_count, int):
            cell.execution_count = None
            if is_grade(cell):
                cell.outputs = [
                    _make_error("CellNotRun", "The kernel had ended before this cell could run.")
                ]
    return executed, remarks


def execute(
    notebook: NotebookNode, course: str, limits: Limits, unsafe: bool, patience: int
) -> tuple[NotebookNode, list[str]]:
    """Run a notebook in the process that `run` starts; `course` is its import path."""
    remove_leftovers()
    sockets = Path(tempfile.mkdtemp(prefix=FOLDERS))
    manager = SandboxKernelManager(resolve_name(course), sockets, limits, unsafe)
    runner = _Runner(notebook, manager, limits, patience)
    if unsafe:
        (sockets / "work").mkdir()
        runner.resources = {"metadata": {"path": str(sockets / "work")}}
    try:
        runner.run(sockets)
    finally:
        manager.release()
        remove(sockets)
    return runner.nb, runner.remarks


class _Runner(NotebookClient):
    """Executes a notebook's cells in order, and survives the end of the kernel."""

    _students = False  # whether code of the student has run
    _watchdog: Watchdog

    def __init__(
        self, notebook: NotebookNode, manager: SandboxKernelManager, limits: Limits, patience: int
    ) -> None:
        super().__init__(
            notebook,
            km=manager,
            allow_errors=True,
            interrupt_on_timeout=True,
            raise_on_iopub_timeout=True,
            iopub_timeout=SILENT_SECONDS * patience,
            startup_timeout=START_SECONDS,
            shutdown_kernel="immediate",
            skip_cells_with_tag="a tag that no cell has",
            # Provided cells import libraries, which is slow on a busy machine.
            timeout_func=lambda _: limits.cell_seconds if self._students else START_SECONDS,
            error_on_timeout={"ename": "CellTimeoutError", "evalue": "", "traceback": [TIMEOUT]},
            on_cell_executed=self._tidy_cell,
            log=logging.Logger("silent", logging.CRITICAL + 1),
        )
        self.owns_km = True  # so that the kernel ends with the run
        self.remarks: list[str] = []
        self._manager = manager
        self._limits = limits
        self._patience = patience
        self._displayed = self._recorded = 0
        self._places = Counter[str | None]()  # outputs by display id
        self._cut: set[int] = set()  # indices of cells whose output was cut
        self._hidden = find_hidden(notebook)
        self._checks = manager.course.checks

    def run(self, sockets: Path) -> None:
        """Run the cells until the kernel ends."""
        try:
            self.start_new_kernel()
            self.start_new_kernel_client()
        except Exception as error:
            reason = self._manager.last_error() or error
            raise SandboxError(f"the sandbox did not start: {reason}") from error
        assert self.kc is not None
        compat.read_messages(self.kc.session, _read_part)
        self._manager.close_folder()
        with self.setup_kernel():  # ends the kernel
            with Watchdog(
                self._manager.pid, sockets, self._limits, self._patience
            ) as self._watchdog:
                for index, cell in enumerate(self.nb.cells):
                    if fault := self._run_cell(index, cell):
                        self.remarks.append(f"{fault}; the cells from there on count as not run.")
                        cell.execution_count = None
                        cell.outputs = [_make_error("KernelEnded", f"{fault}.")]
                        return

    def _list_lent(self, cell: NotebookNode) -> dict[str, str]:
        """List the imports to lend to a cell; a cell that calls a student's functions needs only
        `check`.

        A cell of inputs has a `check` of its own, which must not replace that of the tests after
        it.
        """
        if not self._students or not is_locked(cell):
            return {}
        has_inputs = get_grade_id(cell).startswith(INPUTS)
        calls = is_grade(cell) or has_inputs
        lent = {
            name: line for name, line in self._hidden.items() if not calls or line in self._checks
        }
        return lent | ({"check": self._checks} if has_inputs else {})

    def _run_silently(self, code: str) -> None:
        """Run code of the grader that leaves nothing in the notebook."""
        assert self.kc is not None
        self.wait_for_reply(self.kc.execute(code, silent=True, store_history=False))

    def _run_cell(self, index: int, cell: NotebookNode) -> str:
        """Run one cell; returns the reason if no further cell can be run."""
        if cell.cell_type != "code" or not cell.source.strip():
            return ""
        try:
            if not self._students and not is_locked(cell):
                self._run_silently(IGNORE_EXIT)
                self._students = True
            if lent := self._list_lent(cell):
                self._run_silently(LEND.format(names=[*lent], imports="\n".join(lent.values())))
            self.execute_cell(cell, index)
            if lent:
                self._run_silently(GIVE_BACK)
        except (DeadKernelError, CellTimeoutError, RuntimeError, *FORGED) as error:
            if not self._students:
                raise SandboxError(f"the provided cell {index + 1} did not run: {error}") from error
            return self._explain_end(index, error)
        return ""

    def _explain_end(self, index: int, error: Exception) -> str:
        """Say why the kernel ended in a cell. Raises `Starved` if that was the machine's fault."""
        if isinstance(error, CellTimeoutError) or self._watchdog.is_too_long:
            self._check_starved()
        if self._watchdog.reason:
            return f"The code {self._watchdog.reason} and was stopped at cell {index + 1}"
        if isinstance(error, CellTimeoutError):
            return f"Cell {index + 1} ran too long and could not be interrupted"
        if isinstance(error, FORGED):
            return (
                f"The code sent messages that no kernel sends, and was stopped at cell {index + 1}"
            )
        return f"The kernel ended in cell {index + 1}"

    def _check_starved(self) -> None:
        """Raise `Starved` if other programs had the processors, so that the submission is run
        again."""
        if self._watchdog.starved:
            raise Starved("the machine was too busy for it")

    def _tidy_cell(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        """Ensure that a failure is among the outputs, shortened, and first in a test."""
        reply = execute_reply["content"]
        if cell.execution_count is None:
            cell.execution_count = self.code_cells_executed
        if reply["status"] == "ok":
            return
        name, text = (str(reply.get(part, ""))[:LONGEST_ERROR] for part in ("ename", "evalue"))
        if name == "CellTimeoutError":
            self._check_starved()
        lines = [str(line)[:LONGEST_ERROR] for line in reply.get("traceback", [])[:50]]
        if not any(
            output.output_type == "error" and output.ename == name for output in cell.outputs
        ):
            cell.outputs.append(_make_error(name or "Error", text, lines))
        if is_grade(cell):
            cell.outputs.sort(key=lambda output: output.output_type != "error")

    def process_message(
        self, msg: dict, cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Process an output; cut what is over the limit, drop what a notebook cannot hold."""
        content = msg["content"]
        kind = msg["msg_type"]
        try:
            if kind in ("stream", "display_data", "execute_result", "update_display_data", "error"):
                if content == CUT:
                    self._note_cut(cell, cell_index)
                if not _is_sane(kind, content):
                    return None
                room = self._limits.output * MB - self._displayed - MESSAGE
                self._displayed += (
                    _measure_size(content) * self._count_places(kind, content) + MESSAGE
                )
                if self._displayed > self._limits.output * MB and not self._is_record(content):
                    if kind == "stream" and room > 0:
                        content["text"] = content["text"][:room]
                        super().process_message(msg, cell, cell_index)
                    self._note_cut(cell, cell_index)
                    return None
            elif kind.startswith("comm"):
                return None  # widgets have no front end here
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except FORGED:
            return None

    def _count_places(self, kind: str, content: dict) -> int:
        """How often a message will stand in the notebook: it replaces all outputs with its display
        id."""
        name = (content.get("transient") or {}).get("display_id")
        self._places[name] += kind != "update_display_data"
        return self._places[name] if name else 1

    def _is_record(self, content: dict) -> bool:
        """Whether it is an answer. Answers have a limit of their own, and count beyond that of
        outputs."""
        if ANSWER_MIME not in content.get("data", {}):
            return False
        content["data"] = {ANSWER_MIME: content["data"][ANSWER_MIME]}
        size = _measure_size(content) + MESSAGE
        self._recorded += size if size <= LARGEST_ANSWER else 0
        return size <= LARGEST_ANSWER and self._recorded <= self._limits.output * MB

    def _note_cut(self, cell: NotebookNode, cell_index: int) -> None:
        most = f"{self._limits.output} MB"
        if not self._cut:
            cut = f"further output, in cell {cell_index + 1} and later, is cut."
            self.remarks.append(f"The notebook displayed more than {most}; {cut}")
        if cell_index not in self._cut:
            self._cut.add(cell_index)
            text = f"[Output is cut here: {most} are the limit of one notebook.]\n"
            cell.outputs.append(new_output("stream", name="stdout", text=text))


def _read_part(part: bytes, read: Callable[[bytes], Any]) -> Any:
    """Parse a part of a message, unless it is too large."""
    return plain.mend(part, read(part)) if len(part) <= LARGEST_MESSAGE else dict(CUT)


def find_hidden(notebook: NotebookNode) -> dict[str, str]:
    """Find the imports of provided cells whose names a student's cell may rebind, as lines of code
    by name.

    A name may be rebound where it is mentioned. What a provided cell rebinds itself is left out.
    """
    from IPython.core.inputtransformer2 import TransformerManager  # slow to import

    imports = dict[str, str]()
    rebound = {"*"}
    own = ""
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        if not is_locked(cell):
            own += f"{cell.source}\n"
            continue
        with suppress(SyntaxError):  # it binds nothing then
            for node in ast.walk(ast.parse(TransformerManager().transform_cell(cell.source))):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    for name in node.names:
                        line = ast.unparse(type(node)(**vars(node) | {"names": [name]}))
                        imports[name.asname or name.name.partition(".")[0]] = line
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    rebound.add(node.id)
    words = {*imports} if ANYTHING.search(own) else {*re.findall(r"\w+", own)}
    return {name: line for name, line in imports.items() if name in words - rebound}


def _is_sane(kind: str, content: dict) -> bool:
    """Whether a message has the form of a notebook's output; unusable parts are dropped."""
    if kind == "stream":
        return isinstance(content.get("text"), str) and content.get("name") in ("stdout", "stderr")
    if kind == "error":
        lines = content.get("traceback")
        named = isinstance(content.get("ename"), str) and isinstance(content.get("evalue"), str)
        return named and isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    data = content.get("data")
    if not isinstance(data, dict) or not isinstance(content.setdefault("metadata", {}), dict):
        return False
    kinds = {mime: dict if mime.endswith("json") else str for mime in data}
    content["data"] = {
        mime: value for mime, value in data.items() if isinstance(value, kinds[mime])
    }
    content["metadata"] = {}
    if kind == "execute_result" and not isinstance(content.get("execution_count"), int):
        content["execution_count"] = None
    return True


def _measure_size(content: dict) -> int:
    texts = [content.get("text", ""), content.get("ename", ""), content.get("evalue", "")]
    texts += [*content.get("traceback", []), *map(str, content.get("data", {}).items())]
    return sum(map(len, texts))


def _make_error(name: str, text: str, lines: list[str] | None = None) -> NotebookNode:
    return new_output("error", ename=name, evalue=text, traceback=lines or [f"{name}: {text}"])
