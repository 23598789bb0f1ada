"""
One Compose service becomes a workload (Deployment, DaemonSet or Job) and the Services that lead to it.

Each aspect of a service has a module here. A new Compose key goes into the aspect that it belongs to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from composeapp.plan import Manifest, Requirement
from composeapp.problems import Path
from composeapp.translate import manifests, names, own_block, scheduling
from composeapp.translate.service.aliases import aliases
from composeapp.translate.service.environment import environment
from composeapp.translate.service.files import files
from composeapp.translate.service.group import group
from composeapp.translate.service.health import health
from composeapp.translate.service.image import image
from composeapp.translate.service.lifecycle import lifecycle
from composeapp.translate.service.network import network
from composeapp.translate.service.output import output
from composeapp.translate.service.parts import CONTAINER_FIELDS, POD_FIELDS, Context, Parts, combined, ordered
from composeapp.translate.service.process import process
from composeapp.translate.service.rollout import rollout
from composeapp.translate.service.security import security
from composeapp.translate.service.temporary import temporary
from composeapp.translate.service.volumes import volumes
from composeapp.translate.service.waiting import waiting

ASPECTS: Final[tuple[Callable[[Context], Parts], ...]] = (
    image,
    process,
    health,
    lifecycle,
    environment,
    security,
    volumes,
    files,
    temporary,
    group,
    rollout,
    waiting,
    output,
    network,
    aliases,
)
"""Every aspect of a service, in the order in which its problems are told."""


OWN_FIELDS: Final[Mapping[str, Any]] = {
    "fsGroup": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "waitForModels": {"type": "boolean"},
}
"""What ``x-kubernetes`` of a service may say, in JSON Schema's terms."""


@dataclass(frozen=True, slots=True)
class ServiceObjects:
    """The objects of one Compose service: what its workload needs, the workload and its gate, what leads to it."""

    before: tuple[Manifest, ...]
    workload: Manifest
    gate: tuple[Requirement, ...]
    after: tuple[Manifest, ...]


def app_service(context: Context) -> ServiceObjects:
    """Return the objects of one Compose service."""
    _judge_extensions(context)
    _judge_name(context)
    parts = combined(aspect(context) for aspect in ASPECTS)
    _judge_targets(context, parts)
    return ServiceObjects(parts.before, _workload(context, parts), parts.gate, parts.after)


def _workload(context: Context, parts: Parts) -> Manifest:
    return manifests.workload(
        context.app,
        context.kind,
        names.workload_name(context.app.name, context.key),
        component=names.SERVICE_COMPONENT,
        key=context.key,
        spec=parts.workload,
        pod=ordered(_pod(context, parts), POD_FIELDS),
        pod_labels=parts.pod_labels,
        pod_annotations=parts.pod_annotations,
    )


def _pod(context: Context, parts: Parts) -> dict[str, Any]:
    container = {"name": names.container_name(context.key), **parts.container}
    # Before the service's own container runs, its share of the node is free; a quota may ask every one what it takes.
    share = {"resources": parts.container.get("resources")}
    first = [ordered({**share, **one}, CONTAINER_FIELDS) for one in parts.pod.get("initContainers", ())]
    return {
        **manifests.pod_basics(context.app),
        **parts.pod,
        "initContainers": first,
        "containers": [ordered(container, CONTAINER_FIELDS)],
    }


def _judge_extensions(context: Context) -> None:
    extensions = {name: value for name, value in context.service.extensions.items() if name != own_block.KEY}
    scheduling.refuse_unsupported(context.path, extensions, context.report)
    if scheduling.OPTIONS_KEY in extensions:
        path: Path = (*context.path, scheduling.OPTIONS_KEY)
        context.report.warning(path, "ignored: it places a model's server, not a service", "move it to the model")


def _judge_targets(context: Context, parts: Parts) -> None:
    """Docker would let one hide the other."""
    counted = Counter(mount["mountPath"] for mount in parts.container.get("volumeMounts", ()))
    for target in sorted(target for target, count in counted.items() if count > 1):
        context.report.problem(context.path, f"more than one thing is mounted at {target}", "remove all but one")


def _judge_name(context: Context) -> None:
    """A name that cannot be a Service's is another one here: peers that call it would find nobody."""
    key = context.key
    if names.is_reachable(key):
        return
    message = f"{key} cannot be a host name in Kubernetes: the Service is called {names.service_name(key)}"
    callers = context.peers.callers(key)
    if callers:
        message = f"{message}, but {' and '.join(callers)} would not find it"
        context.report.problem(context.path, message, "rename the service")
    else:
        context.report.warning(context.path, message, "rename the service if others call it by its name")
