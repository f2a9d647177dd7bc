"""Points for the values of a run, by the key."""
