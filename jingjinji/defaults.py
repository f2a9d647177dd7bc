"""Default texts of charts, in one place for translators."""

YEAR, ORDER, ESTIMATE, CLAIM = "Year", "Order", "Estimate", "The claim"
HOLDS, TURNS, HEADLINE, OF, HOLDS_IN = "holds", "turns", "headline", "{} of {}", "holds in {} of {}"
SCHEMATIC, UNTOLD = "示意图 schematic map", "A chart without a description"
