"""The library of the course: real tables, checked measures, and the ledger of claims."""

from jingjinji import charts, claims, data, tables
from jingjinji.prose import glue

__version__ = "0.4.0"
__all__ = ["charts", "claims", "data", "glue", "tables"]
