"""One run of a notebook that nobody trusts: cells put back, code run in a sandbox, values read."""
