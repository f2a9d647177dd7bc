"""Questions as Moodle XML: a category for each exercise, with its sets of numbers (4.x and later take it).

The form is that of Moodle's own export (question/format/xml/format.php); there is no schema. Several answers
to one exercise are one question of gaps, in the signs of question/type/multianswer/questiontype.php.
"""

import html
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from coursework.bank.questions import RIGHT, Field, Question, make_element, write_xml


def format_bank(title: str, chapters: Iterable[tuple[str, list[Question]]]) -> bytes:
    """The whole bank as one file, from the questions of each chapter with its title."""
    quiz = Element("quiz")
    for chapter, questions in chapters:
        for question in questions:
            if question.set == 1:
                # A single stroke would begin a category within.
                names = (title, chapter, f"{question.number} {question.title}")
                path = "/".join(["top", *(name.replace("/", "//") for name in names)])
                quiz.append(make_element("question", _make_text("category", path), type="category"))
            quiz.append(_make_question(question))
    return write_xml(quiz)


def _make_text(name: str, text: str, /, *more: Element, **attributes: str) -> Element:
    return make_element(name, make_element("text", text), *more, **attributes)


def _list_settings(**settings: str) -> list[Element]:
    return [make_element(name, value) for name, value in settings.items()]


def _make_question(question: Question) -> Element:
    fields, text = question.fields, question.text
    kind = "multichoice" if question.options else "cloze" if len(fields) > 1 else _kind(fields[0])
    for name in question.images:
        text = text.replace(f'src="{name}"', f'src="@@PLUGINFILE@@/{name}"')
    if kind == "cloze":
        text += "".join(f"\n<p>{one.asks}: {_format_gap(one)}</p>" for one in fields)
    elif fields:
        text += f"\n<p>{fields[0].asks}</p>"
    files = [
        make_element("file", b64encode(image).decode(), name=name, path="/", encoding="base64")
        for name, image in question.images.items()
    ]
    settings = {"penalty": "0.3333333", "hidden": "0", "idnumber": f"{question.number}-{question.set}"}
    answers: Iterable[Element] = []
    if kind != "cloze":  # of gaps the weights are the points
        settings = {"defaultgrade": str(question.points)} | settings
        answers = _make_options(question) if question.options else _make_answers(fields[0])
    return make_element(
        "question",
        _make_text("name", question.name),
        _make_text("questiontext", text, *files, format="html"),
        _make_text("generalfeedback", "", format="html"),
        *_list_settings(**settings),
        *answers,
        *(_make_text("hint", hint, format="html") for hint in question.hints),
        make_element("tags", *(_make_text("tag", tag) for tag in question.tags)),
        type=kind,
    )


def _kind(field: Field) -> str:
    return "numerical" if field.is_number else "shortanswer"


def _make_options(question: Question) -> Iterator[Element]:
    yield from _list_settings(single="true", shuffleanswers="true", answernumbering="ABCD")
    for option in question.options:
        says, share = _make_text("feedback", option.says, format="html"), "100" if option.right else "0"
        yield _make_text("answer", option.text, says, fraction=share, format="html")


def _list_answers(field: Field) -> Iterable[tuple[str, str, str, str]]:
    """The answers that are known of a field, the first that fits counts: share, text, tolerance, feedback."""
    yield from (("100", form, f"{field.within:.10g}", RIGHT) for form in field.forms)
    yield from (("0", one.text, f"{one.within:.10g}", one.says) for one in field.wrong)
    yield "0", "*", "0", field.hint


def _make_answers(field: Field) -> Iterator[Element]:
    yield from [] if field.is_number else _list_settings(usecase="0")
    for share, text, within, says in _list_answers(field):
        more = [_make_text("feedback", says, format="html")]
        more += _list_settings(tolerance=within) if field.is_number else []
        yield _make_text("answer", text, *more, fraction=share, format="moodle_auto_format")
    if field.is_number:  # the unit stands in the question, and is not typed
        yield from _list_settings(unitgradingtype="0", unitpenalty="0.1", showunits="3", unitsleft="0")


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
