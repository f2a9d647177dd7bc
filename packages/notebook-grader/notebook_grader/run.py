"""Run one notebook in a kernel that is not trusted, and note what became of each cell.

nbclient does the running, behind the gate, so that no message can take more than a process may have. What
the kernel says is taken for what a student's program says: it may be forged, too much, or no message at all,
and it decides about no mark. A cell that was not run holds an error. Output over the limit is cut.
"""

import ast
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output
from plain_answers import ANSWER_MIME

from notebook_grader import compat, gate, plain
from notebook_grader.cells import INPUTS, is_grade, is_locked
from notebook_grader.course import Course
from notebook_grader.limits import MB, Limits
from notebook_grader.sandbox import FOLDERS, SandboxKernelManager, remove, remove_leftovers
from notebook_grader.watchdog import Watchdog

# `exit()` ends a kernel some time later: whether the next cells still run would be left to chance.
IGNORE_EXIT = "get_ipython().ask_exit = lambda: None"
# An answer may call a number `data`: where a cell that is given imports that name, it gets what it means.
LEND = """__own = {{name: globals()[name] for name in {names} if name in globals()}}
{imports}"""
GIVE_BACK = "globals().update(__own); del __own"
# What a star or a magic binds, and functions that bind names that are texts.
ANYTHING, BY_TEXT = "*", ("exec", "globals", "get_ipython")
START_SECONDS = 120
# A kernel that does not even report after an interrupt is not waited for; who reads it may have much to read.
SILENT_SECONDS = 12
# What a message counts beside its text: many small ones fill a page too.
MESSAGE = 2000
# Of one message; what is larger is not even taken apart, as lists of nothing grow hundredfold by that.
LARGEST_MESSAGE = 20 * MB
LARGEST_ANSWER = MB // 2
CUT = {"status": "error", "ename": "TooMuchOutput", "evalue": "it is cut", "traceback": []}
LONGEST_ERROR = 10_000  # characters of an error's line
TIMEOUT = "CellTimeoutError: No reply from kernel before timeout"
# What a forged message does to those who read it.
FORGED = (ValueError, TypeError, AttributeError, LookupError, MemoryError, RecursionError, ValidationError)
UNREADABLE = (
    "What the code sent could not be read within the limits of time and memory; nothing of it counts."
)


class SandboxError(OSError):
    """The sandbox did not start: the machine's fault, as with every `OSError`, and not the student's."""


class Starved(SandboxError):
    """A sandbox had no processor for most of the time: that it took too long is no fault of the student's."""


def run(
    notebook: NotebookNode, course: Course, limits: Limits, unsafe: bool = False, patience: int = 1
) -> tuple[NotebookNode, list[str]]:
    """A notebook with its outputs, and what was noticed, a sentence each.

    `patience` multiplies the time by the clock, where others may have the processors. Raises `SandboxError`
    if no kernel could be started, `Starved` if it had too little of a processor.
    """
    longer = {name: patience * getattr(limits, name) for name in ("cell_seconds", "seconds")}
    limits = replace(limits, **longer)
    # The watchdog ends what takes too long; this is for what holds up the reading of it.
    seconds = 2 * START_SECONDS + 2 * limits.seconds
    try:
        executed, remarks = gate.call(execute, notebook, course.at, limits, unsafe, patience, seconds=seconds)
    except gate.Excess:
        executed, remarks = notebook, [UNREADABLE]
    for cell in executed.cells:
        if cell.cell_type == "code" and not isinstance(cell.execution_count, int):
            cell.execution_count = None
            if is_grade(cell):
                cell.outputs = [_make_error("CellNotRun", "The kernel had ended before this cell could run.")]
    return executed, remarks


