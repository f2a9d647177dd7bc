"""Judge the answers of an attempt by the key, compare them with a second attempt, and give
points."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from nbformat import NotebookNode
from nbformat.v4 import new_output
from plain_answers.judging import Answer, Finding, judge
from plain_answers.parsing import Values

from notebook_grader.assignments.assignment import Assignment
from notebook_grader.assignments.fact import Fact
from notebook_grader.assignments.key import Key
from notebook_grader.cells import INPUTS, is_grade, is_solution, list_bound
from notebook_grader.judge.cell import LEFT_OUT, Cell
from notebook_grader.run.attempt import SHOWN, Attempt, Evidence

LONGEST_ANSWER = 20_000  # characters of a student's code or text that are kept with the mark
PARAMETERS, FUNCTION = "other values in the cell of parameters", "other inputs for the function"
MISPLACED = (
    "The grader could not call the function with other inputs, as its own cell did not find"
    " {name!r}, which the notebook defines. This is a fault of the grader and not of the answer: a"
    " person decides."
)


@dataclass
class Verdict:
    """What was found of one exercise: points by answer ("" where all earn them together), findings,
    the error that stopped its check, and what came out in each run.

    `typed` has the answers that did not follow the second run, by the part that they cost, and
    `reasons` the sentences about them. With a `doubt` a person decides.
    """

    worth: Mapping[str, float]
    findings: list[Finding]
    answered: bool
    failure: str
    shown: list[dict[str, str]]
    typed: dict[str, list[str]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    doubt: str = ""

    def is_right(self, part: str) -> bool:
        """Whether an answer is right in the first run."""
        findings = [finding for finding in self.findings if part in ("", finding.name)]
        return bool(findings) and all(finding.right for finding in findings)

    @property
    def right(self) -> bool:
        """Whether anything of it earns points."""
        return any(map(self.is_right, self.worth))

    @property
    def sentences(self) -> list[str]:
        """The sentences that a student reads."""
        wrong = [finding.sentence for finding in self.findings if not finding.right]
        sentences = wrong or [finding.sentence for finding in self.findings]
        failures = [self.failure] if wrong and self.failure else []
        return [*sentences, *self.reasons, *filter(None, [self.doubt]), *failures]

    def make_cell(self, out_of: float, fact: Fact, code: str) -> Cell:
        """The graded cell as it is kept, with its points."""
        typed = fact.typed_points / out_of if out_of else 0.0
        shares = {
            part: typed if part in self.typed else float(self.is_right(part)) for part in self.worth
        }
        earned = {part: round(points * shares[part], 4) for part, points in self.worth.items()}
        most = {part: points for part, points in self.worth.items() if part}
        return Cell(
            points=None if self.doubt else round(sum(earned.values()), 4),
            out_of=out_of,
            answer=code,
            doubt=self.doubt,
            note=" ".join(self.sentences),
            answered=self.answered,
            misconceptions=[
                finding.misconception for finding in self.findings if finding.misconception
            ],
            parts=earned if most and not self.doubt else {},
            most=most,
            evidence=self.shown,
        )

    def make_outputs(self) -> list[NotebookNode]:
        """Outputs for the feedback page, in place of what the student's process displayed."""
        values = [f"{row['run']}: {row['answer']} = {row['came']}" for row in self.shown]
        text = "\n".join([*self.sentences, *values])
        if all(map(self.is_right, self.worth)) and not self.typed and not self.doubt:
            return [new_output("stream", name="stdout", text=text + "\n")]
        name = "NotCalled" if self.doubt else "Typed" if self.right else "NotRight"
        return [new_output("error", ename=name, evalue=text, traceback=text.splitlines())]


Verdicts = Mapping[str, Verdict]


def judge_attempt(attempt: Attempt, key: Key) -> dict[str, Verdict]:
    """Judge each exercise that has answers in the key, by graded cell."""
    verdicts = {}
    for name, fact in key.facts.items():
        evidence = attempt.evidence[name]
        answers = key.variants[0][name].answers
        shown = _show("First run", answers, evidence)
        answered = any(answer.name in evidence.recorded for answer in answers)
        findings = [_find(a, evidence, key.list_others(name, a.name)) for a in answers]
        worth = fact.parts or {"": float(attempt.cells[name].metadata.nbgrader.points)}
        verdicts[name] = Verdict(worth, findings, answered, evidence.failure, shown)
    return verdicts


