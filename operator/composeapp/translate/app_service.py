"""One Compose service becomes a Deployment, the Service that its peers call, and one for its published ports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from composeapp.compose.document import Document, Service
from composeapp.plan import App, Manifest
from composeapp.problems import Path, Report
from composeapp.settings import Settings
from composeapp.translate import bindings, manifests, names, ports, scheduling
from composeapp.translate.peers import Peers


def app_service(
    key: str, document: Document, app: App, settings: Settings, report: Report, *, peers: Peers
) -> list[Manifest]:
    """Return the objects of one Compose service."""
    service = document.services[key]
    _judge_extensions(key, service, report)
    _judge_name(key, peers, report)
    declared = ports.declared(service)
    reachable = ports.reachable(declared, peers.ports(key))
    published = ports.published_ports(key, service, report)
    made = [
        _deployment(key, document, app, ports.container_ports(declared), report),
        _service(app, names.service_name(key), key, _internal(ports.service_ports(reachable))),
    ]
    if published:
        outside = {"type": settings.published_service_type, "ports": published}
        made.append(_service(app, names.published_service_name(key), key, outside))
    return made


def _service(app: App, name: str, key: str, spec: dict[str, Any]) -> Manifest:
    return manifests.service(app, name, component=names.SERVICE_COMPONENT, key=key, spec=spec)


def _internal(listeners: list[dict[str, Any]]) -> dict[str, Any]:
    """Without a known port the name leads to the pod itself, on whatever port a peer tries."""
    return {"type": "ClusterIP", "ports": listeners} if listeners else {"type": "ClusterIP", "clusterIP": "None"}


def _deployment(
    key: str, document: Document, app: App, container_ports: list[dict[str, Any]], report: Report
) -> Manifest:
    service = document.services[key]
    container = manifests.without_empty(
        [
            ("name", names.container_name(key)),
            ("image", app.images.get(key, service.image)),
            ("imagePullPolicy", manifests.IMAGE_PULL_POLICY),
            *_process(key, service, report),
            ("env", manifests.environment(bindings.environment(document, key, app, report))),
            ("ports", container_ports),
            ("terminationMessagePolicy", "FallbackToLogsOnError"),
        ]
    )
    return manifests.deployment(
        app,
        names.workload_name(app.name, key),
        component=names.SERVICE_COMPONENT,
        key=key,
        spec={"replicas": service.replicas, "strategy": dict(manifests.ROLLING_UPDATE)},
        pod={
            **manifests.pod_basics(app),
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
        },
    )


def _process(key: str, service: Service, report: Report) -> Iterator[tuple[str, list[str]]]:
    """
    Yield ``command`` and ``args`` so that the container runs what it runs in Compose.

    Kubernetes' ``command`` replaces the image's ENTRYPOINT and CMD, as Compose's ``entrypoint`` does.
    An empty list means "as in the image" there, which is why a cleared one needs something in its place.
    """
    entrypoint, command = service.entrypoint, service.command
    path: Path = ("services", key)
    if entrypoint:
        yield "command", [manifests.literal(word) for word in entrypoint]
        yield "args", [manifests.literal(word) for word in command or ()]
    elif entrypoint is not None and not command:
        report.problem((*path, "entrypoint"), "is empty and so is command: nothing would run", "set command")
    elif entrypoint is not None:
        yield "command", [manifests.literal(word) for word in command or ()]
    elif command is not None and not command:
        message = "is empty: Kubernetes cannot clear an image's CMD and would run it"
        report.problem((*path, "command"), message, "set entrypoint to what shall run")
    else:
        yield "args", [manifests.literal(word) for word in command or ()]


def _judge_extensions(key: str, service: Service, report: Report) -> None:
    scheduling.refuse_unsupported(("services", key), service.extensions, report)
    if scheduling.OPTIONS_KEY in service.extensions:
        path: Path = ("services", key, scheduling.OPTIONS_KEY)
        report.warning(path, "ignored: it places a model's server, not a service", "move it to the model")


def _judge_name(key: str, peers: Peers, report: Report) -> None:
    """A name that cannot be a Service's is another one here: peers that call it would find nobody."""
    if names.is_reachable(key):
        return
    path: Path = ("services", key)
    message = f"{key} cannot be a host name in Kubernetes: the Service is called {names.service_name(key)}"
    callers = peers.callers(key)
    if callers:
        report.problem(path, f"{message}, but {' and '.join(callers)} would not find it", "rename the service")
    else:
        report.warning(path, message, "rename the service if others call it by its name")
