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
    label = "Reading a: found 0.5 (0.4 to 0.6) euro per m2, 2022 to 2023; to hold it must be more than 0."
    assert drawing.count('class="band"') == 1 and f'aria-label="{label} It holds."' in drawing
    assert ">a 0.5, 2022 to 2023</text>" in drawing and ">euro per m2</text>" in drawing
    places = re.findall(r'(?:cx|x1|x2|x)="(-?[\d.]+)"', drawing)
    assert all(0 <= float(place) <= strip.WIDTH for place in places), "marks and labels stay inside"
    assert strip.draw(readings["T-3"]) == ""


def test_the_numbers_that_decide_share_one_scale_and_others_are_not_drawn(readings):
    unit = "old trees along all streets of the town at night"
    reading = readings["T-2"][0] | {"measured": f"1,310 {'very ' * 20}{unit}", "unit": unit}
    beside = {"part": "old"}, {"outcome": "open"}, {"unit": "euro"}, {"beside": "a rank"}, {"same_as": "a"}
    of_oak = {"reading": "b", "interval": [2000, 2000], "unit": f"{unit}, of oak"}
    more = [reading | one for one in (of_oak, *beside)]
    drawing = strip.draw([reading, *more])
    assert re.search(r">a 1,310 [^<]*…, 2024-02-01</text>", drawing), "the period is not cut"
    heads = re.findall(r'class="limit" x="0" y="\d+">([^<]*)<', drawing)
    assert " ".join(heads) == f"{unit} (1 more in other units)" and len(heads) == 2
    bands = re.findall(r'class="band" x="([\d.]+)"', drawing)
    assert len(bands) == 2 and len(set(bands)) == 1
