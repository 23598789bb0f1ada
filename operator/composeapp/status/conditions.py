"""The conditions of an app, of which ``Ready`` is the sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from composeapp.status import finding
from composeapp.status.rows import Row

_LONGEST: Final = 30_000
"""Characters of the list of problems; the resource's definition allows some more."""
_LONGEST_SUM: Final = 4_000
"""Characters of any other condition's message: what it sums up is told in full elsewhere in the status."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition without its times. ``reason`` is in CamelCase; ``said`` becomes the message, an entry a line."""

    type: str
    holds: bool
    reason: str
    said: tuple[str, ...] = ()


def rows_ready(kind: str, rows: Sequence[Row], noun: str) -> Condition:
    """Say whether all rows are ready; the first that is not gives the reason, all of them the message."""
    if not rows:
        return Condition(kind, holds=True, reason=f"No{kind.removesuffix('Ready')}")
    waiting = [row for row in rows if not row.is_ready]
    if not waiting:
        return Condition(kind, holds=True, reason="AllReady", said=(f"{counted(rows)} {noun} ready",))
    worst = min(waiting, key=lambda row: row.finding.state != finding.FAILED)
    said = tuple(f"{row.name}: {row.finding.message or row.finding.reason}" for row in waiting)
    return Condition(kind, holds=False, reason=worst.finding.reason, said=said)


def counted(rows: Sequence[Row]) -> str:
    """Write how many of how many are ready, as ``1/2``."""
    return f"{sum(row.is_ready for row in rows)}/{len(rows)}"


def ready(parts: Iterable[Condition]) -> Condition:
    """Sum up: the first condition that does not hold says why, the others add their messages."""
    parts = tuple(parts)
    missing = [part for part in parts if not part.holds]
    if missing:
        said = _without_repetition(entry for part in missing for entry in part.said)
        return Condition("Ready", holds=False, reason=missing[0].reason, said=said)
    message = ", ".join(entry for part in parts if part.type != "Accepted" for entry in part.said)
    return Condition("Ready", holds=True, reason="AllReady", said=(message,))


def _without_repetition(entries: Iterable[str]) -> tuple[str, ...]:
    """An object that cannot be written is told of for the app and again, after its name, for its row."""
    told: dict[str, None] = {}
    for entry in entries:
        words = entry.partition(": ")[2].splitlines()
        if not words or not told.keys() >= set(words):
            told[entry] = None
    return tuple(told)


def progress(ready: Condition, accepted: Condition, rows: Sequence[Row], *, suspended: bool) -> tuple[Condition, ...]:
    """Return what tools that follow kstatus read: is it still moving, or does it need somebody?"""
    failed = [row for row in rows if row.finding.state == finding.FAILED]
    stalled = not accepted.holds or bool(failed)
    if suspended:
        reconciling = Condition("Reconciling", holds=False, reason="Suspended", said=("spec.suspend is true",))
    elif ready.holds or stalled:
        reconciling = Condition("Reconciling", holds=False, reason=ready.reason)
    else:
        reconciling = Condition("Reconciling", holds=True, reason=ready.reason, said=ready.said)
    reason, said = (ready.reason, ready.said) if stalled else ("NotStalled", ())
    return reconciling, Condition("Stalled", holds=stalled, reason=reason, said=said)


def written(condition: Condition, *, generation: int, before: Iterable[dict[str, Any]], now: str) -> dict[str, Any]:
    """Write a condition; its time of transition stays what it was unless its status flips."""
    status = "True" if condition.holds else "False"
    old = next((item for item in before if item["type"] == condition.type), {})
    return {
        "type": condition.type,
        "status": status,
        "observedGeneration": generation,
        "lastTransitionTime": old["lastTransitionTime"] if old.get("status") == status else now,
        "reason": condition.reason,
        "message": finding.listed(condition.said, _LONGEST if condition.type == "Accepted" else _LONGEST_SUM),
    }
