"""Tables that several lessons need, made ready in one call.

Each function joins tables of :mod:`jingjinji.data` and says in its docstring what was done to them
and why.
"""

import pandas as pd

from jingjinji import data

FIRST_YEAR, LAST_YEAR = 2010, 2022
RECORDS = ("reported growth", "published levels")
RESIDENTS = ("mended", "published")


def cities(record: str = "reported growth", residents: str = "mended") -> pd.DataFrame:
    """Return GDP, residents and GDP per head of Beijing, Tianjin and Hebei's eleven cities.

    Parameters
    ----------
    record : ``"reported growth"`` chains each city's reported growth backwards and forwards from
        its GDP of
        2019, so GDP is at constant prices of 2019. ``"published levels"`` takes the GDP that was
        published each year, at current prices; Hebei's levels before 2018 were only partly revised.
    residents : ``"mended"`` spreads the change between the censuses of 2010 and 2020 evenly (at a
    constant
        rate) over Hebei's cities, whose yearly counts of 2011 to 2019 were never corrected after
        the census of 2020 and jump in that year; Beijing and Tianjin corrected theirs.
        ``"published"`` takes each yearbook's count, with that jump.

    Returns
    -------
    DataFrame
        One row per city and year, 13 cities from 2010 to 2022: ``city``, ``province``, ``year``,
        ``gdp`` (100 million yuan), ``residents`` (ten thousands) and ``per_head`` (thousand yuan).
        `ValueError` if an option is not one of those above.
    """
    _check(record, RECORDS, "record")
    _check(residents, RESIDENTS, "residents")
    if record == "reported growth":
        gdp = _read("city_real_gdp", "real_gdp_100m_yuan_2019_prices", "gdp")
    else:
        gdp = _read("city_gdp_index", "gdp_100m_yuan", "gdp")
    counted = _read("city_population", "population_10k", "residents")
    joined = data.load("cities")[["city", "province"]].merge(gdp, on="city")
    joined = joined.merge(counted, on=["city", "year"])
    if residents == "mended":
        joined["residents"] = _mend(joined)
    joined = joined[joined["year"].between(FIRST_YEAR, LAST_YEAR)].reset_index(drop=True)
    joined["per_head"] = joined["gdp"] / joined["residents"] * 10
    return joined


def provinces(vintage: str = "after_4th_census") -> pd.DataFrame:
    """Return GDP, residents and GDP per head of the 31 provinces, in one vintage of GDP.

    Parameters
    ----------
    vintage : the state of the figures, one of the column ``vintage`` of ``province_gdp_vintages``:
        ``"before_4th_census"`` (to 2017), ``"after_4th_census"`` (to 2023), ``"after_5th_census"``
        (to 2024) or ``"after_4th_census_2022_first_published"`` (to 2022).

    Returns
    -------
    DataFrame
        One row per province and year, for the years that the vintage has since 2005: ``province``,
        ``year``, ``gdp`` (100 million yuan at current prices), ``residents`` (ten thousands at the
        end of the year, as corrected after the census of 2020) and ``per_head`` (thousand yuan).
        `ValueError` if there is no such vintage.
    """
    gdp = data.load("province_gdp_vintages")
    _check(vintage, tuple(sorted(gdp["vintage"].unique())), "vintage")
    gdp = gdp[gdp["vintage"] == vintage].rename(columns={"gdp_100m_yuan": "gdp"})
    counted = data.load("province_population").rename(columns={"population_10k": "residents"})
    joined = gdp[["province", "year", "gdp"]].merge(
        counted[["province", "year", "residents"]], on=["province", "year"]
    )
    joined["per_head"] = joined["gdp"] / joined["residents"] * 10
    return joined


