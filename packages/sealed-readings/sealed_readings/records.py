"""The ledger as one record: claims with readings, sources, labels and the sentences filed on
them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from math import isinf, isnan
from typing import Any

from sealed_readings import rule
from sealed_readings.agreement import measure_agreement
from sealed_readings.editors import DESK, list_others, list_settled, measure_editors
from sealed_readings.folder import WITHOUT_TABLE, Folder
from sealed_readings.labels import say
from sealed_readings.results import Filed, list_filed
from sealed_readings.rule import Reading
from sealed_readings.verdicts import Given

# Fields of the record that are copied from the article, a reading, a cited figure and a passage.
ARTICLE = (
    "title",
    "author",
    "publisher",
    "date",
    "address",
    "subjects",
    "answerable",
    "asked",
    "corrections",
)
READING = (
    "phrase",
    "part",
    "way",
    "reading",
    "says",
    "against",
    "kind",
    "unit",
    "holds_if",
    "asks",
    "date",
    "held_by",
    "decides",
    "added",
    "note",
    "obstacle",
    "beside",
    "found",
    "measured",
    "period",
    "threshold",
)
# Fields of a verdict that are copied, and those that have other names or words in the record.
COPIED = (
    "as_far",
    "depends_on",
    "corrected",
    "evidence",
    "second",
    "second_verdict",
    "second_as_far",
    "second_depends_on",
    "second_label",
)
OF_VERDICT = (*COPIED, "plain", "state_media")
CITED = ("publisher", "title", "date_published", "url", "searched", "read_as", "standing")
PASSAGE = ("figure_id", "speaks", "passage", "translation", "where")


def make_record(folder: Folder) -> dict[str, Any]:
    """Everything that pages and programs show of a folder, as plain values."""
    article = asdict(folder.article)
    return {
        "article": {name: article[name] for name in ARTICLE},
        "claims": list_claims(folder),
        "agreement": measure_agreement(folder),
        "editors": measure_editors(folder),
        "corrections": folder.read_rows("corrections"),
        "figures": folder.read_rows("figures"),
    }


def list_claims(folder: Folder) -> list[dict[str, Any]]:
    """All claims with their labels, readings and sentences.

    `quoted` are the article's words; `sentence` is the finding of the notebook `working`, which
    decides the claim; `pages` are all notebooks that filed something. A claim without readings is
    not examined yet.
    """
    filed: dict[str, list[Filed]] = defaultdict(list)
    for one in list_filed(folder):
        filed[one.claim].append(one)
    core = {(one.claim_id, one.reading) for one in folder.written if one.is_core}
    verdicts = list_verdicts(folder)
    others = list_others(folder)
    desk = list_others(folder, DESK)
    settled = list_settled(folder)
    claims = []
    for claim_id, claim in folder.claims.items():
        on_core = [
            one
            for one in filed[claim_id]
            if any((claim_id, row["reading"]) in core for row in one.rows["results"])
        ]
        # The last notebook with a number for the core decides, or else the first one.
        deciding = [*on_core[-1:], *filed[claim_id], Filed(claim_id, "", "", {})][0]
        finding = {
            "quoted": claim["sentence"],
            "sentence": deciding.sentence,
            "working": deciding.page,
            "others": others.get(claim_id, []),
            "settled": settled.get(claim_id, {}),
            "desk": desk.get(claim_id, []),
            "pages": list(dict.fromkeys(one.page for one in filed[claim_id])),
        }
        claims.append(claim | finding | verdicts[claim_id])
    return claims


def list_verdicts(folder: Folder) -> dict[str, dict[str, Any]]:
    """Verdict and readings of each claim, by its id; they come from the tables alone.

    `verdict` is the label's id, `label` its words, as an editor gave them or, without one, as the
    readings say.
    """
    verdicts = {}
    for claim_id in folder.claims:
        rows = folder.by_claim.get(claim_id, [])
        label = rule.label_of(rows)
        verdicts[claim_id] = {
            "claim_id": claim_id,
            "verdict": label,
            "label": say(label),
            **_describe_given(folder.given.get(claim_id), rows),
            "readings": [_describe_reading(folder, row) for row in rows],
        }
    return verdicts


def _describe_given(given: Given | None, rows: list[Reading]) -> dict[str, Any]:
    """What an editor's verdict adds to a claim, or replaces; without one, empty texts."""
    if given is None:
        return dict.fromkeys(OF_VERDICT, "") | {"against": [], "shown": []}
    chosen = [
        one for one in rows if one.reading in given.readings.split() and one.kind != rule.NONE
    ]
    return {
        **{name: getattr(given, name) for name in COPIED},
        "verdict": given.verdict,
        "label": given.label,
        "plain": given.sentence,
        "state_media": given.on_state_media,
        "against": [one.against for one in chosen if one.against],
        "shown": [one.reading for one in chosen],
    }


def _describe_reading(folder: Folder, one: Reading) -> dict[str, Any]:
    ends = (one.limits.low, one.limits.high) if one.kind == rule.NUMBER else None
    key = one.claim_id, one.reading
    return {
        **{name: getattr(one, name) for name in READING},
        "outcome": "" if one.kind == rule.NONE else one.outcome,
        "from": one.ends[0],
        "to": one.ends[1],
        "number": None if isnan(one.number) else one.number,
        "interval": None if isnan(one.low) else [one.low, one.high],
        "limits": ends and [None if isinf(end) else end for end in ends],
        "shown_limits": ends and ["" if isinf(end) else one.write_whole(end) for end in ends],
        "sources": list(_describe_sources(folder, one.sources)),
        "also": list(_describe_sources(folder, one.also)),
        "passages": [{name: row[name] for name in PASSAGE} for row in folder.passages.get(key, [])],
        "places": [
            {
                "place": row["place"],
                "number": float(row["number"]),
                "shown": one.write(float(row["number"])),
            }
            for row in folder.places.get(key, [])
            if row["number"]
        ],
    }


def _describe_sources(folder: Folder, names: str) -> Iterable[dict[str, str]]:
    """Describe sources: cited figures, tables, the article itself or the calendar."""
    for name in names.split():
        if name in folder.figures:
            yield {
                "id": name,
                "kind": "figure",
                **{part: folder.figures[name][part] for part in CITED},
            }
        elif name in WITHOUT_TABLE:
            yield {"id": name, "kind": name}
        else:
            yield {"id": name, "kind": "table", "standing": folder.find_standing(name)}
