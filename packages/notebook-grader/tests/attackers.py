# ruff: noqa: E501  (a line of a trick's code stays one line)
"""Kinds of hostile, careless and odd submissions to the small assignment, by class, and what each deserves.

An attacker's own answers are wrong but for the choice, which earns 2 points; so more than 2 would be stolen.
"""

from dataclasses import dataclass

import nbformat
from nbformat.v4 import new_code_cell, new_output
from notebook_grader.course import PLAIN
from small import MEAN, RATE, changed, find_cell, submission

STUBBORN = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
FORKS = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
STRIP_ASSERTS = """\
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Expr(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Strip())"""
SWALLOW = """\
shell = get_ipython()
old = shell.run_cell_async
def quiet(code, *args, **kwargs):
    return old("" if "check" in code else code, *args, **kwargs)
shell.run_cell_async = quiet"""
WRONG = {"rate": "rate = 1.0", "mean": "def mean(x):\n    return 0", "parts": 'parts = {"a": 0, "b": 0}'}


@dataclass(frozen=True)
class Kind:
    """A submission, the points that it earns without a person, and a part of the report's line or page."""

    notebook: nbformat.NotebookNode
    points: float
    sentence: str = ""


def trick(code: str, points: float = 2, sentence: str = "", **answers: str) -> Kind:
    """Wrong answers, after code that wants them to count as right."""
    own = WRONG | answers
    return Kind(submission(**own | {"rate": f"{code}\n{own['rate']}"}), points, sentence)


def honest(points: float = 11, sentence: str = "", **answers: str) -> Kind:
    """Right answers, but for those that are given."""
    return Kind(submission(**answers), points, sentence)


def wrong(**answers: str) -> Kind:
    """Wrong answers, but for those that are given: it runs once only."""
    return Kind(submission(**WRONG | answers), 2)


def altered(change, points: float = 2, sentence: str = "") -> Kind:
    """Wrong answers in a notebook to which something was done."""
    return Kind(changed(change, **WRONG), points, sentence)


_RECORD = """\
from IPython.display import display
def record(name, value):
    display({"application/vnd.answer+json": {"name": name, "values": {"": value}}}, raw=True)
"""
_SEND = """\
shell = get_ipython()
def send(kind, content):
    kernel = shell.kernel
    kernel.session.send(kernel.iopub_socket, kind, content, parent=shell.parent_header, ident=None)
"""

