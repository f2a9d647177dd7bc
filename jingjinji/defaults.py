"""Default texts of charts, in one place for translators."""

YEAR, ORDER, ESTIMATE, CLAIM = "Year", "Order", "Estimate", "The claim"
HOLDS, TURNS, HEADLINE, HOLDS_IN, OF = "holds", "turns", "headline", "holds in", "{} of {}"
SCHEMATIC, UNTOLD = "示意图 schematic map", "A chart without a description"
