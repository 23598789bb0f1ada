"""What of a new status is worth an Event: what its author must do, and that the app became ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class News:
    """One Event to be."""

    type: Literal["Normal", "Warning"]
    reason: str
    message: str


def news(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[News, ...]:
    """Compare two statuses: the same refusal is told once, however often it is found again."""
    found = []
    accepted, accepted_before = _condition(after, "Accepted"), _condition(before, "Accepted")
    if accepted["status"] == "False" and _outcome(accepted) != _outcome(accepted_before):
        found.append(News("Warning", accepted["reason"], accepted["message"]))
    ready, ready_before = _condition(after, "Ready"), _condition(before, "Ready")
    if ready["status"] == "True" and ready_before.get("status") != "True":
        found.append(News("Normal", "Ready", ready["message"]))
    return tuple(found)


def _condition(status: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return next((condition for condition in status.get("conditions", []) if condition["type"] == kind), {})


def _outcome(condition: Mapping[str, Any]) -> tuple[Any, ...]:
    return condition.get("status"), condition.get("reason"), condition.get("message")
