"""The strip of a claim: its drawing, and the words that say all of it."""

import re

import pytest
from sealed_readings import strip
from sealed_readings.records import list_claims


@pytest.fixture
def readings(toy) -> dict[str, list[dict]]:
    return {claim["claim_id"]: claim["readings"] for claim in list_claims(toy)}


def test_a_strip_says_in_words_what_it_draws(readings):
    drawing = strip.draw(readings["T-1"])
    label = (
        "Reading a: found 0.5 (0.4 to 0.6) euro per m2, 2022 to 2023; to hold it must be more than 0. "
        "It holds. By place: Northtown 0.5, Southtown 0.4."
    )
    assert drawing.count('class="band"') == 1 and f'aria-label="{label}"' in drawing
    places = re.findall(r'(?:cx|x1|x2|x)="(-?[\d.]+)"', drawing)
    assert all(0 <= float(place) <= strip.WIDTH for place in places), "marks and labels stay inside"
    assert strip.draw(readings["T-3"]) == ""


def test_a_long_unit_is_cut_and_readings_in_one_unit_share_a_scale(readings):
    reading = readings["T-2"][0] | {"measured": f"1,310 {'very ' * 20}old trees"}
    drawing = strip.draw([reading, reading | {"reading": "b", "interval": [2000, 2000]}])
    assert re.search(r">1,310 very [^<]* …, 2024-02-01</text>", drawing), "the period is not cut"
    bands = re.findall(r'class="band" x="([\d.]+)"', drawing)
    assert len(bands) == 2 and len(set(bands)) == 1


def test_places_are_told_apart_by_their_first_letters():
    assert strip.shorten(["Beta", "Alpha"]) == {"Beta": "B", "Alpha": "A"}
    short = {"Northtown": "Northt", "Northham": "Northh", "Nor": "Nor"}
    assert strip.shorten([*short]) == short
