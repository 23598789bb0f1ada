"""Where a workload stands, said so that its author knows what to wait for or what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

PENDING: Final = "Pending"
"""No container runs yet: not created, not scheduled, or its image is on the way."""
PULLING: Final = "Pulling"
"""The model's weights are on the way."""
STARTING: Final = "Starting"
"""A container runs and does not answer yet."""
LOADING: Final = "Loading"
"""The same for a model's server: it reads its weights."""
UPDATING: Final = "Updating"
"""The new pods are ready, old ones are still leaving."""
READY: Final = "Ready"
WAITING: Final = "Waiting"
"""It is not made or changed yet: something else comes first."""
RUNNING: Final = "Running"
"""A Job's container runs."""
COMPLETE: Final = "Complete"
"""A Job has ended well."""
FAILED: Final = "Failed"
"""It will not get well by itself, or only by luck."""

_LONGEST_MESSAGE: Final = 1000
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Finding:
    """A state (one word of this module), why in CamelCase for programs, why in words for people."""

    state: str
    reason: str
    message: str = ""


def bounded(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    """Cut a text that others wrote, keeping its beginning and its end: either may be the point of it."""
    text = text.strip()
    if len(text) <= longest:
        return text
    half = (longest - 3) // 2
    return f"{text[:half]} … {text[-half:]}"


def listed(entries: Sequence[str], longest: int, *, rest: str = "… and {count} more") -> str:
    """Join entries, a line each, as many as fit; of the others it says how many they are (``{count}`` in ``rest``)."""
    whole = "\n".join(entries)
    if len(whole) <= longest:
        return whole
    room = longest - len(rest) - len(str(len(entries)))
    fitting = sum(end <= room for end in accumulate(len(entry) + 1 for entry in entries))
    shown = entries[:fitting] or [bounded(entries[0], room)]
    return "\n".join([*shown, *([rest.format(count=len(entries) - len(shown))] if len(entries) > len(shown) else ())])


def word(reason: str | None, otherwise: str) -> str:
    """
    Return a reason that others gave, if it is one word in CamelCase, as a condition's reason must be.

    Kubelets also say ``OutOfnvidia.com/gpu``; their message repeats it in words.
    """
    return reason if reason and _WORD.fullmatch(reason) else otherwise
