"""Reduce a submitted file to a plain notebook: cells of text with a name and an id, and nothing
else.

Everything else in a file can be made arbitrarily large, deep or odd, so it is dropped first, in a
process with limits.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any
from urllib.parse import quote

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from notebook_grader import gate

SECONDS = 20  # limit for reading a file
MOST_CELLS = 2000
LONGEST_ID, LONGEST_NUMBER = 64, 1000
MOST_PICTURES, MOST_FACTS = 50, 20  # pictures in one cell; entries of one dictionary
LONGEST_PICTURE = 10_000_000  # characters
# By which characters pictures begin. An SVG is a document, not a picture.
_PICTURES = {"iVBORw0KGgo": "png", "/9j/": "jpeg", "R0lGOD": "gif", "UklGR": "webp"}
_MAKERS: dict[str, Callable[..., NotebookNode]] = {
    "code": new_code_cell,
    "markdown": new_markdown_cell,
    "raw": new_raw_cell,
}


class Refused(ValueError):
    """One submission cannot be graded; the message is the reason, and follows the student's name.

    `assignment` names another assignment, if the notebook states one.
    """

    def __init__(self, message: str, assignment: str = "") -> None:
        super().__init__(message)
        self.assignment = assignment


@contextmanager
def reading(what: str, advice: str = "save it again and hand it in again") -> Iterator[None]:
    """Convert any error in reading one author's work into `Refused`, so that the others are still
    graded.

    `what` begins the message and `advice` ends it. Faults of the machine, which are `OSError`s,
    pass through.
    """
    try:
        yield
    except (Refused, OSError):
        raise
    except Exception as error:
        reason = ": ".join([type(error).__name__, *str(error)[:100].splitlines()[:1]])
        raise Refused(f"{what} cannot be read ({reason}); {advice}") from None


def read(data: bytes) -> NotebookNode:
    """Read the plain notebook in a submitted file. Raises `Refused` if there is none."""
    try:
        return gate.call(parse, data, seconds=SECONDS)
    except gate.Excess:
        raise Refused("the file cannot be read within the limits of time and memory") from None


def parse(data: bytes) -> NotebookNode:
    """Parse a submitted file, in the process that `read` starts."""
    with reading("the notebook", "open it in Jupyter, save it and hand it in again"):
        return _parse(data)


def _parse(data: bytes) -> NotebookNode:
    try:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        text = data.decode(encoding)
        # An integer with so many digits that parsing takes minutes becomes 0.
        raw = json.loads(
            text, parse_int=lambda digits: 0 if digits[LONGEST_NUMBER:] else int(digits)
        )
        raw = mend(text.encode(), raw)
    except UnicodeDecodeError:
        raise Refused("the file is not a notebook: it is not text") from None
    except (ValueError, RecursionError) as error:
        cut = isinstance(error, ValueError) and data.lstrip().startswith(b"{")
        fault = "the notebook is damaged or cut off" if cut else "the file is not a notebook"
        raise Refused(f"{fault}: it is not JSON") from None
    raw_cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(raw_cells, list):
        if isinstance(raw, dict) and "worksheets" in raw:
            raise Refused(
                "the notebook has an old format; open it in Jupyter, save it and hand it in again"
            )
        raise Refused("the file is not a notebook: it has no cells")
    if len(raw_cells) > MOST_CELLS:
        raise Refused(f"the notebook has {len(raw_cells)} cells; at most {MOST_CELLS} are accepted")
    seen: set[str] = set()
    cells = [_make_cell(cell, index, seen) for index, cell in enumerate(raw_cells)]
    metadata = raw.get("metadata")
    course = metadata.get("course") if isinstance(metadata, dict) else None
    return new_notebook(cells=cells, metadata={"course": _keep_texts(course) if course else {}})


def mend(text: bytes, value: Any) -> Any:
    """Replace lone surrogates, which no file can hold, by "?" in the value of a JSON text."""
    if not re.search(rb"\\u[dD][89a-fA-F]", text):
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _make_cell(cell: Any, index: int, seen: set[str]) -> NotebookNode:
    if not isinstance(cell, dict) or cell.get("cell_type") not in [*_MAKERS]:
        raise Refused(f"the file is not a valid notebook (cell {index + 1} has an unknown type)")
    source = cell.get("source", "")
    name = cell.get("id")
    text = (
        "".join(part for part in source if isinstance(part, str))
        if isinstance(source, list)
        else source
    )
    if (
        not isinstance(name, str)
        or name in seen
        or not re.fullmatch(r"[\w-]{1,64}", name, re.ASCII)
    ):
        name = f"unnamed-{index}"
    seen.add(name)
    made = _MAKERS[cell["cell_type"]](_clean(text) if isinstance(text, str) else "", id=name)
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(marks, dict) and isinstance(marks.get("grade_id"), str):
        made.metadata["nbgrader"] = {"grade_id": _clean(marks["grade_id"][:LONGEST_ID])}
    attached = cell.get("attachments")
    if cell["cell_type"] == "markdown" and isinstance(attached, dict) and attached:
        _attach(
            made,
            {name: _keep_texts(bundle) for name, bundle in islice(attached.items(), MOST_PICTURES)},
        )
    return made


def _attach(cell: NotebookNode, attached: dict[str, dict[str, Any]]) -> None:
    """Attach pictures by names that are digests, so that texts with different pictures are
    different."""
    pictures = dict[str, dict[str, str]]()
    names = dict[str, str]()
    for name, bundle in attached.items():
        data = "".join(
            next((text for text in bundle.values() if isinstance(text, str)), "").split()
        )
        kind = next(
            (kind for start, kind in _PICTURES.items() if data.startswith(start)), "not-shown"
        )
        file = f"{hashlib.sha256(data.encode()).hexdigest()[:12]}.{kind}"
        names |= dict.fromkeys((name, quote(name)), file)
        if (
            kind != "not-shown"
            and len(data) < LONGEST_PICTURE
            and re.fullmatch("[A-Za-z0-9+/=]+", data)
        ):
            pictures[file] = {f"image/{kind}": data}
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    cell.source = re.sub(f"(?<=attachment:)({known})", lambda match: names[match[0]], cell.source)
    cell["attachments"] = pictures


def _clean(text: str) -> str:
    """Convert a text to Unix line endings."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _keep_texts(values: Any) -> dict[str, Any]:
    """Keep the first entries of a dictionary that are texts or truth values."""
    first = islice(values.items(), MOST_FACTS) if isinstance(values, dict) else ()
    return {
        name: _clean(v) if isinstance(v, str) else v
        for name, v in first
        if isinstance(v, (str, bool))
    }
