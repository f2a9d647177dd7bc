"""Tables of the second edition against anchors from elsewhere: published totals, other sources,
sums."""

from jingjinji import data


def census(year):
    table = data.load("county_census")
    return table[table["year"] == year]


def test_counties_sum_to_provinces_and_urban_and_rural_to_residents():
    totals = {
        2010: [19_612_368, 12_938_693, 71_854_210],
        2020: [21_893_095, 13_866_009, 74_610_235],
    }
    for counties, total in ((census(year), total) for year, total in totals.items()):
        sums = counties.groupby(counties["county_code"].str[:2])["residents"].sum()
        assert sums.tolist() == total
        parts = counties[["urban_residents", "rural_residents"]].sum(axis=1)
        assert (parts == counties["residents"]).all()
    counties = census(2020).set_index("county_code")
    assert counties.loc[["130629", "130632", "130638"], "residents"].sum() == 1_205_440
    special = counties[counties["kind"] == "special area"]
    assert len(special) == 23 and special["residents"].sum() == 2_978_929


def test_workers_of_sections_are_all_workers():
    workers = data.load("county_workers")
    sections = workers[list("ABCDEFGHIJKLMNOPQRS")].sum(axis=1)
    # Section T, mostly diplomats in Beijing, is only in the total.
    assert (workers["total"] - sections).between(0, 120).all()
    assert ((workers["total"] - sections)[workers["city"] != "Beijing"] <= 5).all()


def test_units_contain_every_county_once():
    units = data.load("county_units")
    people = data.load("county_unit_population").set_index("unit_code")
    outlines = units[units["source"] == "outlines"].merge(
        data.load("county_population"), on="county_code"
    )
    assert len(outlines) == 200
    for year in (2000, 2010):
        sums = outlines.groupby("unit_code")[f"population_{year}"].sum()
        assert (sums == people[f"population_{year}"]).all()
    now = units[units["source"] == "census 2020"].merge(census(2020), on="county_code")
    assert len(now) == len(census(2020))
    assert (now.groupby("unit_code")["residents"].sum() == people["population_2020"]).all()
    units = data.load("county_unit_population").groupby("city_code")["population_2020"].sum()
    assert (census(2020).groupby("city_code")["residents"].sum() == units).all()


def test_ports_agree_with_other_sources():
    cargo = data.load("port_cargo").set_index(["port", "year"])["cargo_10k_tonnes"]
    assert round(cargo["Tianjin", 2013]) == 50_063 and cargo["Tianjin", 2011] == 45_338
    boxes = data.load("port_containers").query("port == 'Tianjin'")
    lists = boxes.pivot(index="year", columns="publisher", values="million_teu").dropna()
    assert len(lists) == 5 and (lists.max(axis=1) - lists.min(axis=1)).max() < 0.0301


def test_air_agrees_with_official_means():
    days = data.load("pm25_city_days").set_index("date")
    year = days["2016-01-01":"2016-12-31"].mean()
    assert len(days) == 1157 and round(year["Beijing"], 1) == 72.6 and round(year.mean(), 1) == 70.0
    tianjin = data.load("pm25_tianjin_days").set_index("date")["2020-01-01":"2020-12-31"]
    assert round(tianjin["pm25"].mean(), 1) == 48.1


def test_yearly_means_follow_from_days_and_months():
    days = data.load("pm25_city_days").set_index("date")
    table = data.load("pm25_annual").query("method == 'stations, days' and year <= 2016")
    for row in table.itertuples():
        mean = days.loc[f"{row.year}-01-01" : f"{row.year}-12-31", row.city].mean()
        assert abs(mean - row.pm25) < 0.06, row
    months = data.load("pm25_reanalysis")
    means = months.groupby(["city_code", months["month"].str[:4].astype(int).rename("year")])[
        "pm25"
    ].mean()
    table = (
        data.load("pm25_annual")
        .query("method == 'reanalysis, area'")
        .set_index(["city_code", "year"])
    )
    assert (means - table["pm25"]).abs().max() < 0.06


def test_prices_chain_as_their_flaws_state():
    prices = (
        data.load("province_prices").query("2014 <= year <= 2019").set_index(["province", "year"])
    )
    hebei = (prices.loc["Hebei", ["consumer", "producer", "investment"]] / 100).prod()
    assert tuple(hebei.round(3)) == (1.118, 1.037, 1.126)
    assert prices.loc[("Beijing", 2019), "consumer"].round(1) == 102.3


def test_movements_have_every_pair_of_cities():
    moves = data.load("city_movements")
    assert moves["month"].nunique() == 14
    months = moves[moves["origin"] != "All origins"].groupby("month")["index_mean"]
    assert (months.size() == 13 * 12).all()
    assert months.sum().idxmin() in ("2020-02", "2021-01", "2021-02")


def test_every_province_has_its_hospital_beds():
    beds = data.load("province_services").query("year == 2019")["beds_10k"]
    assert len(beds) == 31 and beds.notna().all()
