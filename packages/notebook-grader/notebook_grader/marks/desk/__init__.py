"""The marking desk: a local web page for marking the texts of a class, question by question."""
