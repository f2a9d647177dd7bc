"""Rules that find false statements in a chapter within seconds: ``coursework lint 04``."""
