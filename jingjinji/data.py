"""Load a table of the course by name, typed, with its unit and source attached; and outlines for
maps."""

import difflib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

_DTYPES = {"integer": "int64", "number": "float64", "string": "str", "boolean": "bool"}


def folder() -> Path:
    """Return the folder of the tables: inside an installed wheel, else beside the package."""
    package = Path(__file__).parent
    in_wheel = package / "_data"
    return in_wheel if in_wheel.is_dir() else package.parent / "data"


@cache
def _resources(path: Path) -> list[dict[str, Any]]:
    return json.loads((path / "datapackage.json").read_text(encoding="utf-8"))["resources"]


def _of_kind(profile: str) -> dict[str, dict[str, Any]]:
    return {
        resource["name"]: resource
        for resource in _resources(folder())
        if resource["profile"] == profile
    }


def names() -> list[str]:
    """Return the names of all tables, in alphabetical order."""
    return sorted(_of_kind("tabular-data-resource"))


def load(name: str) -> pd.DataFrame:
    """Return one table of the course as a new frame.

    Parameters
    ----------
    name : a table of :func:`names`, such as ``"province_gdp_vintages"``.

    Returns
    -------
    DataFrame
        One row per record; column types follow the schema in ``datapackage.json``, an empty cell is
        NaN. ``attrs`` holds ``title``, ``units`` (column to unit), ``source`` (one sentence),
        ``vintage``, ``flaws`` (list of sentences) and ``license``. `ValueError` if no table has
        that name, or if its file does not match the schema.
    """
    resource = _find(name, "table", "tabular-data-resource")
    fields = resource["schema"]["fields"]
    frame = _read(
        folder() / resource["path"], {field["name"]: _DTYPES[field["type"]] for field in fields}
    )
    frame.attrs = {
        "title": resource["title"],
        "units": {field["name"]: field["unit"] for field in fields if "unit" in field},
        "source": f"Source: {'; '.join(source['title'] for source in resource['sources'])}.",
        "vintage": resource["vintage"],
        "flaws": list(resource["flaws"]),
        "license": resource["licenses"][0]["title"],
    }
    return frame


def shapes(name: str) -> dict[str, Any]:
    """Return the outlines of a map, as data to embed in a chart.

    For ``alt.Chart(data.shapes("counties")).mark_geoshape()``. The ``id`` of each outline is the
    code in the tables, so ``transform_lookup(lookup="id", ...)`` joins them. A map must carry
    the words 示意图 and © OpenStreetMap contributors, ODbL 1.0.

    Parameters
    ----------
    name : ``"prefectures"`` (the 13 cities) or ``"counties"`` (the 200 counties); `ValueError` for
        others.
    """
    path = folder() / _find(name, "map", "data-resource")["path"]
    topology = json.loads(path.read_text(encoding="utf-8"))
    # Named data is not listed among the chart's datasets, which are the tables for readers.
    return {"name": name, "values": topology, "format": {"type": "topojson", "feature": name}}


def _find(name: str, kind: str, profile: str) -> dict[str, Any]:
    resources = _of_kind(profile)
    if name in resources:
        return resources[name]
    closest = difflib.get_close_matches(str(name), resources, n=1)
    hint = f" (did you mean '{closest[0]}'?)" if closest else ""
    raise ValueError(
        f"There is no {kind} '{name}'{hint}; the {kind}s are {', '.join(sorted(resources))}."
    )


def _read(path: Path, dtypes: dict[str, str]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(
            path, encoding="utf-8", dtype=dtypes, keep_default_na=False, na_values=[""]
        )
    except ValueError as error:
        raise ValueError(
            f"Table {path} cannot be read: {str(error).strip().rstrip('.')}."
        ) from error
    if list(frame.columns) != list(dtypes):
        raise ValueError(
            f"Table {path} must have the columns {', '.join(dtypes)}; it has {', '.join(frame)}."
        )
    return frame
