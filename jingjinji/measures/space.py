"""Space: distances, outlines and neighbours, and the sizes of cities.

A ValueError names the argument that does not have the form or range that a function states.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from jingjinji.measures._checks import POSITIVE, Values, checked, listed

EARTH_RADIUS_KM = 6371.0088  # mean radius of the GRS 80 ellipsoid (Moritz 2000)

Point = tuple[float, float]


def great_circle_km(start: Point, end: Point) -> float:
    """Return the shortest distance over a sphere in km (haversine formula).

    Since the earth is not quite a sphere, the error is up to 0.5 %; roads and railways are longer.

    Parameters
    ----------
    start, end : points as (latitude, longitude) in degrees.

    >>> round(great_circle_km((0, 0), (90, 0)))
    10008
    """
    lat, lon = _radians("start", start)
    lat_end, lon_end = _radians("end", end)
    half = math.sin((lat_end - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat_end) * math.sin((lon_end - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def bearing_degrees(start: Point, end: Point) -> float:
    """Return the initial direction of the great circle from `start` in degrees: 0 is north, 90 is
    east.

    Arguments and errors as in `great_circle_km`; from a point to itself it is 0.

    >>> bearing_degrees((0, 0), (0, 10))
    90.0
    """
    lat, lon = _radians("start", start)
    lat_end, lon_end = _radians("end", end)
    east = math.sin(lon_end - lon) * math.cos(lat_end)
    north = math.cos(lat) * math.sin(lat_end) - math.sin(lat) * math.cos(lat_end) * math.cos(
        lon_end - lon
    )
    return math.degrees(math.atan2(east, north)) % 360


def _radians(name: str, point: Point) -> Point:
    try:
        lat, lon = map(float, point)
    except (TypeError, ValueError):
        lat = lon = math.nan
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(
            f"{name} must be (latitude, longitude) in degrees, from -90 to 90 and from -180 to 180;"
            f" got {point!r}."
        )
    return math.radians(lat), math.radians(lon)


def centroid(outlines: dict, code: str) -> Point:
    """Return the centre of gravity of an outline as (latitude, longitude) in degrees.

    Degrees are treated as plane coordinates: the error is negligible for a county, compared with
    the simplification of its outline, but not for a province.

    Parameters
    ----------
    outlines : a map of `jingjinji.data.shapes`, a quantised TopoJSON of polygons.
    code : the id of one of its outlines.
    """
    topology = outlines["values"]
    rings = _rings(outlines)
    if code not in rings:
        raise ValueError(f"no outline has the id {code!r}; there are {listed(rings)}.")
    weighted = np.zeros(2)
    area = 0.0
    for arcs in rings[code]:
        ring = _points(topology["arcs"], arcs)
        before = ring[:-1]
        after = ring[1:]
        # Holes run in the opposite direction, so their area is negative and is subtracted.
        cross = before[:, 0] * after[:, 1] - after[:, 0] * before[:, 1]
        weighted += ((before + after) * cross[:, None]).sum(axis=0) / 3
        area += cross.sum()
    scale, shift = (np.array(topology["transform"][part]) for part in ("scale", "translate"))
    longitude, latitude = weighted / area * scale + shift
    return float(latitude), float(longitude)


def _rings(outlines: dict) -> dict[str, list[list[int]]]:
    """Return the rings of each outline, outer ones and holes, as indices of arcs."""
    shapes = outlines["values"]["objects"][outlines["format"]["feature"]]["geometries"]
    polygons = {s["id"]: s["arcs"] if s["type"] == "MultiPolygon" else [s["arcs"]] for s in shapes}
    return {
        code: [ring for polygon in parts for ring in polygon] for code, parts in polygons.items()
    }


def _points(arcs: list, indices: list[int]) -> np.ndarray:
    """Join the arcs of a ring, shape (points, 2); ~i stands for arc i from its end to its start."""
    lines = [np.cumsum(arcs[i if i >= 0 else ~i], axis=0)[:: 1 if i >= 0 else -1] for i in indices]
    return np.vstack([lines[0], *(line[1:] for line in lines[1:])]).astype(float)


def touching(outlines: dict) -> dict[str, set[str]]:
    """Return, for each outline, the outlines that share a border line with it; a corner is not
    enough.

    Parameters
    ----------
    outlines : a map of `jingjinji.data.shapes`, a TopoJSON of polygons, which stores a common
        border once.
    """
    rings = _rings(outlines)
    sides = defaultdict(set)
    for code, parts in rings.items():
        for arc in (arc for ring in parts for arc in ring):
            sides[arc if arc >= 0 else ~arc].add(code)
    return {
        code: set().union(*(pair for pair in sides.values() if code in pair)) - {code}
        for code in rings
    }


@dataclass(frozen=True)
class RankSize:
    """`exponent` of a rank-size rule (no unit), its `standard_error`, and the `count` of places."""

    exponent: float
    standard_error: float
    count: int


def rank_size(sizes: Values) -> RankSize:
    """Fit the rank-size rule ln(rank - 1/2) = a - exponent * ln(size) by least squares.

    Half a rank is subtracted because plain ranks bias the exponent downwards. The standard error is
    exponent * sqrt(2 / n), since that of least squares is far too small: ranks are sorted, so their
    errors are correlated (Gabaix and Ibragimov 2011). Answer key: Z01.

    Parameters
    ----------
    sizes : shape (n,), three places or more, in one unit, greater than zero and not all equal.

    >>> round(rank_size([8, 4, 2, 1]).exponent, 3)
    0.916
    """
    ordered = _descending(sizes, 3)
    if ordered[0] == ordered[-1]:
        raise ValueError("sizes must not all be equal.")
    slope = np.polyfit(np.log(ordered), np.log(np.arange(1, ordered.size + 1) - 0.5), 1)[0]
    return RankSize(-float(slope), -float(slope) * math.sqrt(2 / ordered.size), ordered.size)


def primacy(sizes: Values, others: int = 1) -> float:
    """Return the size of the largest place over the sum of the next `others`.

    Jefferson (1939) compared the largest city with the second and the third separately; the
    ratio to the sum of several, often three, came later.

    Parameters
    ----------
    sizes : shape (n,), in one unit, greater than zero.
    others : 1 or more, and fewer than there are places.

    >>> primacy([2, 6, 3, 1], others=2)
    1.2
    """
    ordered = _descending(sizes, 2)
    if not 1 <= others < ordered.size:
        raise ValueError(f"others must be from 1 to {ordered.size - 1}; got {others!r}.")
    return float(ordered[0] / ordered[1 : others + 1].sum())


def size_slope(sizes: Values, top: int) -> float:
    """Return how steeply size falls with rank among the `top` largest places: -d ln(size) / d
    ln(rank).

    A flat slope means that the largest places are similar, which Meijers and Burger (2010) read as
    morphological polycentricity; zero means equal sizes.

    Parameters
    ----------
    sizes : shape (n,), in one unit, greater than zero.
    top : 2 or more, and at most the number of places.

    >>> round(size_slope([12, 6, 4, 3], top=4), 6)
    1.0
    """
    ordered = _descending(sizes, 2)
    if not 2 <= top <= ordered.size:
        raise ValueError(f"top must be from 2 to {ordered.size}; got {top!r}.")
    slope = np.polyfit(np.log(np.arange(1, top + 1)), np.log(ordered[:top]), 1)[0]
    return -float(slope) + 0.0  # 0.0 instead of -0.0 for equal sizes


def _descending(sizes: Values, least: int) -> np.ndarray:
    values = np.atleast_1d(np.asarray(checked("sizes", sizes, POSITIVE)))
    if values.size < least:
        raise ValueError(f"sizes must hold {least} places or more; got {values.size}.")
    return np.sort(values)[::-1]
