"""Space measures: known distances and directions, zonings, rank and size, and error messages."""

import math
from functools import partial

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji import data
from jingjinji.measures.space import (
    EARTH_RADIUS_KM,
    bearing_degrees,
    centroid,
    great_circle_km,
    primacy,
    random_zoning,
    rank_size,
    size_slope,
    touching,
)
from tests.library.refused import refused

points = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@given(points, points)
def test_distance_is_the_angle_between_two_unit_vectors(start, end):
    def vector(point):
        lat, lon = np.radians(point)
        return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    chord = np.linalg.norm(vector(start) - vector(end))
    angle = 2 * np.arcsin(min(chord / 2, 1))
    assert great_circle_km(start, end) == pytest.approx(angle * EARTH_RADIUS_KM, abs=1e-3)


@pytest.mark.parametrize(
    ("end", "direction"), [((10, 0), 0), ((0, 10), 90), ((-10, 0), 180), ((0, -10), 270)]
)
def test_four_directions_from_the_equator(end, direction):
    assert bearing_degrees((0, 0), end) == pytest.approx(direction)


def make_map(**shapes):
    """Make a map of squares with the arcs 0: the left one, 1: the right one, 2: a hole in the left one."""
    square = [[0, 0], [0, 6], [6, 0], [0, -6], [-6, 0]]
    right, hole = [[20, 0], *square[1:]], [[3, 3], [1, 0], [0, 1], [-1, 0], [0, -1]]
    geometries = [{"id": code, "type": kind, "arcs": arcs} for code, (kind, arcs) in shapes.items()]
    topology = {
        "transform": {"scale": [0.5, 0.5], "translate": [100, 30]},
        "objects": {"made": {"geometries": geometries}},
        "arcs": [square, right, hole],
    }
    return {"values": topology, "format": {"feature": "made"}}


@pytest.mark.parametrize(
    ("kind", "arcs", "centre"),
    [
        ("Polygon", [[0]], (31.5, 101.5)),
        ("MultiPolygon", [[[0]], [[1]]], (31.5, 106.5)),
        ("Polygon", [[0], [2]], ((36 * 3 - 3.5) / 35 / 2 + 30, (36 * 3 - 3.5) / 35 / 2 + 100)),
    ],
)
def test_centre_of_one_square_of_two_and_of_one_with_a_hole(kind, arcs, centre):
    assert centroid(make_map(a=(kind, arcs)), "a") == pytest.approx(centre)


def test_every_city_lies_near_the_centre_of_its_outline():
    outlines, cities = data.shapes("prefectures"), data.load("cities").set_index("city_code")
    centres = {code: centroid(outlines, code) for code in cities.index}
    for code, city in cities.iterrows():
        point = (city["latitude"], city["longitude"])
        distances = pd.Series({c: great_circle_km(point, centre) for c, centre in centres.items()})
        assert distances[code] < 120
        assert distances.rank()[code] <= 2


sizes_drawn = st.lists(st.floats(1, 1e6), min_size=4, max_size=60, unique=True)


def test_the_standard_error_is_that_of_the_estimates():
    # A simulation: 1,000 draws of 40 sizes from a Pareto law with exponent 1.
    draws = np.random.default_rng(2014).pareto(1, (1000, 40)) + 1
    fits = [rank_size(draw) for draw in draws]
    spread = np.std([fit.exponent for fit in fits])
    assert spread == pytest.approx(np.mean([fit.standard_error for fit in fits]), rel=0.1)
    covered = np.mean([abs(fit.exponent - 1) <= 1.96 * fit.standard_error for fit in fits])
    assert covered == pytest.approx(0.95, abs=0.02)


@given(sizes_drawn, st.floats(0.01, 100))
def test_unit_and_order_do_not_matter(sizes, factor):
    other = [factor * size for size in reversed(sizes)]
    # For almost equal sizes the slope is so steep that rounding errors matter.
    if max(sizes) > 1.01 * min(sizes):
        assert rank_size(other).exponent == pytest.approx(rank_size(sizes).exponent, rel=1e-4)
    assert primacy(other, 3) == pytest.approx(primacy(sizes, 3)) and primacy(sizes, 3) < primacy(sizes)
    assert size_slope(other, 4) == pytest.approx(size_slope(sizes, 4), abs=1e-9)


@given(st.floats(0, 3), st.integers(2, 30))
def test_slope_of_an_exact_power_of_the_rank(power, top):
    sizes = 1e6 * np.arange(1, 31) ** -power
    assert size_slope(sizes, top) == pytest.approx(power, abs=1e-9)


def test_touching_is_symmetric_and_includes_the_table_of_borders():
    borders = data.load("city_borders")
    names = data.load("cities").set_index("city_code")["city"]
    neighbours = touching(data.shapes("prefectures"))
    pairs = {(names[code], names[other]) for code, others in neighbours.items() for other in others}
    assert pairs >= set(zip(borders["city"], borders["neighbour"], strict=True))
    counties = touching(data.shapes("counties"))
    assert all(code not in others for code, others in counties.items())
    assert all(code in counties[other] for code, others in counties.items() for other in others)


@given(st.integers(0, 1000), st.integers(1, 16))
def test_a_random_zoning_covers_all_units_with_connected_zones(seed, zones):
    grid = nx.relabel_nodes(nx.grid_2d_graph(4, 4), "{0[0]}{0[1]}".format)
    neighbours = {unit: set(grid[unit]) for unit in grid}
    drawn, again = (random_zoning(neighbours, zones, np.random.default_rng(seed)) for _ in range(2))
    assert drawn.equals(again)
    assert set(drawn.index) == set(grid) and sorted(drawn.unique()) == list(range(zones))
    assert all(nx.is_connected(grid.subgraph(members)) for members in drawn.groupby(drawn).groups.values())


PAIR = {"a": {"b"}, "b": {"a"}}
test_errors = refused(
    *(
        (partial(great_circle_km, (0, 0), point), "end must be")
        for point in [(91, 0), (0, 181), (0,), "x", None]
    ),
    (lambda: bearing_degrees((math.nan, 0), (0, 0)), "start must be"),
    (lambda: centroid(make_map(a=("Polygon", [[0]])), "99"), "no outline has the id '99'; there are a"),
    (lambda: rank_size([3, 2]), "sizes must hold 3 places or more; got 2."),
    (lambda: rank_size([2, 2, 2]), "sizes must not all be equal"),
    (lambda: rank_size([3, 0, 1]), "sizes holds 0; every value must be a finite number greater than zero."),
    (lambda: primacy([3, 2, 1], others=3), "others must be from 1 to 2; got 3."),
    (lambda: size_slope([3, 2, 1], top=1), "top must be from 2 to 3; got 1."),
    (lambda: random_zoning(PAIR, 3, np.random.default_rng(0)), "from 1 to 2"),
    (lambda: random_zoning(PAIR | {"c": set()}, 1, np.random.default_rng(0)), "connect all units"),
)
