"""The automatic part of a capstone, for whoever marks it: the library's checks, run in a sandbox."""
