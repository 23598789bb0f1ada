"""Trying again what a passing fault of network or registry made fail."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from composeapp.puller.errors import UnreachableError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently; delays in seconds double up to the longest."""

    attempts: int = 6
    first_delay: float = 1.0
    longest_delay: float = 30.0

    def delay(self, failures: int) -> float:
        """Return the seconds to wait after this many failures in a row."""
        return min(self.first_delay * 2.0 ** (failures - 1), self.longest_delay)


def persistently(
    action: Callable[[], Result],
    *,
    policy: RetryPolicy,
    say: Callable[[str], None],
    achieved: Callable[[], int] = lambda: 0,
) -> Result:
    """
    Call ``action`` until it succeeds; a failure after which more is ``achieved`` counts as the first.

    Raises:
        UnreachableError: the last one, after ``policy.attempts`` in a row without progress.

    """
    failures = 0
    before = achieved()
    while True:
        try:
            return action()
        except UnreachableError as fault:
            failures = 1 if achieved() > before else failures + 1
            before = achieved()
            if failures >= policy.attempts:
                raise
            delay = policy.delay(failures)
            say(f"{fault}; trying again in {delay:.0f} s")
            time.sleep(delay)
