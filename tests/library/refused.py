"""Tests of error messages: one sentence that names the argument."""

from collections.abc import Callable

import pytest


def refused(*cases: tuple[Callable, str]) -> Callable:
    """Make a test of calls, each with its `ValueError`: the whole message if the text ends in a
    full stop."""

    @pytest.mark.parametrize(("call", "text"), cases)
    def test(call: Callable, text: str) -> None:
        with pytest.raises(ValueError) as error:
            call()
        message = str(error.value)
        assert message == text if text.endswith(".") else text in message
        assert "\n" not in message

    return test
