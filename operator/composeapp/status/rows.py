"""The rows of ``.status.models`` and ``.status.services``: one for each Deployment that is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from composeapp.plan import Change, Changes, Manifest, Outcome
from composeapp.status import finding, workload
from composeapp.status.finding import Finding
from composeapp.translate import names

REASONS: Final = {
    Outcome.FOREIGN: "ForeignObject",
    Outcome.FAILED: "ApplyFailed",
    Outcome.WAITING: "WaitingForDeletion",
}
"""Why an object is not as planned, for programs; the worst first."""
_MISSED: Final = tuple(REASONS)


@dataclass(frozen=True, slots=True)
class Row:
    """One model or service: its finding, and the rest of its row as it goes into status."""

    name: str
    finding: Finding
    fields: Mapping[str, Any]

    @property
    def is_ready(self) -> bool:
        """Whether it runs as the document says."""
        return self.finding.state == finding.READY

    def as_status(self) -> dict[str, Any]:
        """Return the row as it is written."""
        found = self.finding
        row = {"name": self.name, **self.fields, "state": found.state, "reason": found.reason, "message": found.message}
        return {key: value for key, value in row.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Observed:
    """What is in the cluster of one app, as it was last seen."""

    deployments: tuple[Manifest, ...] = ()
    services: tuple[Manifest, ...] = ()
    pods: tuple[Manifest, ...] = ()


def rows(component: str, wanted: Iterable[Manifest], observed: Observed, changes: Changes) -> list[Row]:
    """
    Return the rows of one component (model or service), by key.

    ``wanted`` are the app's manifests: the planned ones, or the live ones where there is no plan.
    """
    missed = {(change.kind, change.name): change for outcome in _MISSED for change in changes.having(outcome)}
    manifests = [manifest for manifest in wanted if _component(manifest) == component]
    services = [manifest for manifest in manifests if manifest["kind"] == "Service"]
    made = [
        _row(component, manifest, services, observed, missed)
        for manifest in manifests
        if manifest["kind"] == "Deployment"
    ]
    return sorted(made, key=lambda row: row.name)


def _row(
    component: str,
    wanted: Manifest,
    services: list[Manifest],
    observed: Observed,
    missed: Mapping[tuple[str, str], Change],
) -> Row:
    key = _key(wanted)
    mine = [service for service in services if _key(service) == key]
    live = next((item for item in observed.deployments if _name(item) == _name(wanted)), None)
    own = [missed[object_id] for item in (wanted, *mine) if (object_id := (item["kind"], _name(item))) in missed]
    fields = {
        "model": wanted["metadata"].get("annotations", {}).get(names.MODEL_ANNOTATION),
        "endpoint": _endpoint(component, wanted, mine),
        "replicas": workload.replicas(wanted),
        "readyReplicas": live.get("status", {}).get("readyReplicas", 0) if live else 0,
    }
    return Row(key, _finding(live, observed.pods, own), fields)


def _finding(live: Manifest | None, pods: Iterable[Manifest], missed: list[Change]) -> Finding:
    if missed:
        first = min((change.outcome for change in missed), key=_MISSED.index)
        state = finding.PENDING if first is Outcome.WAITING else finding.FAILED
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


def _name(manifest: Manifest) -> str:
    return str(manifest["metadata"]["name"])
