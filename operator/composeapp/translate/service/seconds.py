"""Compose's durations in the whole seconds of the Kubernetes API."""

from __future__ import annotations

import math
from typing import Final

_NANOSECONDS: Final = 10**9


def seconds(duration: int) -> int:
    """Return a duration of nanoseconds in seconds, rounded up."""
    return math.ceil(duration / _NANOSECONDS)
