"""Load a table of the course by name, typed, with its unit and source attached; and outlines for maps."""

from __future__ import annotations

import difflib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

_DTYPES = {"integer": "int64", "number": "float64", "string": "str", "boolean": "bool"}


def _folder() -> Path:
    """Return the folder of the tables: inside an installed wheel, else beside the package."""
    package = Path(__file__).parent
    inside = package / "_data"
    return inside if inside.is_dir() else package.parent / "data"


@cache
def _resources(folder: Path) -> dict[str, dict[str, Any]]:
    text = (folder / "datapackage.json").read_text(encoding="utf-8")
    return {resource["name"]: resource for resource in json.loads(text)["resources"]}


def names() -> list[str]:
    """Return the names of all tables, in alphabetical order."""
    return sorted(_of_kind("tabular-data-resource"))


def _of_kind(profile: str) -> dict[str, dict[str, Any]]:
    return {name: r for name, r in _resources(_folder()).items() if r["profile"] == profile}


def load(name: str) -> pd.DataFrame:
    """Return one table of the course as a new frame.

    Parameters
    ----------
    name : str
        A table of :func:`names`, such as ``"province_gdp_vintages"``.

    Returns
    -------
    pandas.DataFrame
        One row per record; column types follow the schema in ``datapackage.json``, an empty
        cell is NaN. ``attrs`` holds ``title``, ``units`` (column to unit), ``source`` (one
        sentence), ``vintage``, ``flaws`` (list of sentences) and ``license``.

    Raises
    ------
    ValueError
        If no table has that name, or if its file does not fit the schema.
    FileNotFoundError
        If the file of the table is missing.
    """
    resource = _find(name, "table", _of_kind("tabular-data-resource"))
    frame = _read(name, _folder() / resource["path"], resource["schema"]["fields"])
    frame.attrs = {
        "title": resource["title"],
        "units": {f["name"]: f["unit"] for f in resource["schema"]["fields"] if "unit" in f},
        "source": _citation(resource["sources"]),
        "vintage": resource["vintage"],
        "flaws": list(resource["flaws"]),
        "license": resource["licenses"][0]["title"],
    }
    return frame


def shapes(name: str) -> dict[str, Any]:
    """Return the outlines of a map, as data that a chart carries inside it.

    Parameters
    ----------
    name : str
        ``"prefectures"`` (the 13 cities) or ``"counties"`` (the 200 counties).

    Returns
    -------
    dict
        For ``alt.Chart(data.shapes("counties")).mark_geoshape()``. The ``id`` of each outline is the
        code in the tables, so ``transform_lookup(lookup="id", ...)`` joins them. A map must carry
        the words 示意图 and © OpenStreetMap contributors, ODbL 1.0.

    Raises
    ------
    ValueError
        If no outlines have that name.
    FileNotFoundError
        If the file of the outlines is missing.
    """
    resource = _find(name, "map", _of_kind("data-resource"))
    path = _folder() / resource["path"]
    try:
        topology = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(f"Map '{name}' has no file: {path} is missing.") from None
    # Data with a name of its own stays out of the chart's datasets, which are tables to be read.
    return {"name": name, "values": topology, "format": {"type": "topojson", "feature": name}}


def _find(name: str, kind: str, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if name in known:
        return known[name]
    closest = difflib.get_close_matches(str(name), known, n=1)
    hint = f" (did you mean '{closest[0]}'?)" if closest else ""
    raise ValueError(f"There is no {kind} '{name}'{hint}; the {kind}s are {', '.join(sorted(known))}.")


def _read(name: str, path: Path, fields: list[dict[str, Any]]) -> pd.DataFrame:
    types = {field["name"]: field["type"] for field in fields}
    try:
        frame = pd.read_csv(
            path,
            encoding="utf-8",
            dtype={column: _DTYPES[type_] for column, type_ in types.items()},
            keep_default_na=False,
            na_values=[""],
        )
    except FileNotFoundError:
        raise FileNotFoundError(f"Table '{name}' has no file: {path} is missing.") from None
    except ValueError as error:
        reason = str(error).strip().rstrip(".")
        raise ValueError(f"Table '{name}' cannot be read from {path}: {reason}.") from error
    if list(frame.columns) != list(types):
        raise ValueError(
            f"Table '{name}' in {path} must have the columns {', '.join(types)}; "
            f"it has {', '.join(frame.columns)}."
        )
    return frame


def _citation(sources: list[dict[str, str]]) -> str:
    return "Source: " + "; ".join(source["title"] for source in sources) + "."
