"""Space: where a place lies and what it touches, zonings, and the sizes of cities.

A ValueError says in one sentence which argument is wrong.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from jingjinji.measures._checks import POSITIVE, Values, checked, listed
from jingjinji.measures.growth import Interval

EARTH_RADIUS_KM = 6371.0088  # mean radius of the GRS 80 ellipsoid (Moritz 2000)

Point = tuple[float, float]


def great_circle_km(start: Point, end: Point) -> float:
    """Return the shortest distance over a sphere in km (haversine formula).

    The earth is not quite a sphere, which costs up to 0.5 %; roads and rails are longer still.

    Parameters
    ----------
    start, end : points as (latitude, longitude) in degrees.

    Raises
    ------
    ValueError
        If a point is not such a pair.

    >>> round(great_circle_km((0, 0), (90, 0)))
    10008
    """
    (lat, lon), (lat_end, lon_end) = _radians("start", start), _radians("end", end)
    half = math.sin((lat_end - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat_end) * math.sin((lon_end - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def bearing_degrees(start: Point, end: Point) -> float:
    """Return the direction in which the great circle leaves `start`: 0 is north, 90 is east.

    Arguments and errors are those of `great_circle_km`; from a point to itself it is 0.

    >>> bearing_degrees((0, 0), (0, 10))
    90.0
    """
    (lat, lon), (lat_end, lon_end) = _radians("start", start), _radians("end", end)
    east = math.sin(lon_end - lon) * math.cos(lat_end)
    north = math.cos(lat) * math.sin(lat_end) - math.sin(lat) * math.cos(lat_end) * math.cos(lon_end - lon)
    return math.degrees(math.atan2(east, north)) % 360


def _radians(name: str, point: Point) -> Point:
    try:
        lat, lon = map(float, point)
    except (TypeError, ValueError):
        lat = lon = math.nan
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(
            f"{name} must be (latitude, longitude) in degrees, from -90 to 90 and from -180 to 180; "
            f"got {point!r}."
        )
    return math.radians(lat), math.radians(lon)


def centroid(outlines: dict, code: str) -> Point:
    """Return the centre of gravity of an outline as (latitude, longitude) in degrees.

    Degrees are treated as plane coordinates: for a county the error is far below that of a
    simplified outline, for a province it is not.

    Parameters
    ----------
    outlines : a map of `jingjinji.data.shapes`, a quantised TopoJSON of polygons.
    code : the id of one outline in it.

    Raises
    ------
    ValueError
        If the map has no outline with that id.
    """
    topology = outlines["values"]
    known = {shape["id"]: shape for shape in topology["objects"][outlines["format"]["feature"]]["geometries"]}
    if code not in known:
        raise ValueError(f"no outline has the id {code!r}; there are {listed(sorted(known))}.")
    polygons = known[code]["arcs"] if known[code]["type"] == "MultiPolygon" else [known[code]["arcs"]]
    rings = [_ring(topology["arcs"], arcs) for polygon in polygons for arcs in polygon]
    weighted, area = np.zeros(2), 0.0
    for ring in rings:
        # Holes run the other way round, so their area is negative and they take themselves out.
        before, after = ring[:-1], ring[1:]
        cross = before[:, 0] * after[:, 1] - after[:, 0] * before[:, 1]
        weighted += ((before + after) * cross[:, None]).sum(axis=0) / 3
        area += cross.sum()
    scale, shift = (np.array(topology["transform"][part]) for part in ("scale", "translate"))
    longitude, latitude = weighted / area * scale + shift
    return float(latitude), float(longitude)


def _ring(arcs: list, indices: list[int]) -> np.ndarray:
    """Join the arcs of a ring, of shape (points, 2); ~i stands for arc i from its end to its start."""
    lines = [np.cumsum(arcs[i if i >= 0 else ~i], axis=0)[:: 1 if i >= 0 else -1] for i in indices]
    return np.vstack([lines[0], *(line[1:] for line in lines[1:])]).astype(float)


def touching(outlines: dict) -> dict[str, set[str]]:
    """Return, for each outline, the outlines that share a border line with it; a corner is not enough.

    Parameters
    ----------
    outlines : a map of `jingjinji.data.shapes`, a TopoJSON of polygons, which stores a common border once.
    """
    users: dict[int, set[str]] = {}
    shapes = outlines["values"]["objects"][outlines["format"]["feature"]]["geometries"]
    for shape in shapes:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for arc in (arc for polygon in polygons for ring in polygon for arc in ring):
            users.setdefault(arc if arc >= 0 else ~arc, set()).add(shape["id"])
    return {
        shape["id"]: set().union(*(pair for pair in users.values() if shape["id"] in pair)) - {shape["id"]}
        for shape in shapes
    }


def random_zoning(neighbours: dict[str, set[str]], zones: int, rng: np.random.Generator) -> pd.Series:
    """Return one of many ways to group units into so many connected zones, drawn by growing seeds.

    Units are picked as seeds by chance; then, again and again, a unit that touches a zone joins it, both
    chosen by chance. Not all zonings are equally likely: round zones are likelier than long ones.

    Parameters
    ----------
    neighbours : for each unit those that it touches, as `touching` gives them; all must hang together.
    zones : from 1 to the number of units.
    rng : a generator of numpy, so that the same seed gives the same zones.

    Returns
    -------
    Series of zone numbers from 0, by unit.

    Raises
    ------
    ValueError
        If `zones` is out of range, or if a unit cannot be reached from the others.

    >>> line = {"a": {"b"}, "b": {"a", "c"}, "c": {"b"}}
    >>> random_zoning(line, 1, np.random.default_rng(0)).to_dict()
    {'a': 0, 'b': 0, 'c': 0}
    """
    units = sorted(neighbours)
    if not 1 <= zones <= len(units):
        raise ValueError(f"zones must be from 1 to {len(units)}; got {zones!r}.")
    seeds = rng.choice(len(units), size=zones, replace=False)
    zone = {units[seed]: number for number, seed in enumerate(seeds)}
    edge = [(unit, zone[units[seed]]) for seed in seeds for unit in sorted(neighbours[units[seed]])]
    while edge:
        unit, number = edge.pop(rng.integers(len(edge)))
        if unit not in zone:
            zone[unit] = number
            edge += [(other, number) for other in sorted(neighbours[unit]) if other not in zone]
    if lost := [unit for unit in units if unit not in zone]:
        raise ValueError(f"neighbours must hang together; no zone reaches {listed(lost)}.")
    return pd.Series(zone).reindex(units)


@dataclass(frozen=True)
class RankSize:
    """`exponent` of a rank-size rule (no unit), its `standard_error`, and the `count` of places."""

    exponent: float
    standard_error: float
    count: int

    @property
    def interval(self) -> Interval:
        """The 95 % confidence interval of the exponent; it reaches below zero for fewer than eight places."""
        reach = NormalDist().inv_cdf(0.975) * self.standard_error
        return Interval(self.exponent - reach, self.exponent + reach)


def rank_size(sizes: Values) -> RankSize:
    """Fit the rank-size rule ln(rank - 1/2) = a - exponent * ln(size) by least squares.

    Half a rank is taken off because plain ranks bias the exponent downwards, and the standard error
    is exponent * sqrt(2 / n): that of least squares is far too small, since ranks are sorted and
    their errors go together (Gabaix and Ibragimov 2011). Answer key: Z01.

    Parameters
    ----------
    sizes : shape (n,), three places or more, in one unit, greater than zero and not all equal.

    Raises
    ------
    ValueError
        If a size is missing or not above zero, or if there are too few or equal sizes.

    >>> round(rank_size([8, 4, 2, 1]).exponent, 3)
    0.916
    """
    ordered = _from_the_largest(sizes, 3)
    if ordered[0] == ordered[-1]:
        raise ValueError("sizes must not all be equal, for then no slope can be fitted.")
    slope = np.polyfit(np.log(ordered), np.log(np.arange(1, ordered.size + 1) - 0.5), 1)[0]
    return RankSize(-float(slope), -float(slope) * math.sqrt(2 / ordered.size), ordered.size)


def primacy(sizes: Values, others: int = 1) -> float:
    """Return the size of the largest place over that of the next `others` together.

    Jefferson (1939) set the largest city against the second and the third, each on its own; the
    ratio to several together, often three, is a later custom.

    Parameters
    ----------
    sizes : shape (n,), in one unit, greater than zero.
    others : 1 or more, and fewer than there are places.

    Raises
    ------
    ValueError
        If a size is missing or not above zero, or if `others` is out of range.

    >>> primacy([2, 6, 3, 1], others=2)
    1.2
    """
    ordered = _from_the_largest(sizes, 2)
    if not 1 <= others < ordered.size:
        raise ValueError(f"others must be from 1 to {ordered.size - 1}; got {others!r}.")
    return float(ordered[0] / ordered[1 : others + 1].sum())


def size_slope(sizes: Values, top: int) -> float:
    """Return how steeply size falls with rank among the `top` largest places: -d ln(size) / d ln(rank).

    A flat slope means that the largest places are alike, which Meijers and Burger (2010) read as
    polycentricity of form; zero means equal sizes.

    Parameters
    ----------
    sizes : shape (n,), in one unit, greater than zero.
    top : 2 or more, and at most the number of places.

    Raises
    ------
    ValueError
        If a size is missing or not above zero, or if `top` is out of range.

    >>> round(size_slope([12, 6, 4, 3], top=4), 6)
    1.0
    """
    ordered = _from_the_largest(sizes, 2)
    if not 2 <= top <= ordered.size:
        raise ValueError(f"top must be from 2 to {ordered.size}; got {top!r}.")
    slope = np.polyfit(np.log(np.arange(1, top + 1)), np.log(ordered[:top]), 1)[0]
    return -float(slope) + 0.0  # no "-0.0" for equal sizes


def _from_the_largest(sizes: Values, least: int) -> np.ndarray:
    values = np.atleast_1d(np.asarray(checked("sizes", sizes, POSITIVE)))
    if values.size < least:
        raise ValueError(f"sizes must hold {least} places or more; got {values.size}.")
    return np.sort(values)[::-1]
