"""Default texts of charts, in one place for translators."""

ORDER, ESTIMATE, CLAIM = "Order", "Estimate", "The claim"
HOLDS, TURNS, HEADLINE, OF, HOLDS_IN = "holds", "turns", "headline", "{} of {}", "holds in {} of {}"
SCHEMATIC, UNTOLD = "示意图 schematic map", "A chart without a description"
OFTEN, UNDER = ("never", "seldom", "sometimes", "mostly", "always"), "{}: it {} holds that {}"
