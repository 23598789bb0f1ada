"""The ports of a Compose service: what its container listens on, what peers call, what is published."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from composeapp.compose.document import Port, Service
from composeapp.problems import Path, Report
from composeapp.translate import names

_APP_PROTOCOLS: Final = {"h2c": "kubernetes.io/h2c", "ws": "kubernetes.io/ws", "wss": "kubernetes.io/wss"}


@dataclass(frozen=True, order=True, slots=True)
class Listener:
    """A port of the container."""

    number: int
    protocol: str
    name: str | None = None
    app_protocol: str | None = None

    @property
    def manifest_name(self) -> str:
        """The name of the port in a manifest, unique within it."""
        return names.port_name(self.protocol, self.number, self.name)


def declared(service: Service) -> list[Listener]:
    """Return what a service says it listens on (``ports`` and ``expose``), by number."""
    written = [Listener(port.target, port.protocol, port.name, port.app_protocol) for port in service.ports]
    exposed = (text.partition("/") for text in service.expose)
    return _distinct([*written, *(Listener(int(number), protocol or "tcp") for number, _, protocol in exposed)])


def reachable(own: Iterable[Listener], called: Iterable[int]) -> list[Listener]:
    """Add the ports that peers call; one that is declared too keeps its name."""
    return _distinct([*own, *(Listener(number, "tcp") for number in called)])


def container_ports(listeners: Iterable[Listener]) -> list[dict[str, Any]]:
    """Return a container's ``ports``."""
    return [
        {"name": listener.manifest_name, "containerPort": listener.number, "protocol": listener.protocol.upper()}
        for listener in listeners
    ]


def service_ports(listeners: Iterable[Listener]) -> list[dict[str, Any]]:
    """Return a Service's ``ports`` under which peers reach the container as they would in Compose."""
    return [_service_port(listener.manifest_name, listener.number, listener, listener.number) for listener in listeners]


def published_ports(key: str, service: Service, report: Report) -> list[dict[str, Any]]:
    """Return the ``ports`` of the Service for what a service publishes outside; empty if nothing."""
    published: dict[tuple[int, str], dict[str, Any]] = {}
    for port in service.ports:
        number = _published_number(("services", key, "ports"), port, report)
        if number is None:
            continue
        if (number, port.protocol) in published:
            message = f"{number}/{port.protocol} is published more than once"
            report.problem(("services", key, "ports"), message, "publish it under another port")
        name = names.port_name(port.protocol, number)
        published[number, port.protocol] = _service_port(name, number, port, port.target)
    return [published[place] for place in sorted(published)]


def _published_number(path: Path, port: Port, report: Report) -> int | None:
    if port.mode == "host":
        report.problem(path, f"mode: host of port {port.target} is not supported yet", "leave mode out")
    if port.published is None:
        return None
    address = ipaddress.ip_address(port.host_ip) if port.host_ip else None
    if address and address.is_loopback:
        message = f"{port.published} is published on {address} only, so nowhere outside the cluster"
        report.warning(path, message, f"reach it with kubectl port-forward, port {port.target}")
        return None
    if address and not address.is_unspecified:
        report.warning(path, f"host_ip {address} means nothing in a cluster: ignored")
    first, dash, _ = port.published.partition("-")
    if dash:
        report.warning(path, f"any port of {port.published}: {first} is taken")
    return int(first) or port.target


def _service_port(name: str, number: int, spoken: Listener | Port, target: int) -> dict[str, Any]:
    described = {"name": name, "port": number, "protocol": spoken.protocol.upper(), "targetPort": target}
    return {**described, **_app_protocol(spoken.app_protocol)}


def _app_protocol(name: str | None) -> dict[str, str]:
    """Gateways read it. Kubernetes knows three of Compose's names under names of its own (KEP-3726)."""
    return {"appProtocol": _APP_PROTOCOLS.get(name, name)} if name else {}


def _distinct(listeners: Iterable[Listener]) -> list[Listener]:
    """Keep the first of each number and protocol; no two may share a name either."""
    kept: dict[tuple[int, str], Listener] = {}
    taken: set[str] = set()
    for listener in listeners:
        place = (listener.number, listener.protocol)
        if place in kept:
            continue
        chosen = replace(listener, name=None) if listener.manifest_name in taken else listener
        kept[place] = chosen
        taken.add(chosen.manifest_name)
    return [kept[place] for place in sorted(kept)]
