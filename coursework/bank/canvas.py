"""Questions as a package of QTI 1.2, as Canvas exports and imports them; other platforms read it too.

Each answer that is typed is an item of its own, as an item of Canvas has one number. Canvas takes every range
of numbers in an item for right (its qti_exporter, numeric_interaction.rb), so what is said of misconceptions
stands together in the feedback on what is wrong; a choice has its own for each option.
"""

from collections.abc import Iterable
from hashlib import sha256
from xml.etree import ElementTree as ET

from notebook_grader import zips

from coursework.bank.questions import RIGHT, Field, Question, write_xml

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
RESPONSE = "response1"


def pack_bank(chapters: Iterable[tuple[str, str, list[Question]]]) -> bytes:
    """A package in which each chapter is a quiz: its name, its title and its questions, a set of each."""
    manifest = ET.Element("manifest", xmlns=PACKAGE, identifier="bank")
    about = ET.SubElement(manifest, "metadata")
    ET.SubElement(about, "schema").text = "IMS Content"
    ET.SubElement(about, "schemaversion").text = "1.1.3"
    ET.SubElement(manifest, "organizations")
    resources, files = ET.SubElement(manifest, "resources"), {}
    for name, title, questions in chapters:
        files[f"{name}/{name}.xml"] = write_xml(_make_assessment(name, title, questions))
        files[f"{name}/assessment_meta.xml"] = write_xml(_make_quiz(name, title, questions))
        _add_resource(resources, name, "imsqti_xmlv1p2", f"{name}/{name}.xml", depends=f"{name}-meta")
        kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
        _add_resource(resources, f"{name}-meta", kind, f"{name}/assessment_meta.xml")
        for image, content in (pair for one in questions for pair in one.images.items()):
            files[f"images/{image}"] = content
            _add_resource(resources, image.removesuffix(".svg"), "webcontent", f"images/{image}")
    return zips.pack({"imsmanifest.xml": write_xml(manifest), **files}.items())


def _add_resource(resources: ET.Element, name: str, kind: str, path: str, depends: str = "") -> None:
    made = ET.SubElement(resources, "resource", identifier=name, type=kind, href=path)
    ET.SubElement(made, "file", href=path)
    if depends:
        ET.SubElement(made, "dependency", identifierref=depends)


def _make_quiz(name: str, title: str, questions: list[Question]) -> ET.Element:
    """What Canvas calls the settings of a quiz."""
    quiz = ET.Element("quiz", xmlns=CANVAS, identifier=name)
    points = sum(question.points for question in questions)
    told = {
        "title": title,
        "quiz_type": "practice_quiz",
        "shuffle_answers": "true",
        "points_possible": points,
    }
    for label, value in told.items():
        ET.SubElement(quiz, label).text = str(value)
    return quiz


def _make_assessment(name: str, title: str, questions: list[Question]) -> ET.Element:
    root = ET.Element("questestinterop", xmlns=QTI)
    assessment = ET.SubElement(root, "assessment", ident=name, title=title)
    section = ET.SubElement(assessment, "section", ident="root_section")
    for question in questions:
        if question.options:
            _add_choice(section, question)
        weights = sum(field.weight for field in question.fields)
        for field in question.fields:
            _add_typed(section, question, field, question.points * field.weight / weights)
    return root


def _begin(section: ET.Element, question: Question, name: str, kind: str, points: float) -> ET.Element:
    """An item with what Canvas wants to know of it; returns it."""
    ident = f"{question.number}-{question.set}-{name}".replace(" ", "_")
    title = f"{question.name}, {name}" if name else question.name
    item = ET.SubElement(section, "item", ident=sha256(ident.encode()).hexdigest()[:24], title=title)
    fields = ET.SubElement(ET.SubElement(item, "itemmetadata"), "qtimetadata")
    for label, value in {"question_type": kind, "points_possible": f"{points:.4g}"}.items():
        made = ET.SubElement(fields, "qtimetadatafield")
        ET.SubElement(made, "fieldlabel").text = label
        ET.SubElement(made, "fieldentry").text = value
    return item


