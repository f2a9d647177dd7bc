"""What a measure cannot take is refused in one sentence, which names it."""

from collections.abc import Callable

import pytest


def refused(*cases: tuple[Callable, str]) -> Callable:
    """A test of calls, each with what its `ValueError` says: all of it, where that ends in a full stop."""

    @pytest.mark.parametrize(("call", "says"), cases)
    def test(call: Callable, says: str) -> None:
        with pytest.raises(ValueError) as error:
            call()
        said = str(error.value)
        assert said == says if says.endswith(".") else says in said
        assert "\n" not in said

    return test