def services() -> pd.DataFrame:
    """Return hospital beds, doctors and nurses of the 31 provinces, with their residents.

    Returns
    -------
    DataFrame
        One row per province and year from 2005 to 2019: ``province``, ``year``, ``beds``,
        ``doctors``, ``nurses`` and ``residents``, all in ten thousands. Beds of 2008 are missing in
        the source; the counts of doctors jump in some provinces in 2009. Residents are as corrected
        after the census of 2020.
    """
    columns = {"beds_10k": "beds", "doctors_10k": "doctors", "nurses_10k": "nurses"}
    counted = data.load("province_services").rename(columns=columns)
    residents = data.load("province_population").rename(columns={"population_10k": "residents"})
    return counted[["province", "year", *columns.values()]].merge(
        residents[["province", "year", "residents"]], on=["province", "year"]
    )


def indicators() -> pd.DataFrame:
    """Return six indicators of how developed the 31 provinces are, 2013 to 2019.

    Returns
    -------
    DataFrame
        One row per year and province (the index), no number missing: ``R&D`` (spending on research
        and development, % of GDP), ``inventions`` (patents for inventions granted, for ten thousand
        residents), ``trade`` (exports and imports, % of GDP), ``contracts`` (technology bought
        under registered contracts, % of GDP), ``output`` (GDP per resident, thousand yuan at
        constant prices of 2019, chained by reported growth) and ``gap`` (income of urban over that
        of rural residents; less is better). The years are those in which the household survey
        behind ``gap`` and the table of trade both have numbers.
    """
    accounts = data.load("province_accounts").pivot(
        index=["year", "province"], columns="indicator", values="value"
    )
    income = data.load("province_income").pivot(
        index=["year", "province"], columns="residents", values="income_yuan"
    )
    residents = _read_provinces("province_population", "population_10k")
    granted = _read_provinces("province_innovation", "inventions_granted")
    bought = _read_provinces("province_innovation", "contracts_absorbed_100m_yuan")
    table = pd.DataFrame(
        {
            "R&D": _read_provinces("province_innovation", "rd_share_of_gdp_pct"),
            "inventions": granted / residents,
            "trade": _trade() / accounts["gdp"] * 100,
            "contracts": bought / accounts["gdp"] * 100,
            "output": _at_prices_of_2019(accounts) / residents * 10,
            "gap": income["urban"] / income["rural"],
        }
    )
    return table.dropna().loc[2013:2019]


def _read(table: str, column: str, name: str) -> pd.DataFrame:
    return data.load(table)[["city", "year", column]].rename(columns={column: name})


def _mend(joined: pd.DataFrame) -> pd.Series:
    """Residents, with those of Hebei's cities between the two censuses from the even table."""
    even = _read("city_population_intercensal", "population_10k", "even")
    spread = joined.merge(even, on=["city", "year"], how="left")["even"]
    between = joined["year"].between(2011, 2019)
    in_hebei = joined["province"] == "Hebei"
    return joined["residents"].where(~(between & in_hebei), spread)


def _check(given: str, allowed: tuple[str, ...], name: str) -> None:
    if given not in allowed:
        raise ValueError(f"{name} is one of {', '.join(map(repr, allowed))}, not {given!r}")


def _read_provinces(table: str, column: str) -> pd.Series:
    """One column of a table of provinces, by year and province."""
    rows = data.load(table).rename(columns={"place": "province"})
    return rows.set_index(["year", "province"])[column]


def _trade() -> pd.Series:
    """Exports and imports in 100 million yuan, at each year's mean rate of the dollar."""
    dollars = _read_provinces("province_transport_trade", "exports_million_usd") + _read_provinces(
        "province_transport_trade", "imports_million_usd"
    )
    rate = data.load("hong_kong_macao").drop_duplicates("year").set_index("year")["yuan_per_usd"]
    return dollars.mul(rate, level="year") / 100


def _at_prices_of_2019(accounts: pd.DataFrame) -> pd.Series:
    """GDP of 2013 to 2019 in 100 million yuan of 2019, chained by reported growth."""
    growth = accounts["gdp_index_previous_year_100"].unstack().loc[2013:2019] / 100
    volume = growth.cumprod()
    return (volume / volume.loc[2019] * accounts["gdp"].unstack().loc[2019]).stack()
