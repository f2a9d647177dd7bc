"""An article folder in, verdicts out: readings, the rule that derives labels, cards, the ledger's
pages."""
