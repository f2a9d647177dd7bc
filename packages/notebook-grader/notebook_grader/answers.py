"""How answers are read and compared, the one file that says from where they come."""

from jingjinji import drawn, reading
from jingjinji.check import ANSWER_MIME

__all__ = ["ANSWER_MIME", "drawn", "reading"]
