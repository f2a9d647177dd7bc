"""Questions as a package of QTI 1.2, as Canvas exports and imports them; other platforms read it too.

Each answer that is typed is an item of its own, as an item of Canvas has one number. Canvas takes every range
of numbers in an item for right (its qti_exporter, numeric_interaction.rb), so what is said of misconceptions
stands together in the feedback on what is wrong; a choice has its own for each option.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from xml.etree.ElementTree import Element

from notebook_grader import zips

from coursework.bank.questions import RIGHT, Field, Question, write_xml
from coursework.bank.questions import make_element as make

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
SETTINGS = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
RESPONSE = "response1"


def pack_bank(chapters: Iterable[tuple[str, str, list[Question]]]) -> bytes:
    """A package in which each chapter is a quiz: its name, its title and its questions, a set of each."""
    listed: list[Element] = []
    files: dict[str, bytes] = {}

    def add(name: str, kind: str, path: str, content: bytes, *more: Element) -> None:
        files[path] = content
        inside = (make("file", href=path), *more)
        listed.append(make("resource", *inside, identifier=name, type=kind, href=path))

    for name, title, questions in chapters:
        quiz, settings = _make_quiz(name, title, questions), _make_settings(name, title, questions)
        needs = make("dependency", identifierref=f"{name}-meta")
        add(name, "imsqti_xmlv1p2", f"{name}/{name}.xml", write_xml(quiz), needs)
        add(f"{name}-meta", SETTINGS, f"{name}/assessment_meta.xml", write_xml(settings))
        for image, content in (pair for one in questions for pair in one.images.items()):
            add(image.removesuffix(".svg"), "webcontent", f"images/{image}", content)
    about = make("metadata", make("schema", "IMS Content"), make("schemaversion", "1.1.3"))
    parts = (about, make("organizations"), make("resources", *listed))
    manifest = make("manifest", *parts, xmlns=PACKAGE, identifier="bank")
    return zips.pack({"imsmanifest.xml": write_xml(manifest), **files}.items())


def _make_settings(name: str, title: str, questions: list[Question]) -> Element:
    """What Canvas calls the settings of a quiz."""
    points = str(sum(question.points for question in questions))
    told = {
        "title": title,
        "quiz_type": "practice_quiz",
        "shuffle_answers": "true",
        "points_possible": points,
    }
    return make("quiz", *(make(label, told[label]) for label in told), xmlns=CANVAS, identifier=name)


def _make_quiz(name: str, title: str, questions: list[Question]) -> Element:
    section = make("section", *(i for one in questions for i in _list_items(one)), ident="root_section")
    return make("questestinterop", make("assessment", section, ident=name, title=title), xmlns=QTI)


def _list_items(question: Question) -> Iterator[Element]:
    """A choice as one item, else an item for each field."""
    if question.options:
        yield _make_choice(question)
    weights = sum(field.weight for field in question.fields)
    for field in question.fields:
        yield _make_typed(question, field, question.points * field.weight / weights)


def _make_item(question: Question, name: str, kind: str, points: float, *inside: Element) -> Element:
    """An item with what Canvas wants to know of it."""
    ident = f"{question.number}-{question.set}-{name}".replace(" ", "_")
    facts = {"question_type": kind, "points_possible": f"{points:.4g}"}
    pairs = ((make("fieldlabel", label), make("fieldentry", value)) for label, value in facts.items())
    about = make("itemmetadata", make("qtimetadata", *(make("qtimetadatafield", *pair) for pair in pairs)))
    title = f"{question.name}, {name}" if name else question.name
    return make("item", about, *inside, ident=sha256(ident.encode()).hexdigest()[:24], title=title)


def _say(text: str) -> Element:
    return make("material", make("mattext", text, texttype="text/html"))


def _ask(question: Question, more: str, response: Element) -> Element:
    text = question.text + more
    for name in question.images:
        text = text.replace(f'src="{name}"', f'src="%24IMS-CC-FILEBASE%24/images/{name}"')
    return make("presentation", _say(text), response)


def _judge(*conditions: Element) -> Element:
    score = make("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    return make("resprocessing", make("outcomes", score), *conditions)


def _state(*stated: Element, feedback: str = "", right: bool = False) -> Element:
    """A condition, and what follows where it holds."""
    parts = [make("conditionvar", *stated)]
    parts += [make("setvar", "100", action="Set", varname="SCORE")] if right else []
    parts += [make("displayfeedback", feedbacktype="Response", linkrefid=feedback)] if feedback else []
    return make("respcondition", *parts, **{"continue": "No" if right else "Yes"})


def _compare(value: str, how: str = "varequal") -> Element:
    return make(how, value, respident=RESPONSE)


def _tell(name: str, text: str) -> Element:
    return make("itemfeedback", make("flow_mat", _say(text)), ident=name)


def _make_choice(question: Question) -> Element:
    named = {str(1000 + place): option for place, option in enumerate(question.options)}
    labels = (make("response_label", _say(option.text), ident=ident) for ident, option in named.items())
    asked = make("response_lid", make("render_choice", *labels), ident=RESPONSE, rcardinality="Single")
    told = [_state(_compare(ident), feedback=f"{ident}_fb") for ident in named]
    told += [_state(_compare(ident), right=True) for ident, option in named.items() if option.right]
    says = (_tell(f"{ident}_fb", option.says) for ident, option in named.items())
    inside = (_ask(question, "", asked), _judge(*told), *says)
    return _make_item(question, "", "multiple_choice_question", question.points, *inside)


def _make_typed(question: Question, field: Field, points: float) -> Element:
    kind = "numerical_question" if field.is_number else "short_answer_question"
    form = {"fibtype": "Decimal"} if field.is_number else {}
    typed = make("render_fib", make("response_label", ident="answer1"), **form)
    asked = make("response_str", typed, ident=RESPONSE, rcardinality="Single")
    right = [_compare(form) for form in field.forms]
    if field.is_number:
        number = float(field.forms[0])
        ends = {"vargte": number - field.within, "varlte": number + field.within}
        within = make("and", *(_compare(f"{end:.10g}", how) for how, end in ends.items()))
        right = [make("or", *right, within)]
    told = _judge(
        _state(*right, feedback="correct_fb", right=True),
        _state(make("other"), feedback="general_incorrect_fb"),
    )
    says = _tell("correct_fb", RIGHT), _tell("general_incorrect_fb", _list_wrong(field))
    name = field.name if len(question.fields) > 1 else ""
    return _make_item(
        question, name, kind, points, _ask(question, f"\n<p>{field.asks}</p>", asked), told, *says
    )


def _list_wrong(field: Field) -> str:
    """The hint, and what is said of the answers that misconceptions give, which are not named here."""
    says = dict.fromkeys(one.says for one in field.wrong if not one.common)
    return f"<p>{field.hint}</p>" + (f"<ul>{''.join(f'<li>{one}</li>' for one in says)}</ul>" if says else "")
