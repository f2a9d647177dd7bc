"""Questions as Moodle XML: a category for each exercise, with its sets of numbers (4.x and later take it).

The form is that of Moodle's own export (question/format/xml/format.php); there is no schema. Several answers
to one exercise are one question of gaps, in the signs of question/type/multianswer/questiontype.php.
"""

import html
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator

from coursework.bank.files import render
from coursework.bank.questions import RIGHT, Field, Question


def format_bank(title: str, chapters: Iterable[tuple[str, list[Question]]]) -> bytes:
    """The whole bank as one file, from the questions of each chapter with its title."""
    asked = [_describe(title, chapter, one) for chapter, questions in chapters for one in questions]
    return render("moodle.xml", asked=asked, b64encode=b64encode)


def _describe(title: str, chapter: str, question: Question) -> dict:
    """A question, what kind of Moodle's it is, and its category where it is the first of its exercise."""
    fields, text = question.fields, question.text
    kind = "multichoice" if question.options else "cloze" if len(fields) > 1 else _kind(fields[0])
    for name in question.images:
        text = text.replace(f'src="{name}"', f'src="@@PLUGINFILE@@/{name}"')
    if kind == "cloze":
        text += "".join(f"\n<p>{one.asks}: {_format_gap(one)}</p>" for one in fields)
    elif fields:
        text += f"\n<p>{fields[0].asks}</p>"
    # A single stroke would begin a category within.
    names = (title, chapter, f"{question.number} {question.title}")
    category = "/".join(["top", *(name.replace("/", "//") for name in names)]) if question.set == 1 else ""
    answers = [*_list_answers(fields[0])] if fields else []
    return {"question": question, "kind": kind, "text": text, "category": category, "answers": answers}


def _kind(field: Field) -> str:
    return "numerical" if field.is_number else "shortanswer"


def _list_answers(field: Field) -> Iterator[tuple[str, str, str, str]]:
    """The answers that are known of a field, the first that fits counts: share, text, tolerance, feedback."""
    yield from (("100", form, f"{field.within:.10g}", RIGHT) for form in field.forms)
    yield from (("0", one.text, f"{one.within:.10g}", one.says) for one in field.wrong)
    yield "0", "*", "0", field.hint


def _format_gap(field: Field) -> str:
    """A gap in Moodle's signs."""
    listed = []
    for share, text, within, says in _list_answers(field):
        near = f":{within}" if field.is_number and text != "*" else ""
        listed.append(f"%{share}%{_quote(text)}{near}#{_quote(says)}")
    return f"{{{field.weight}:{_kind(field).upper()}:{'~'.join(listed)}}}"


def _quote(text: str) -> str:
    """A text in which no sign of a gap is left: Moodle reads entities of HTML there."""
    plain = html.escape(text, quote=False)
    return re.sub(r"[#~{}%=*:\\]", lambda sign: f"&#{ord(sign[0])};", plain) if text != "*" else text