def compare(verdicts: Verdicts, first: Attempt, second: Attempt, key: Key) -> None:
    """Note which right answers of the first attempt do not follow the second one's parameters and
    inputs."""
    for name, verdict in verdicts.items():
        question = key.variants[second.variants[name]][name]
        fact = key.facts[name]
        runs = [(PARAMETERS, name, question.answers)] if fact.follows_parameters else []
        runs += [(FUNCTION, INPUTS + name, question.for_inputs)] if question.for_inputs else []
        for what, cell, answers in runs:
            evidence = second.evidence[cell]
            verdict.shown += _show(f"With {what}", answers, evidence)
            if cell != name and (lacking := _find_lacking(evidence.failure, second.notebook)):
                verdict.doubt = MISPLACED.format(name=lacking)
                continue
            wrong = [answer.name for answer in answers if not _find(answer, evidence).right]
            for part in filter(verdict.is_right, verdict.worth):
                own = part in {answer.name for answer in answers}
                names = [one for one in wrong if one == part or not own]
                if names and part not in verdict.typed:
                    verdict.typed[part] = names
                    verdict.reasons.append(_explain(names, what, first.evidence[name], evidence))
            verdict.reasons = list(dict.fromkeys(verdict.reasons))


def _explain(names: Sequence[str], what: str, before: Evidence, now: Evidence) -> str:
    """Say that these answers did not follow other parameters or inputs."""
    listed = " and ".join(names)
    was = "it was" if len(names) == 1 else "they were"
    if all(
        name in before.recorded and before.recorded[name] == now.recorded.get(name)
        for name in names
    ):
        return f"{listed} stayed the same with {what}: {was} typed, or a parameter was reassigned."
    return f"{listed} {was.split()[1]} not right with {what}. {now.failure}".strip()


def _find_lacking(failure: str, notebook: NotebookNode) -> str:
    """The name that a cell of inputs did not find although a cell of the notebook binds it."""
    match = re.search(r"NameError: name '(\w+)' is not defined", failure)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return match[1] if match and any(match[1] in list_bound(source) for source in sources) else ""


def _find(answer: Answer, evidence: Evidence, others: Sequence[Values] = ()) -> Finding:
    if answer.name not in evidence.recorded:
        return Finding(answer.name, False, "was not recorded.")
    if (values := evidence.recorded[answer.name]) is None:
        return Finding(answer.name, False, "was recorded more than once, with values that differ.")
    return judge(answer, values, others)


def _show(run: str, answers: Iterable[Answer], evidence: Evidence) -> list[dict[str, str]]:
    """The recorded values and those of the key, as short texts."""
    return [
        {
            "run": run,
            "answer": answer.name,
            "came": _shorten(evidence.recorded.get(answer.name)),
            "wanted": _shorten(answer.values),
            "within": f"{answer.within:g} {answer.unit}".strip() if answer.within else "exactly",
        }
        for answer in answers
    ]


def _shorten(values: Values | None) -> str:
    if values is None:
        return "nothing that could be read"
    pairs = (
        f"{label}: {value}" if label else f"{value}" for label, value in islice(values.items(), 40)
    )
    text = ", ".join(pairs)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} ..."


def collect_cells(attempt: Attempt, verdicts: Verdicts, assignment: Assignment) -> dict[str, Cell]:
    """Collect the graded cells with their points, in the assignment's order; outputs of judged
    cells are replaced by the verdict's."""
    cells = dict[str, Cell]()
    code = list[str]()
    for name, given in assignment.list_cells().items():
        cell = attempt.cells.get(name)
        if cell is None:  # an answer that was deleted
            continue
        if name in verdicts:
            points = float(cell.metadata.nbgrader.points)
            fact = assignment.key.facts[name]
            text = "\n\n".join(code)[:LONGEST_ANSWER]
            cells[name] = verdicts[name].make_cell(points, fact, text)
            cell.outputs = verdicts[name].make_outputs()
            code = []
        elif is_grade(given):
            cells[name] = _make_cell_by_hand(cell, given)
        elif is_solution(given):
            code.append(cell.source)
    return cells


def _make_cell_by_hand(cell: NotebookNode, given: NotebookNode) -> Cell:
    out_of = float(given.metadata.nbgrader.points)
    if given.cell_type == "code" and not is_solution(given):
        return Cell(None, out_of, doubt="the key has no answer for it")
    if cell.source == given.source:
        return Cell(0, out_of, doubt="nothing is written", answered=False)
    left_out = LEFT_OUT if len(cell.source) > LONGEST_ANSWER else ""
    return Cell(None, out_of, cell.source[:LONGEST_ANSWER] + left_out)


def summarise(verdicts: Verdicts) -> list[str]:
    """Remarks on exercises whose answers belong to other values, or do not follow them."""
    remarks = {
        "Right for other values than this notebook's": [
            name for name, verdict in verdicts.items() if any(f.elsewhere for f in verdict.findings)
        ],
        "Did not follow other values": _list_typed(verdicts),
        "Not called with other inputs, a fault of the grader": [
            name for name, verdict in verdicts.items() if verdict.doubt
        ],
    }
    return [f"{remark}: {', '.join(names)}." for remark, names in remarks.items() if names]


def _list_typed(verdicts: Verdicts) -> list[str]:
    """Names of the answers that did not follow other values."""
    typed = [
        name for verdict in verdicts.values() for names in verdict.typed.values() for name in names
    ]
    return list(dict.fromkeys(typed))
