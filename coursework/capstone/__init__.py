"""Automatic checks of a capstone for markers: the library's checks, run in a sandbox."""
