"""The rows of ``.status.models`` and ``.status.services``: one for each workload that is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from composeapp import workloads
from composeapp.plan import Change, Changes, Manifest, Outcome
from composeapp.status import finding, workload
from composeapp.status.finding import Finding
from composeapp.translate import names
from composeapp.workload_kinds import WORKLOAD_KINDS

REASONS: Final = {
    Outcome.FOREIGN: "ForeignObject",
    Outcome.FAILED: "ApplyFailed",
    Outcome.WAITING: "WaitingForDeletion",
    Outcome.HELD: "WaitingForDependency",
}
"""Why an object is not as planned, for programs; the worst first."""
_MISSED: Final = tuple(REASONS)
_STATES: Final = {Outcome.WAITING: finding.PENDING, Outcome.HELD: finding.WAITING}
_DONE: Final = {finding.READY, finding.COMPLETE}


@dataclass(frozen=True, slots=True)
class Row:
    """One model or service: its finding, and the rest of its row as it goes into status."""

    name: str
    finding: Finding
    fields: Mapping[str, Any]

    @property
    def is_ready(self) -> bool:
        """Whether it runs, or has run, as the document says."""
        return self.finding.state in _DONE

    def as_status(self) -> dict[str, Any]:
        """Return the row as it is written."""
        found = self.finding
        row = {"name": self.name, **self.fields, "state": found.state, "reason": found.reason, "message": found.message}
        return {key: value for key, value in row.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Observed:
    """What is in the cluster of one app, as it was last seen."""

    workloads: tuple[Manifest, ...] = ()
    services: tuple[Manifest, ...] = ()
    pods: tuple[Manifest, ...] = ()


def rows(component: str, wanted: Iterable[Manifest], observed: Observed, changes: Changes) -> list[Row]:
    """
    Return the rows of one component (model or service), by key.

    ``wanted`` are the app's manifests: the planned ones, or the live ones where there is no plan, of which
    the newest of a key counts.
    """
    missed = {(change.kind, change.name): change for outcome in _MISSED for change in changes.having(outcome)}
    manifests = [manifest for manifest in wanted if _component(manifest) == component]
    services = [manifest for manifest in manifests if manifest["kind"] == "Service"]
    of_key = {_key(manifest): manifest for manifest in sorted(manifests, key=_made) if _is_workload(manifest)}
    return [_row(component, of_key[key], services, observed, missed) for key in sorted(of_key)]


def _row(
    component: str,
    wanted: Manifest,
    services: list[Manifest],
    observed: Observed,
    missed: Mapping[tuple[str, str], Change],
) -> Row:
    key = _key(wanted)
    mine = [service for service in services if _key(service) == key]
    live = next((item for item in observed.workloads if _identity(item) == _identity(wanted)), None)
    own = [missed[_identity(item)] for item in (wanted, *mine) if _identity(item) in missed]
    counted = workloads.counts(live or wanted)
    fields = {
        "model": wanted["metadata"].get("annotations", {}).get(names.MODEL_ANNOTATION),
        "endpoint": _endpoint(component, wanted, mine),
        "replicas": workloads.counts(wanted).wanted or counted.wanted,
        "readyReplicas": counted.ready,
    }
    return Row(key, _finding(live, observed.pods, own), fields)


def _finding(live: Manifest | None, pods: Iterable[Manifest], missed: list[Change]) -> Finding:
    if missed:
        first = min((change.outcome for change in missed), key=_MISSED.index)
        state = _STATES.get(first, finding.FAILED)
        return Finding(state, REASONS[first], finding.bounded("\n".join(change.message for change in missed)))
    if live is None:
        return Finding(finding.PENDING, "NotCreated")
    return workload.found(live, pods)


def _endpoint(component: str, deployment: Manifest, services: list[Manifest]) -> str | None:
    key, namespace = _key(deployment), deployment["metadata"]["namespace"]
    if component == names.MODEL_COMPONENT:
        return names.model_url(deployment["metadata"]["labels"][names.PART_OF_LABEL], namespace, key)
    inside = next((service for service in services if _name(service) == names.service_name(key)), None)
    if inside is None:
        return None
    ports = inside["spec"].get("ports", [])
    return names.service_address(key, namespace, ports[0]["port"] if ports else None)


def _component(manifest: Manifest) -> str | None:
    component: str | None = manifest["metadata"].get("labels", {}).get(names.COMPONENT_LABEL)
    return component


def _key(manifest: Manifest) -> str:
    return str(manifest["metadata"].get("annotations", {}).get(names.KEY_ANNOTATION, _name(manifest)))


def _is_workload(manifest: Manifest) -> bool:
    return manifest["kind"] in WORKLOAD_KINDS


def _made(manifest: Manifest) -> str:
    return str(manifest["metadata"].get("creationTimestamp", ""))


def _identity(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], _name(manifest)


def _name(manifest: Manifest) -> str:
    return str(manifest["metadata"]["name"])
