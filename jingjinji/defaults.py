"""Default texts of charts, in one place for translators."""

ORDER, ESTIMATE, CLAIM = "Order", "Estimate", "The claim"
HOLDS, TURNS, HEADLINE, OF, IN = "holds", "turns", "headline", "{} of {}", "{} in {}"
SCHEMATIC, UNTOLD = "示意图 schematic map", "A chart without a description"
OFTEN, UNDER = ("never", "seldom", "sometimes", "mostly", "always"), "{}: it {} holds that {}"
