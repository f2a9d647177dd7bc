"""Round recorded numbers to ten significant digits: the last ones depend on the processor.

Processors add floats in different orders, so sums differ in their last digits, and stored values
that are compared must not contain these.
"""

import math
from typing import Any

DIGITS = 10


def rounded(value: Any, digits: int = DIGITS) -> Any:
    """Round every float in dictionaries, lists and plain values, such as a chart's specification.

    Whole numbers, texts, truth values, infinities and NaN are left as they are.

    >>> rounded({"ratio": 0.1 + 0.2, "years": [2013, 2022]})
    {'ratio': 0.3, 'years': [2013, 2022]}
    """
    if isinstance(value, dict):
        return {key: rounded(item, digits) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item, digits) for item in value]
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{digits}g}")
    return value
