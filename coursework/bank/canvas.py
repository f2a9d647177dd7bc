"""Questions as a package of QTI 1.2, as Canvas exports and imports them; other platforms read it too.

Each answer that is typed is an item of its own, as an item of Canvas has one number. Canvas takes every range
of numbers in an item for right (its qti_exporter, numeric_interaction.rb), so what is said of misconceptions
stands together in the feedback on what is wrong; a choice has its own for each option.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from notebook_grader import zips

from coursework.bank.files import render
from coursework.bank.questions import RIGHT, Field, Question

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"


def pack_bank(chapters: Iterable[tuple[str, str, list[Question]]]) -> bytes:
    """A package in which each chapter is a quiz: its name, its title and its questions, a set of each."""
    listed = list(chapters)
    files = {"imsmanifest.xml": render("canvas-manifest.xml", chapters=listed, PACKAGE=PACKAGE)}
    for name, title, questions in listed:
        about = {"name": name, "title": title, "questions": questions}
        items = [item for one in questions for item in _list_items(one)]
        files[f"{name}/{name}.xml"] = render("canvas-quiz.xml", items=items, QTI=QTI, RIGHT=RIGHT, **about)
        files[f"{name}/assessment_meta.xml"] = render("canvas-settings.xml", **about)
        files |= {f"images/{image}": data for one in questions for image, data in one.images.items()}
    return zips.pack(files.items())


def _list_items(question: Question) -> Iterator[dict]:
    """A choice as one item, else an item for each field."""
    if question.options:
        named = {str(1000 + place): option for place, option in enumerate(question.options)}
        yield _describe(question, "", "multiple_choice_question", question.points) | {"options": named}
    weights = sum(field.weight for field in question.fields)
    for field in question.fields:
        kind = "numerical_question" if field.is_number else "short_answer_question"
        name = field.name if len(question.fields) > 1 else ""
        item = _describe(question, name, kind, question.points * field.weight / weights)
        item["text"] += f"\n<p>{field.asks}</p>"
        yield item | {"field": field, "wrong": _list_wrong(field)}


def _describe(question: Question, name: str, kind: str, points: float) -> dict:
    """What Canvas wants to know of an item."""
    ident, text = f"{question.number}-{question.set}-{name}".replace(" ", "_"), question.text
    for image in question.images:
        text = text.replace(f'src="{image}"', f'src="%24IMS-CC-FILEBASE%24/images/{image}"')
    return {
        "ident": sha256(ident.encode()).hexdigest()[:24],
        "title": f"{question.name}, {name}" if name else question.name,
        "kind": kind,
        "points": points,
        "text": text,
        "field": None,
    }


def _list_wrong(field: Field) -> str:
    """The hint, and what is said of the answers that misconceptions give, which are not named here."""
    says = dict.fromkeys(one.says for one in field.wrong if not one.common)
    return f"<p>{field.hint}</p>" + (f"<ul>{''.join(f'<li>{one}</li>' for one in says)}</ul>" if says else "")
