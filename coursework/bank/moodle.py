"""Questions as Moodle XML: a category for each exercise, with its sets of numbers (4.x and later take it).

The form is that of Moodle's own export (question/format/xml/format.php); there is no schema. Several answers
to one exercise are one question of gaps, in the signs of question/type/multianswer/questiontype.php.
"""

import html
import re
from base64 import b64encode
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from coursework.bank.questions import RIGHT, Field, Question, write_xml

PENALTY = "0.3333333"


def format_bank(title: str, chapters: Iterable[tuple[str, list[Question]]]) -> bytes:
    """The whole bank as one file, from the questions of each chapter with its title."""
    quiz = ET.Element("quiz")
    for chapter, questions in chapters:
        for question in questions:
            if question.set == 1:
                exercise = f"{question.number} {question.title}"
                _add_category(quiz, f"top/{_plain(title)}/{_plain(chapter)}/{_plain(exercise)}")
            _add_question(quiz, question)
    return write_xml(quiz)


def _plain(name: str) -> str:
    return name.replace("/", "//")  # a single stroke would begin a category within


def _add_category(quiz: ET.Element, path: str) -> None:
    made = ET.SubElement(quiz, "question", type="category")
    _add_text(made, "category", path)


def _add_text(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    ET.SubElement(made, "text").text = text
    return made


def _add_question(quiz: ET.Element, question: Question) -> None:
    fields = question.fields
    kind = "multichoice" if question.options else "cloze" if len(fields) > 1 else _kind(fields[0])
    made = ET.SubElement(quiz, "question", type=kind)
    _add_text(made, "name", question.name)
    text = question.text
    for name in question.images:
        text = text.replace(f'src="{name}"', f'src="@@PLUGINFILE@@/{name}"')
    if kind == "cloze":
        text += "".join(f"\n<p>{one.asks}: {_format_gap(one)}</p>" for one in fields)
    elif fields:
        text += f"\n<p>{fields[0].asks}</p>"
    asked = _add_text(made, "questiontext", text, format="html")
    for name, image in question.images.items():
        ET.SubElement(asked, "file", name=name, path="/", encoding="base64").text = b64encode(image).decode()
    _add_text(made, "generalfeedback", "", format="html")
    settings = {"penalty": PENALTY, "hidden": "0", "idnumber": f"{question.number}-{question.set}"}
    if kind != "cloze":  # of gaps the weights are the points
        settings = {"defaultgrade": str(question.points)} | settings
    for name, value in settings.items():
        ET.SubElement(made, name).text = value
    if question.options:
        _add_options(made, question)
    elif kind != "cloze":
        _add_answers(made, fields[0])
    for hint in question.hints:
        _add_text(made, "hint", hint, format="html")
    tags = ET.SubElement(made, "tags")
    for tag in question.tags:
        _add_text(tags, "tag", tag)


def _kind(field: Field) -> str:
    return "numerical" if field.is_number else "shortanswer"


def _add_options(made: ET.Element, question: Question) -> None:
    for name, value in {"single": "true", "shuffleanswers": "true", "answernumbering": "ABCD"}.items():
        ET.SubElement(made, name).text = value
    for option in question.options:
        answer = _add_text(
            made, "answer", option.text, fraction="100" if option.right else "0", format="html"
        )
        _add_text(answer, "feedback", option.says, format="html")


def _list_answers(field: Field) -> Iterable[tuple[str, str, str, str]]:
    """The answers that are known of a field, the first that fits counts: share, text, tolerance, feedback."""
    yield from (("100", form, f"{field.within:.10g}", RIGHT) for form in field.forms)
    yield from (("0", one.text, f"{one.within:.10g}", one.says) for one in field.wrong)
    yield "0", "*", "0", field.hint


def _add_answers(made: ET.Element, field: Field) -> None:
    if not field.is_number:
        ET.SubElement(made, "usecase").text = "0"
    for share, text, within, says in _list_answers(field):
        answer = _add_text(made, "answer", text, fraction=share, format="moodle_auto_format")
        _add_text(answer, "feedback", says, format="html")
        if field.is_number:
            ET.SubElement(answer, "tolerance").text = within
    if field.is_number:  # the unit stands in the question, and is not typed
        for name, value in {
            "unitgradingtype": "0",
            "unitpenalty": "0.1",
            "showunits": "3",
            "unitsleft": "0",
        }.items():
            ET.SubElement(made, name).text = value


def _format_gap(field: Field) -> str:
    """A gap in Moodle's signs."""
    kind = "NUMERICAL" if field.is_number else "SHORTANSWER"
    listed = []
    for share, text, within, says in _list_answers(field):
        near = f":{within}" if field.is_number and text != "*" else ""
        listed.append(f"%{share}%{_quote(text)}{near}#{_quote(says)}")
    return f"{{{field.weight}:{kind}:{'~'.join(listed)}}}"


def _quote(text: str) -> str:
    """A text in which no sign of a gap is left: Moodle reads entities of HTML there."""
    plain = html.escape(text, quote=False)
    return re.sub(r"[#~{}%=*:\\]", lambda sign: f"&#{ord(sign[0])};", plain) if text != "*" else text