FORGED_KERNEL = {
    "asserts stripped": trick(STRIP_ASSERTS, 0),
    "cells swallowed": trick(SWALLOW, 0),
    "compiler wrapped": trick(
        "import builtins; old = builtins.compile\n"
        'get_ipython().compile.ast_parse = lambda *a, **k: __import__("ast").parse("1")',
        0,
    ),
    "execution replaced": trick(
        "async def fine(*a, **k):\n"
        "    return {'status': 'ok', 'execution_count': 1, 'user_expressions': {}, 'payload': []}\n"
        "get_ipython().kernel.do_execute = fine",
        0,
    ),
    "points displayed": trick(
        _SEND + 'send("execute_result", {"data": {"text/plain": "4"}, "metadata": {}, "execution_count": 1})'
    ),
    "every answer recorded": trick(
        _RECORD + "for guess in 'ABCD':\n    record('1.3 choice', guess)", 2, choice='choice = "B"'
    ),
    "answers flooded": trick(
        _RECORD
        + "get_ipython().events.register('pre_run_cell', lambda *a: [record('1.3 choice', x) for x in 'ABCD'])",
        0,
        "1.3 choice was recorded more than once",
    ),
    "answers of another cell": trick(_RECORD + "record('1.4 parts', 3); record('1.2 mean', 2)"),
    "idle forged": trick(
        _SEND
        + "get_ipython().events.register('pre_run_cell', lambda *a: send('status', {'execution_state': 'idle'}))",
        0,
    ),
    "message that is a list": trick(_SEND + 'send("display_data", [1, 2, 3])'),
    "message of odd parts": trick(
        _SEND
        + 'send("display_data", {"data": {"text/plain": 5, "text/html": [1]}, "metadata": 7, "transient": 8})\n'
        'send("stream", {"name": 3, "text": {}})\nsend("error", {"ename": 1, "evalue": 2, "traceback": 3})'
    ),
    "counts that are texts": trick(_SEND + 'send("execute_input", {"execution_count": {"x": 1}, "code": 1})'),
    "odd comms": trick(
        _SEND + 'send("comm_open", {"comm_id": 1, "target_name": "jupyter.widget", "data": {"state": 3}})\n'
        'send("comm_msg", {"comm_id": [], "data": None})\nsend("clear_output", {"wait": "x"})'
    ),
    "wire that is no message": trick(
        "get_ipython().kernel.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', b'y', b'{'])",
        0,
        "messages that no kernel sends",
    ),
    "parts that no notebook has": trick(
        _SEND + 'result = {"data": {"text/plain": "4"}, "metadata": {}, "execution_count": "x" * 10**6}\n'
        'send("execute_result", result)\nsend("display_data", {"data": {"json": {"a": 1}}, "metadata": {}})\n'
        'for n in range(20):\n    names = {f"a/{n}{k}" + "x" * 1000: "" for k in range(1000)}\n'
        '    send("display_data", {"data": names, "metadata": {}})',
        2,
        "is cut",
    ),
    "a message that grows when it is read": trick(
        _SEND + "session = shell.kernel.session\nold = session.pack\n"
        'grown = b\'{"metadata": {}, "data": {"a/json": {"x": [\' + b"{}," * 2 * 10**7 + b"{}]}}}"\n'
        'session.pack = lambda part: grown if part == {"grown": 1} else old(part)\n'
        'send("display_data", {"grown": 1})',
        2,
        "is cut",
    ),
    "answers and updates of megabytes": trick(
        "from IPython.display import display\n"
        "for n in range(12):\n    values = {'': 'x' * 10**6}\n"
        "    record = {'application/vnd.answer+json': {'name': str(n), 'values': values}}\n"
        "    display(record, raw=True)\n"
        "for n in range(100): display({'text/plain': ''}, raw=True, display_id='a')\n"
        "display({'text/plain': 'x' * 10**6}, raw=True, display_id='a')",
        2,
        "is cut",
    ),
    "nested message": trick(
        _SEND + "x = []\nfor _ in range(900): x = [x]\n"
        'send("display_data", {"data": {"a/json": x}, "metadata": {}})'
    ),
    "outputs of others updated": trick(
        "from IPython.display import display\nfor n in range(20): display(n, display_id=str(n))\n"
        "from IPython.display import update_display\n"
        "[update_display('4 of 4 points', display_id=str(n)) for n in range(20)]"
    ),
}
FORGED_MODULE = {
    "check replaced": trick("check.answer = lambda *a, **k: None", 0, "1.3 choice was not recorded"),
    "check hidden": trick("class check:\n    answer = staticmethod(lambda *a, **k: None)", 0),
    "module replaced": trick(
        "import sys, types\n"
        "sys.modules['plain_answers.checking'] = check = types.SimpleNamespace(answer=lambda *a, **k: print('right'))",
        0,
    ),
    "display replaced": trick(
        "from plain_answers import checking\nchecking.display = lambda *a, **k: None", 0
    ),
    "reading replaced": trick(
        "from plain_answers import parsing\nparsing.parse = lambda *a, **k: {'': True}", 0
    ),
    "tolerance widened": trick(
        "old = check.answer\n"
        "check.answer = lambda name, value, within=0, unit='': old(name, value, 1e9, unit)"
    ),
    "built-ins replaced": trick(
        "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\n"
        "builtins.isinstance = lambda *a: True",
        0,
    ),
    "names of built-ins bound": trick("abs = sum = lambda *a: 0\nall = any = lambda *a: True"),
    "JSON patched": trick(
        "import json\njson.dumps = lambda *a, **k: '{}'\njson.loads = lambda *a, **k: {}",
        0,
        "messages that no kernel sends",
    ),
    "equal to everything": trick(
        "class E(float):\n    def __eq__(self, other): return True\n    __hash__ = float.__hash__\n"
        "    def __sub__(self, o): return 0.0",
        2,
        rate="rate = E(1.0)",
    ),
    "a text that claims": trick(
        "class S(str):\n    def casefold(self): return 'b'", 0, choice='choice = S("A")'
    ),
    "numbers patched": trick(
        "import math, numpy\nmath.isfinite = numpy.isclose = numpy.allclose = lambda *a, **k: True"
    ),
    "everything imported": honest(rate="from numpy import *\nfrom math import *\n" + RATE),
    "asserts that pass": trick("assert True\nprint('1.1 rate is right.')\nprint('4 of 4 points')"),
}
FORGED_DATA = {
    "data changed to fit": trick(
        "given['a'] = 0.75", 2, parts='given["b"] = 1.25\nparts = {"a": given["a"] * 4 - 3, "b": 0}'
    ),
    "typed number": honest(9, "typed", rate="rate = 6.0"),
    "parameters bound anew": honest(9, "a parameter was set anew", rate="start, end = 50.0, 53.0\n" + RATE),
    "one table of numbers": honest(9, "", rate="rate = {50.0: 6.0}[start]"),
    "number of another notebook": honest(
        7, "Right for other values than this notebook's: tests-1-1", rate="rate = 7.5"
    ),
    "constant function": honest(8, "", mean="def mean(x):\n    return 2.0"),
    "function that knows the test": honest(
        8, "", mean="def mean(x):\n    return 2 if list(x) == [1, 2, 3] else 0"
    ),
    "function that remembers": honest(
        8, "", mean="def mean(x, seen=[]):\n    seen.append(2.0)\n    return seen[0]"
    ),
    "function that looks for the seed": honest(
        8,
        "",
        mean="def mean(x):\n    return globals().get('draws', [[2.0]])[0][0] if 'SEED' in globals() else 2.0",
    ),
    "random numbers patched": honest(
        8,
        "",
        mean="import random\nrandom.random = lambda: 0.5\ndef mean(x):\n"
        "    return 2.0 if len(x) == 3 else 0.5",
    ),
}


