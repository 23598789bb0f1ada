"""The whole status of an app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from composeapp.plan import Change, Changes, Manifest, Outcome
from composeapp.problems import Problem, dotted
from composeapp.status import conditions
from composeapp.status.conditions import Condition
from composeapp.status.finding import bounded
from composeapp.status.rows import REASONS, Observed, Row, rows
from composeapp.translate import names

_MOST_WARNINGS: Final = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What came of one look at an app's document. ``manifests`` is ``None`` where there is no plan.

    While an app is suspended, ``unapplied`` names the objects that are not as the document says.
    """

    manifests: tuple[Manifest, ...] | None = None
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    changes: Changes = field(default_factory=Changes)
    suspended: bool = False
    unapplied: tuple[str, ...] = ()


def app_status(resource: Manifest, verdict: Verdict, observed: Observed, *, now: str) -> dict[str, Any]:
    """
    Return the ``.status`` of a ComposeApp.

    ``now`` (RFC 3339) becomes the time of transition of the conditions that flip.
    """
    wanted = (*observed.workloads, *observed.services) if verdict.manifests is None else verdict.manifests
    models = rows(names.MODEL_COMPONENT, wanted, observed, verdict.changes)
    services = rows(names.SERVICE_COMPONENT, wanted, observed, verdict.changes)
    generation = resource["metadata"].get("generation", 0)
    before = resource.get("status", {}).get("conditions", [])
    return {
        "observedGeneration": generation,
        "summary": {"models": conditions.counted(models), "services": conditions.counted(services)},
        "conditions": [
            conditions.written(condition, generation=generation, before=before, now=now)
            for condition in _conditions(verdict, models, services)
        ],
        "models": [row.as_status() for row in models],
        "services": [row.as_status() for row in services],
        "warnings": _warnings((*verdict.warnings, *_kept(verdict.changes))),
    }


def differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Tell whether two statuses differ in anything but times."""
    return _timeless(before) != _timeless(after)


def _timeless(status: Mapping[str, Any]) -> dict[str, Any]:
    stripped = [
        {key: value for key, value in condition.items() if key != "lastTransitionTime"}
        for condition in status.get("conditions", [])
    ]
    # Empty lists are as good as none.
    return {key: value for key, value in {**status, "conditions": stripped}.items() if value}


def _conditions(verdict: Verdict, models: list[Row], services: list[Row]) -> list[Condition]:
    accepted = _accepted(verdict)
    parts = [
        accepted,
        conditions.rows_ready("ModelsReady", models, "models"),
        conditions.rows_ready("ServicesReady", services, "services"),
        *_unapplied(verdict),
    ]
    ready = conditions.ready(parts)
    progress = conditions.progress(ready, accepted, [*models, *services], suspended=verdict.suspended)
    return [*parts[:3], ready, *progress]


def _accepted(verdict: Verdict) -> Condition:
    if verdict.problems:
        said = tuple(bounded(str(problem)) for problem in verdict.problems)
        return Condition("Accepted", holds=False, reason="InvalidDocument", said=said)
    if foreign := verdict.changes.having(Outcome.FOREIGN):
        return Condition("Accepted", holds=False, reason=REASONS[Outcome.FOREIGN], said=_messages(foreign))
    return Condition("Accepted", holds=True, reason="Valid", said=("the document is valid",))


def _unapplied(verdict: Verdict) -> list[Condition]:
    """Return what was not written; no condition of its own, but nothing is ready with it."""
    if verdict.unapplied:
        said = f"spec.suspend is true: not as the document says are {', '.join(verdict.unapplied)}"
        return [Condition("Applied", holds=False, reason="Suspended", said=(said,))]
    if failed := verdict.changes.having(Outcome.FAILED):
        return [Condition("Applied", holds=False, reason=REASONS[Outcome.FAILED], said=_messages(failed))]
    return []


def _messages(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(bounded(change.message) for change in changes)


def _kept(changes: Changes) -> Iterator[Problem]:
    """Warn of data that nothing uses: who renamed a volume looks for its files, who dropped it pays for them."""
    for change in changes.having(Outcome.KEPT):
        hint = f"kubectl delete pvc {change.name} deletes the files; declare the volume again to use them"
        yield Problem((), change.message, hint)


def _warnings(warnings: tuple[Problem, ...]) -> list[dict[str, str]]:
    """Write the warnings; a document may have more of them than an object can hold."""
    written = [_warning(warning) for warning in warnings[:_MOST_WARNINGS]]
    if more := len(warnings) - len(written):
        written.append({"message": f"… and {more} more", "hint": "composeapp check lists all of them"})
    return written


def _warning(warning: Problem) -> dict[str, str]:
    said = {"path": dotted(warning.path), "message": bounded(warning.message), "hint": bounded(warning.hint)}
    return {key: text for key, text in said.items() if text}