def _add_material(parent: ET.Element, text: str) -> None:
    material = ET.SubElement(parent, "material")
    ET.SubElement(material, "mattext", texttype="text/html").text = text


def _present(item: ET.Element, question: Question, more: str = "") -> ET.Element:
    text = question.text + more
    for name in question.images:
        text = text.replace(f'src="{name}"', f'src="%24IMS-CC-FILEBASE%24/images/{name}"')
    presentation = ET.SubElement(item, "presentation")
    _add_material(presentation, text)
    return presentation


def _process(item: ET.Element) -> ET.Element:
    processing = ET.SubElement(item, "resprocessing")
    outcomes = ET.SubElement(processing, "outcomes")
    ET.SubElement(outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    return processing


def _add_condition(processing: ET.Element, feedback: str = "", right: bool = False) -> ET.Element:
    """A condition, and what follows where it holds; returns where it is to be stated."""
    made = ET.SubElement(processing, "respcondition", {"continue": "No" if right else "Yes"})
    stated = ET.SubElement(made, "conditionvar")
    if right:
        ET.SubElement(made, "setvar", action="Set", varname="SCORE").text = "100"
    if feedback:
        ET.SubElement(made, "displayfeedback", feedbacktype="Response", linkrefid=feedback)
    return stated


def _add_feedback(item: ET.Element, name: str, text: str) -> None:
    _add_material(ET.SubElement(ET.SubElement(item, "itemfeedback", ident=name), "flow_mat"), text)


def _add_choice(section: ET.Element, question: Question) -> None:
    item = _begin(section, question, "", "multiple_choice_question", question.points)
    asked = ET.SubElement(_present(item, question), "response_lid", ident=RESPONSE, rcardinality="Single")
    choices, processing = ET.SubElement(asked, "render_choice"), _process(item)
    named = {str(1000 + place): option for place, option in enumerate(question.options)}
    for ident, option in named.items():
        _add_material(ET.SubElement(choices, "response_label", ident=ident), option.text)
        stated = _add_condition(processing, f"{ident}_fb")
        ET.SubElement(stated, "varequal", respident=RESPONSE).text = ident
    right = next(ident for ident, option in named.items() if option.right)
    stated = _add_condition(processing, right=True)
    ET.SubElement(stated, "varequal", respident=RESPONSE).text = right
    for ident, option in named.items():
        _add_feedback(item, f"{ident}_fb", option.says)


def _add_typed(section: ET.Element, question: Question, field: Field, points: float) -> None:
    kind = "numerical_question" if field.is_number else "short_answer_question"
    name = field.name if len(question.fields) > 1 else ""
    item = _begin(section, question, name, kind, points)
    presentation = _present(item, question, f"\n<p>{field.asks}</p>")
    asked = ET.SubElement(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
    typed = ET.SubElement(asked, "render_fib", {"fibtype": "Decimal"} if field.is_number else {})
    ET.SubElement(typed, "response_label", ident="answer1")
    processing = _process(item)
    stated = _add_condition(processing, "correct_fb", right=True)
    if field.is_number:
        either = ET.SubElement(stated, "or")
        ET.SubElement(either, "varequal", respident=RESPONSE).text = field.forms[0]
        both, number = ET.SubElement(either, "and"), float(field.forms[0])
        ET.SubElement(both, "vargte", respident=RESPONSE).text = f"{number - field.within:.10g}"
        ET.SubElement(both, "varlte", respident=RESPONSE).text = f"{number + field.within:.10g}"
    else:
        for form in field.forms:
            ET.SubElement(stated, "varequal", respident=RESPONSE).text = form
    ET.SubElement(_add_condition(processing, "general_incorrect_fb"), "other")
    _add_feedback(item, "correct_fb", RIGHT)
    _add_feedback(item, "general_incorrect_fb", _tell(field))


def _tell(field: Field) -> str:
    """The hint, and what is said of the answers that misconceptions give, which are not named here."""
    says = dict.fromkeys(one.says for one in field.wrong if not one.common)
    return f"<p>{field.hint}</p>" + (f"<ul>{''.join(f'<li>{one}</li>' for one in says)}</ul>" if says else "")
