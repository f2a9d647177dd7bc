"""The marking desk: a page on this machine where a person marks the texts of a class, by question."""