def execute(
    notebook: NotebookNode, course: str, limits: Limits, unsafe: bool, patience: int
) -> tuple[NotebookNode, list[str]]:
    """What `run` does behind the gate; `course` is its name."""
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
    """Executes a notebook's cells one after the other and outlives the kernel."""

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
            # Provided cells load libraries; that a busy machine is slow at it is not the student's fault.
            timeout_func=lambda _: limits.cell_seconds if self._students else START_SECONDS,
            error_on_timeout={"ename": "CellTimeoutError", "evalue": "", "traceback": [TIMEOUT]},
            on_cell_executed=self._tidy_cell,
            log=logging.Logger("silent", logging.CRITICAL + 1),
        )
        self.owns_km = True  # so that it ends with the run
        self.remarks: list[str] = []
        self._manager, self._limits, self._patience = manager, limits, patience
        self._displayed = self._recorded = 0
        self._places = Counter[str | None]()  # outputs by the name under which they can be replaced
        self._cut: set[int] = set()  # indices of cells whose output was cut
        self._hidden = find_hidden(notebook)
        self._checks = manager.course.checks

    def run(self, sockets: Path) -> None:
        """Run all cells that can be run."""
        try:
            self.start_new_kernel()
            self.start_new_kernel_client()
        except Exception as error:
            reason = self._manager.last_error() or error
            raise SandboxError(f"the sandbox did not start: {reason}") from error
        assert self.kc is not None
        compat.read_messages(self.kc.session, _read_part)
        self._manager.close_folder()
        with self.setup_kernel():  # which ends it
            with Watchdog(self._manager.pid, sockets, self._limits, self._patience) as self._watchdog:
                for index, cell in enumerate(self.nb.cells):
                    if fault := self._run_cell(index, cell):
                        self.remarks.append(f"{fault}; the cells from there on count as not run.")
                        cell.execution_count = None
                        cell.outputs = [_make_error("KernelEnded", f"{fault}.")]
                        return

    def _list_lent(self, cell: NotebookNode) -> dict[str, str]:
        """The imports that a cell needs back; one that calls a student's functions needs `check` alone."""
        if not self._students or not is_locked(cell):
            return {}
        calls = is_grade(cell) or cell.metadata.nbgrader.grade_id.startswith(INPUTS)
        return {name: line for name, line in self._hidden.items() if not calls or line in self._checks}

    def _say(self, code: str) -> None:
        """Run code of ours that leaves nothing in the notebook."""
        assert self.kc is not None
        self.wait_for_reply(self.kc.execute(code, silent=True, store_history=False))

    def _run_cell(self, index: int, cell: NotebookNode) -> str:
        """Run one cell; returns why no other can be run after it, if so."""
        if cell.cell_type != "code" or not cell.source.strip():
            return ""
        try:
            if not self._students and not is_locked(cell):
                self._say(IGNORE_EXIT)
                self._students = True
            if lent := self._list_lent(cell):
                self._say(LEND.format(names=[*lent], imports="\n".join(lent.values())))
            self.execute_cell(cell, index)
            if lent:
                self._say(GIVE_BACK)
        except (DeadKernelError, CellTimeoutError, RuntimeError, *FORGED) as error:
            if not self._students:
                what = f"cell {index + 1}, which is not the student's, did not run: {error}"
                raise SandboxError(what) from error
            if isinstance(error, CellTimeoutError) or "longer" in (self._watchdog.reason or ""):
                self._excuse()
            if self._watchdog.reason:
                return f"The code {self._watchdog.reason} and was stopped at cell {index + 1}"
            if isinstance(error, CellTimeoutError):
                return f"Cell {index + 1} ran too long and could not be interrupted"
            if isinstance(error, FORGED):
                return f"The code sent messages that no kernel sends, and was stopped at cell {index + 1}"
            return f"The kernel ended in cell {index + 1}"
        return ""

    def _excuse(self) -> None:
        """Raise `Starved` where others had the processors, so that what took too long is run again."""
        if self._watchdog.starved:
            raise Starved("the machine was too busy for it")

    def _tidy_cell(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        """See that a failure is among the outputs, first in a test, and that none fills the page."""
        reply = execute_reply["content"]
        if cell.execution_count is None:
            cell.execution_count = self.code_cells_executed
        if reply["status"] == "ok":
            return
        name, text = (str(reply.get(part, ""))[:LONGEST_ERROR] for part in ("ename", "evalue"))
        if name == "CellTimeoutError":
            self._excuse()
        lines = [str(line)[:LONGEST_ERROR] for line in reply.get("traceback", [])[:50]]
        if not any(one.output_type == "error" and one.ename == name for one in cell.outputs):
            cell.outputs.append(_make_error(name or "Error", text, lines))
        if is_grade(cell):
            cell.outputs.sort(key=lambda output: output.output_type != "error")

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take over an output; what is over the limit is cut, and what no notebook can hold is dropped."""
        content, kind = msg["content"], msg["msg_type"]
        try:
            if kind in ("stream", "display_data", "execute_result", "update_display_data", "error"):
                if content == CUT:
                    self._note_cut(cell, cell_index)
                if not _is_sane(kind, content):
                    return None
                room = self._limits.output * MB - self._displayed - MESSAGE
                self._displayed += _measure_size(content) * self._count_places(kind, content) + MESSAGE
                if self._displayed > self._limits.output * MB and not self._is_record(content):
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

    def _count_places(self, kind: str, content: dict) -> int:
        """How often a message will stand in the notebook: it takes the place of all that have its name."""
        name = (content.get("transient") or {}).get("display_id")
        self._places[name] += kind != "update_display_data"
        return self._places[name] if name else 1

    def _is_record(self, content: dict) -> bool:
        """Whether it is an answer: they count when the limit of output is passed, too, and have their own."""
        if ANSWER_MIME not in content.get("data", {}):
            return False
        content["data"] = {ANSWER_MIME: content["data"][ANSWER_MIME]}
        size = _measure_size(content) + MESSAGE
        self._recorded += size if size <= LARGEST_ANSWER else 0
        return size <= LARGEST_ANSWER and self._recorded <= self._limits.output * MB

    def _note_cut(self, cell: NotebookNode, cell_index: int) -> None:
        most = f"{self._limits.output} MB"
        if not self._cut:
            where = f"what came after that, in cell {cell_index + 1} and later, is cut."
            self.remarks.append(f"The notebook displayed more than {most}; {where}")
        if cell_index not in self._cut:
            self._cut.add(cell_index)
            text = f"[Output is cut here: {most} are the limit of one notebook.]\n"
            cell.outputs.append(new_output("stream", name="stdout", text=text))


def _read_part(part: bytes, read: Callable[[bytes], Any]) -> Any:
    """A part of a message as it is read here; what is too large is not taken apart."""
    return plain.mend(part, read(part)) if len(part) <= LARGEST_MESSAGE else dict(CUT)


def find_hidden(notebook: NotebookNode) -> dict[str, str]:
    """The imports of given cells whose names a student's cell binds anew, or may, a line of code each."""
    given, others, bound = dict[str, str](), set[str](), set[str]()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if not is_locked(cell):
            bound |= _list_bound(_parse(cell.source))
            continue
        body = _parse(cell.source, given=True)
        for one in (node for node in body if isinstance(node, (ast.Import, ast.ImportFrom))):
            for name in one.names:
                line = ast.unparse(type(one)(**vars(one) | {"names": [name]}))
                given[name.asname or name.name.partition(".")[0]] = line
        others |= _list_bound(node for node in body if not isinstance(node, ast.alias))
    # On a mere doubt nothing takes the place of what a given cell made of its import.
    chosen = bound | given.keys() - others if ANYTHING in bound else bound
    return {name: line for name, line in given.items() if name in chosen - {ANYTHING}}


def _parse(source: str, given: bool = False) -> list[ast.AST]:
    """All nodes of a cell's syntax; a given one's as IPython reads it.

    Of a student's, what is no plain Python counts as a magic, which may bind anything: to have IPython read
    it could be made to take minutes.
    """
    from IPython.core.inputtransformer2 import TransformerManager  # not above: others here do without

    try:
        return [*ast.walk(ast.parse(TransformerManager().transform_cell(source) if given else source))]
    except (SyntaxError, ValueError, RuntimeError, MemoryError):
        return [] if given else [ast.alias(ANYTHING)]


def _list_bound(body: Iterable[ast.AST]) -> set[str]:
    """The names that nodes of syntax bind or delete."""
    found = set[str]()
    for node in body:
        if isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.Name):
            binds = not isinstance(node.ctx, ast.Load)
            found |= {node.id} if binds else {ANYTHING} if node.id in BY_TEXT else set()
        else:  # a function, a class, an exception, a pattern
            found |= {name for part in ("name", "rest") if (name := getattr(node, part, None))}
    return found


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
    kinds = {mime: dict if mime.endswith("json") else str for mime in data}
    content["data"] = {mime: value for mime, value in data.items() if isinstance(value, kinds[mime])}
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
