"""Waiting for a condition, never for a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

Result = TypeVar("Result")


def eventually(assertion: Callable[[], Result], *, within: float = 30) -> Result:
    """
    Repeat an assertion until it holds and return what it returned.

    ``within`` is in seconds; after that the last failure is raised as it was.
    """
    retrying = Retrying(
        stop=stop_after_delay(within),
        wait=wait_fixed(0.2),
        retry=retry_if_exception_type((AssertionError, LookupError)),
    )
    try:
        return retrying(assertion)
    except RetryError as error:
        failure = error.last_attempt.exception()
        raise failure or error from None
