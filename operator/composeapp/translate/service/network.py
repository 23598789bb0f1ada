"""How a service is reached: the Service that its peers call, and one for its published ports."""

from __future__ import annotations

from typing import Any

from composeapp.plan import Manifest
from composeapp.translate import manifests, names
from composeapp.translate.service import ports
from composeapp.translate.service.health import is_checked
from composeapp.translate.service.parts import Context, Parts


def network(context: Context) -> Parts:
    """Translate ``ports`` and ``expose``, and add the ports that peers call."""
    declared = ports.declared(context.service)
    published = ports.published_ports(context.key, context.service, context.report)
    made = [internal_service(context, names.service_name(context.key))]
    if published:
        outside = {"type": context.settings.published_service_type, "ports": published}
        made.append(_service(context, names.published_service_name(context.key), outside))
    return Parts(container={"ports": ports.container_ports(declared)}, after=tuple(made))


def internal_service(context: Context, name: str) -> Manifest:
    """Return a Service through which peers reach the pods under a name, on the ports that they call there."""
    called = {*context.peers.ports(context.key), *context.peers.ports(name)}
    reachable = ports.reachable(ports.declared(context.service), called)
    return _service(context, name, {**_internal(ports.service_ports(reachable)), **_unhealthy(context)})


def _service(context: Context, name: str, spec: dict[str, Any]) -> Manifest:
    return manifests.service(context.app, name, component=names.SERVICE_COMPONENT, key=context.key, spec=spec)


def _internal(listeners: list[dict[str, Any]]) -> dict[str, Any]:
    """Without a known port the name leads to the pod itself, on whatever port a peer tries."""
    return {"type": "ClusterIP", "ports": listeners} if listeners else {"type": "ClusterIP", "clusterIP": "None"}


def _unhealthy(context: Context) -> dict[str, Any]:
    """
    Let the name lead to pods that are not healthy yet, where the service calls itself by it.

    Docker's DNS does for everyone; here a check of ``http://web:80/`` by web itself would else never succeed.
    """
    calls = context.peers.calls_itself(context.key)
    return {"publishNotReadyAddresses": True} if calls and is_checked(context.service) else {}
