"""Whether what an object waits for is true, judged by what is observed alone: so a restart changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from composeapp import workloads
from composeapp.plan import Manifest, Milestone, Requirement
from composeapp.workload_kinds import JOB

_BEGUN: Final = {"Running", "Succeeded", "Failed"}
"""Phases of a pod whose containers run, or ran."""


def unmet(
    gate: Iterable[Requirement], as_planned: Callable[[Requirement], Manifest | None], pods: Iterable[Manifest]
) -> tuple[str, ...]:
    """
    Say what does not hold yet, in words like ``db is ready``; empty where the gate is open.

    ``as_planned`` returns the live workload that a requirement names, if it is what the plan says: one of
    yesterday's document may be ready and is not meant. ``pods`` are those of the app.
    """
    pods = tuple(pods)
    judged = ((requirement, as_planned(requirement)) for requirement in gate)
    return tuple(
        f"{requirement}, and it has failed" if live and workloads.failure(live) else str(requirement)
        for requirement, live in judged
        if live is None or not _is_met(requirement, live, pods)
    )


def _is_met(requirement: Requirement, live: Manifest, pods: Iterable[Manifest]) -> bool:
    if workloads.has_completed(live) or (requirement.optional and workloads.failure(live)):
        return True
    if requirement.milestone is Milestone.STARTED:
        return _has_started(live, pods)
    return requirement.milestone is Milestone.READY and _is_ready(live)


def _is_ready(live: Manifest) -> bool:
    if live["kind"] == JOB:
        found = workloads.counts(live)
        return found.ready >= found.wanted
    return workloads.is_rolled_out(live)


def _has_started(live: Manifest, pods: Iterable[Manifest]) -> bool:
    """Tell whether a container of the newest pods runs, or ran: the controllers count only ready ones."""
    if workloads.is_rolled_out(live):
        return True
    newest = workloads.newest(live, workloads.pods_of(live, pods))
    return _is_updating(live) and any(pod.get("status", {}).get("phase") in _BEGUN for pod in newest)


def _is_updating(live: Manifest) -> bool:
    """Tell whether the newest pods are those of the newest template."""
    return live["kind"] == JOB or (workloads.is_noticed(live) and workloads.counts(live).updated > 0)
