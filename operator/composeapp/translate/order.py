"""
In which order services come to be: ``depends_on`` as gates of their workloads.

Only what is made or changed waits. That a pod is started anew is Kubernetes' affair, as it is Docker's that a
container is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any, Final

from composeapp.compose.document import Document
from composeapp.compose.document.parts import Dependency
from composeapp.plan import App, Item, Manifest, Milestone, Requirement
from composeapp.problems import Path, Report
from composeapp.translate import names
from composeapp.translate.service import ServiceObjects
from composeapp.translate.service.health import is_checked
from composeapp.translate.service.kind import COMPLETED, HEALTHY
from composeapp.workload_kinds import JOB

_MILESTONES: Final = {
    "service_started": Milestone.STARTED,
    HEALTHY: Milestone.READY,
    COMPLETED: Milestone.COMPLETED,
}


def items(document: Document, app: App, services: Mapping[str, ServiceObjects], report: Report) -> list[Item]:
    """Return the objects of all services, by key, each workload with its gate."""
    workloads = _workloads(document, services)
    made: list[Item] = []
    for key, objects in services.items():
        _judge(document, app, key, report)
        gate = (*objects.gate, *_requirements(document, key, workloads))
        made += [*map(Item, objects.before), Item(workloads[key], gate), *map(Item, objects.after)]
    return made


def _workloads(document: Document, services: Mapping[str, ServiceObjects]) -> dict[str, Manifest]:
    """Return the workloads as they are applied: what one says may depend on what another says."""
    finished: dict[str, Manifest] = {}
    for key in _dependencies_first(document):
        with_whom = [finished[name] for name, dependency in _dependencies(document, key) if dependency.restart]
        finished[key] = _named(_restarted_with(services[key].workload, with_whom))
    return finished


def _dependencies_first(document: Document) -> tuple[str, ...]:
    """A document in which services wait for each other in a circle has been refused."""
    graph = {key: [name for name, _ in _dependencies(document, key)] for key in sorted(document.services)}
    return tuple(TopologicalSorter(graph).static_order())


def _dependencies(document: Document, key: str) -> Iterator[tuple[str, Dependency]]:
    """Yield the dependencies that take part, by key; the others are optional."""
    named = document.services[key].depends_on
    return ((name, named[name]) for name in sorted(named) if name in document.services)


def _restarted_with(workload: Manifest, others: list[Manifest]) -> Manifest:
    """Let a workload's pods be replaced whenever those of others are (``depends_on.restart``)."""
    if not others:
        return workload
    text = _text([other["spec"]["template"] for other in others])
    spec, template = workload["spec"], workload["spec"]["template"]
    metadata = template["metadata"]
    hashed = {names.RESTARTED_WITH_ANNOTATION: hashlib.sha256(text.encode()).hexdigest()[:32]}
    annotated = {**metadata, "annotations": {**metadata.get("annotations", {}), **hashed}}
    return {**workload, "spec": {**spec, "template": {**template, "metadata": annotated}}}


def _named(workload: Manifest) -> Manifest:
    if workload["kind"] != JOB:
        return workload
    metadata = workload["metadata"]
    return {**workload, "metadata": {**metadata, "name": names.job_name(metadata["name"], _text(workload["spec"]))}}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _requirements(document: Document, key: str, workloads: Mapping[str, Manifest]) -> Iterator[Requirement]:
    """As in Compose, nobody waits for a service of which there is to be no container."""
    for name, dependency in _dependencies(document, key):
        if document.services[name].replicas:
            needed = workloads[name]
            milestone = _MILESTONES[dependency.condition]
            optional = not dependency.required
            yield Requirement(needed["kind"], needed["metadata"]["name"], name, milestone, optional)


def _judge(document: Document, app: App, key: str, report: Report) -> None:
    for name, dependency in _dependencies(document, key):
        other = document.services[name]
        if dependency.condition == HEALTHY and other.replicas and not is_checked(other):
            path: Path = ("services", key, "depends_on", name)
            hint = f"write one under {name} (that of an image is not looked at here), or wait for service_started"
            report.problem(path, f"container {app.name}-{name}-1 has no healthcheck configured", hint)
