"""The question bank as Moodle XML: a category for each exercise, with its sets of numbers.

Moodle 4 and later import it. The format is that of Moodle's export
(question/format/xml/format.php): there is no schema. Several answers to one exercise become a cloze
question (question/type/multianswer).
"""

import html
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import yaml

from coursework import products
from coursework.bank.questions import RIGHT, Field, Question, list_questions, write
from coursework.build.record import write_file
from coursework.common import MasterError, fill
from coursework.masters import bounds, variant
from coursework.masters.master import Master, read
from coursework.masters.parameters import Values
from coursework.teach import chapter

FOLDER = "_build/bank"
MOST = bounds.FEWEST + 1
"""Sets of numbers: every exercise that varies has as many."""
SEED = "bank"  # unlike any cohort's, so that no cohort draws in the order of the bank


def list_taken(master: Master, cohort: str) -> dict[str, Values]:
    """The values of a cohort's assignment, by the number of the exercise; none without a cohort."""
    if not cohort:
        return {}
    seed, index = variant.parse_cohort(cohort)
    return {
        one.number: variant.draw(
            one.number, one.values, one.facts.get("variants") or {}, seed, index
        )
        for one in master.exercises
    }


def make(root: Path, sets: int, cohort: str = "") -> str:
    """Write the bank. Returns a sentence about it.

    The first set has the book's own numbers; none has those of the cohort.
    """
    if not 1 <= sets <= MOST:
        raise MasterError(f"there are from 1 to {MOST} sets of numbers, not {sets}")
    sources = products.list_masters(root)
    executed = [{source: source.with_suffix(".ipynb") for source in sources}]
    for index in range(sets - 1):
        folder = root / FOLDER / "sets" / str(index + 2)
        executed.append(variant.run(root, sources, folder, SEED, index))
    chapters = {
        f"{int(source.stem[:2])}. {chapter.read_title(root, source.stem)}": list_questions(
            (read(notebooks[source]) for notebooks in executed),
            list_taken(read(source.with_suffix(".ipynb")), cohort),
        )
        for source in sources
    }
    about = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    write_file(root / FOLDER / "moodle.xml", format_bank(about["title"], chapters))
    numbers = [question.number for questions in chapters.values() for question in questions]
    return (
        f"{len({*numbers})} exercises, {len(numbers)} questions with their sets of numbers, are in"
        f" {FOLDER}"
    )


def format_bank(title: str, chapters: dict[str, list[Question]]) -> bytes:
    """Format the whole bank as one file, from the questions of each chapter by its title."""
    asked = [
        _describe(title, chapter, question)
        for chapter, listed in chapters.items()
        for question in listed
    ]
    root = ET.fromstring(fill("bank/moodle.xml", asked=asked, b64encode=b64encode))
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _describe(title: str, chapter: str, question: Question) -> dict:
    """A question with Moodle's name of its type, and its category if it is the first of its
    exercise."""
    fields = question.fields
    text = question.text
    kind = "multichoice" if question.options else "cloze" if len(fields) > 1 else _kind(fields[0])
    for name in question.images:
        text = text.replace(f'src="{name}"', f'src="@@PLUGINFILE@@/{name}"')
    if kind == "cloze":
        text += "".join(f"\n<p>{field.asks}: {_format_gap(field)}</p>" for field in fields)
    elif fields:
        text += f"\n<p>{fields[0].asks}</p>"
    # A single slash would open a subcategory.
    names = (title, chapter, f"{question.number} {question.exercise.title}")
    category = (
        "/".join(["top", *(name.replace("/", "//") for name in names)]) if question.set == 1 else ""
    )
    answers = [*_list_answers(fields[0])] if fields else []
    return {
        "question": question,
        "kind": kind,
        "text": text,
        "category": category,
        "answers": answers,
    }


def _kind(field: Field) -> str:
    return "numerical" if field.is_number else "shortanswer"


def _list_answers(field: Field) -> Iterator[tuple[str, str, str, str]]:
    """Known answers of a field, of which the first match counts: share, text, tolerance,
    feedback."""
    yield from (("100", form, f"{field.within:.10g}", RIGHT) for form in field.forms)
    yield from (("0", write(slip.value), f"{slip.within:.10g}", slip.says) for slip in field.wrong)
    yield "0", "*", "0", field.hint


def _format_gap(field: Field) -> str:
    """A gap in Moodle's cloze syntax."""
    listed = []
    for share, text, within, says in _list_answers(field):
        near = f":{within}" if field.is_number and text != "*" else ""
        listed.append(f"%{share}%{_quote(text)}{near}#{_quote(says)}")
    return f"{{{field.weight}:{_kind(field).upper()}:{'~'.join(listed)}}}"


def _quote(text: str) -> str:
    """Escape characters of the cloze syntax as HTML entities."""
    plain = html.escape(text, quote=False)
    return (
        re.sub(r"[#~{}%=*:\\]", lambda match: f"&#{ord(match[0])};", plain) if text != "*" else text
    )