def _set(name: str, key: str, value: object):
    def change(made) -> None:
        find_cell(made, name).metadata.nbgrader[key] = value

    return change


def _drop(*names: str):
    def change(made) -> None:
        made.cells = [cell for cell in made.cells if cell.metadata.nbgrader.grade_id not in names]

    return change


def _write(name: str, source: str, cell_type: str = "code"):
    def change(made) -> None:
        cell = find_cell(made, name)
        cell.source, cell.cell_type = source, cell_type

    return change


def _forge_outputs(made) -> None:
    record = {"application/vnd.answer+json": {"name": "1.1 rate", "values": {"": 6.0}}}
    find_cell(made, "tests-1-1").outputs = [new_output("display_data", data=record)]


def _copy_tests(made) -> None:
    copy = new_code_cell(
        _RECORD + "record('1.1 rate', 6.0)", metadata=dict(find_cell(made, "tests-1-1").metadata)
    )
    made.cells.insert(4, copy)


def _metadata(**values: object):
    def change(made) -> None:
        made.metadata.update(values)

    return change


FORGED_METADATA = {
    "points raised": altered(_set("tests-1-1", "points", 100)),
    "a name that is a list": altered(_set("tests-1-1", "grade_id", ["x"])),
    "a name that is a number": altered(_set("answer-1-1", "grade_id", 7)),
    "metadata that is a text": altered(lambda made: made.cells[4].metadata.update(nbgrader="mine"), 2),
    "tests made an answer": altered(_set("tests-1-1", "solution", True)),
    "tests unlocked": altered(_write("tests-1-1", "pass"), 2, "replaced by the original: tests-1-1"),
    "tests deleted": altered(_drop("tests-1-1", "tests-1-2", "tests-1-4"), 2, "put back"),
    "tests copied": altered(_copy_tests, 2, "Copied cells"),
    "tests skipped": altered(
        lambda made: find_cell(made, "tests-1-1").metadata.update(tags=["skip-execution"])
    ),
    "forms edited": altered(
        _write("forms", f"{PLAIN.checks}\ncheck.expect('{{}}')"),
        2,
        "replaced by the original: forms",
    ),
    "parameters edited": altered(
        _write("given-1-1", "start, end = 100.0, 101.0"), 2, "replaced by the original: given-1-1"
    ),
    "output forged": altered(_forge_outputs),
    "answer made Markdown": Kind(changed(_write("answer-1-1", "rate = 6.0", "markdown")), 9, "typed"),
    "course that is a list": altered(_metadata(course=[1])),
    "another kernel": altered(_metadata(kernelspec={"name": "bash", "display_name": "x", "language": "sh"})),
    "renamed cells": Kind(changed(_set("answer-1-1", "grade_id", "mine")), 11, "mine as answer-1-1"),
}
STOLEN_KEY = {
    "looks for files": trick(
        "import os\n"
        "found = [f for d in ('/', '/tmp', '/root', '/home') for f in (os.listdir(d) if os.access(d, os.R_OK) else [])]\n"
        "open('/root/key').read()",
        2,
        "asked for a file that is not there",
    ),
    "looks for the key in memory": trick(
        "import gc\n"
        "found = [o for o in gc.get_objects() if isinstance(o, dict) and 'within' in o and 'values' in o]\nassert not found"
    ),
    "seals of its own": trick("check.use('{\"1.1 rate\": {}}')", 2),
    "looks at the processes": trick(
        "import glob\n"
        "words = b''.join(open(f, 'rb').read() for f in glob.glob('/proc/*/environ') + glob.glob('/proc/*/cmdline'))\n"
        "assert b'secret' not in words and b'keys' not in words"
    ),
    "reads a neighbour": trick(
        "print(open('../honest/92_small.ipynb').read())", 2, "asked for a file that is not there", rate=""
    ),
    "uses the network": trick(
        "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/', timeout=3)",
        2,
        "tried to use the network",
    ),
}
_HOLD = "kept = []\nwhile True:\n    kept.append({})\n"
RESOURCES = {
    "memory at once": trick("x = bytearray(10**12)", 2, "asked for more memory"),
    "memory by and by": trick("x = []\nwhile True: x.append(bytearray(2**24))", 2, "more memory"),
    "memory files": trick(
        "import os\nwhile True: os.ftruncate(os.memfd_create('x'), 2**30)", 2, "does not offer"
    ),
    "shared memory": trick(
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "assert libc.shmget(0, 2**30, 0o1600) == -1\n"
        "raise OSError(ctypes.get_errno(), 'Function not implemented')",
        2,
        "does not offer",
    ),
    "shared folder": trick(
        "f = open('/dev/shm/x', 'wb')\nwhile True: f.write(bytes(2**20))", 2, "wrote more than it may"
    ),
    "shared maps": trick(
        "import mmap, os, time\nfor _ in range(12):\n    if os.fork() == 0:\n"
        "        m = mmap.mmap(-1, 2**27)\n        for _ in range(128): m.write(bytes(2**20))\n"
        "        time.sleep(60)\ntime.sleep(60)",
        0,
        "MB of memory",
    ),
    "open files": trick(
        "kept = []\nwhile True: kept.append(open('/dev/null'))", 2, "more files open than it may"
    ),
    "many files": trick(
        "import os\nif os.fork() == 0: os._exit(0)\nfor i in range(10**6): open(f'/tmp/{i}', 'w').close()",
        0,
        "made more than 5000 files",
    ),
    "forks": trick(FORKS, 0, "started 64 processes"),
    "threads": trick(
        "import threading, time\nthreading.stack_size(2**16)\nwhile True:\n"
        "    try: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "    except RuntimeError: pass",
        0,
        "started 64 processes or threads",
    ),
    "fills the disk": trick("open('big', 'wb').write(bytes(2**27))", 2, "wrote more than it may"),
    "much output": honest(11, "is cut", rate="for i in range(100): print('x' * 10**5 * 3)\n" + RATE),
    "many pictures": honest(
        11,
        "is cut",
        rate="from IPython.display import display\n"
        "for _ in range(12): display({'image/png': 'A' * 10**6}, raw=True)\n" + RATE,
    ),
    "an error of 30 MB": trick("raise ValueError('x' * 3 * 10**7)", 2, "is cut"),
    "endless": trick("while True: pass", 2, "ran longer than it may and was interrupted"),
    "stubborn": trick(STUBBORN, 0, "could not be interrupted"),
    "crash": honest(4, "The kernel ended in cell", mean="import os\nos._exit(0)"),
    "segmentation fault": trick("import ctypes\nctypes.string_at(0)", 0, "The kernel ended in cell"),
    "recursion": trick("import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()", 0),
    "exit": honest(11, "", choice='choice = "B"\nexit()'),
    "system exit": trick("import sys\nsys.exit(0)", 2, "stopped itself"),
    "sockets": trick(
        "import os, socket, time\nfor _ in range(3): os.fork()\nif os.fork() == 0: os._exit(0)\n"
        "kept = [(socket.socketpair(), socket.socket(10, 2), socket.socket(16, 3)) for _ in range(20)]\n"
        "time.sleep(60)",
        0,
        "opened more than 256 sockets",
    ),
    "name spaces": trick(
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nassert libc.unshare(0x10020000) == -1\n"
        "raise OSError(ctypes.get_errno(), 'Function not implemented')",
        2,
        "does not offer",
    ),
    "every core": trick("import os\nos.sched_setaffinity(0, range(64))", 2, "does not offer"),
    "the host": trick("import socket\nsocket.socket(40, 1)", 2, "does not offer"),
    "writes outside": trick("open('/usr/mine', 'w')", 2, "tried to write where it may not"),
}
FEEDBACK = {
    "tags without end": wrong(text="<a <b " * 10_000),
    "brackets without end": wrong(text="[" * 50_000 + "](" * 5_000),
    "stars without end": wrong(text="*a **b " * 8_000),
    "a long answer": wrong(text="x" * 60_000 + "\n" + "<div>" * 8_000),
    "pictures without end": wrong(text="![" * 10_000 + "\\begin{a}" * 10_000),
    "script": wrong(text="<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>"),
    "a false total": wrong(
        text='<div class="total">12 of 12 points</div><style>table {display: none}</style>'
    ),
    "outputs that act, or have no end": trick(
        "from IPython.display import HTML, display\n"
        'display(HTML(\'<table onclick="x()"><tr><td>1</td></tr></table><iframe src="http://192.0.2.1"></iframe>\'))\n'
        "display({'image/png': '\"><script>'}, raw=True)\ndisplay(HTML('<div>' * 300_000))\n"
        "print('\\x1b[31ma' * 300_000 + '\\x00\\u202e')"
    ),
}
FAIR = {
    "full-width letter": wrong(choice='choice = "Ｂ"'),
    "letter with a point": wrong(choice='choice = "B."'),
    "letter in brackets": wrong(choice='choice = ["(b)"]'),
    "decimal number": honest(
        rate="from decimal import Decimal\nrate = Decimal(str((end / start - 1) * 100))"
    ),
    "number with its unit": honest(rate="rate = [f'{(end / start - 1) * 100:.3f} %']"),
    "Series for a mapping": honest(parts="import pandas as pd\nparts = pd.Series(given) * 2"),
    "sign": honest(7, "", rate="rate = (1 - end / start) * 100"),
    "warning": honest(
        11,
        "they cost nothing",
        mean=MEAN.replace("return", "import sys; print('w', file=sys.stderr); return"),
    ),
    "comma": honest(7, "", rate='rate = "6,0"'),
}
CLASSES = {
    "forged kernel": FORGED_KERNEL,
    "forged module": FORGED_MODULE,
    "forged data": FORGED_DATA,
    "forged metadata": FORGED_METADATA,
    "stolen key": STOLEN_KEY,
    "resources": RESOURCES,
    "feedback": FEEDBACK,
    "fair reading": FAIR,
}
KINDS = {f"{group}, {name}": kind for group, kinds in CLASSES.items() for name, kind in kinds.items()}

# Every kind in one class, with honest students whose marks none of them changes.
CLASS = KINDS | {f"honest {number}": honest(text=f"Answer {number}") for number in range(1, 10)}
