"""The other names of a service: ``container_name``, ``hostname`` and others' ``links``."""

from __future__ import annotations

from collections.abc import Iterator

from composeapp.compose.document import Document
from composeapp.problems import Path
from composeapp.translate import names
from composeapp.translate.service.network import internal_service
from composeapp.translate.service.parts import Context, Parts


def aliases(context: Context) -> Parts:
    """
    Give each name a Service of its own that leads to the same pods.

    In Docker all of them resolve for whoever shares a network with the service (moby, ``buildEndpointDNSNames``).
    """
    made = []
    for name, place in sorted(_names(context.key, context.document).items()):
        if _judged(name, place, context):
            made.append(internal_service(context, name))
    return Parts(pod=_host_name(context), after=tuple(made))


def _names(key: str, document: Document) -> dict[str, Path]:
    """Return the other names of a service in lower case, as DNS has no other, and where each is given."""
    found: dict[str, Path] = {}
    for name, place in _given(key, document):
        if name.lower() != names.service_name(key):
            found.setdefault(name.lower(), place)
    return found


def _given(key: str, document: Document) -> Iterator[tuple[str, Path]]:
    service, path = document.services[key], ("services", key)
    for field, name in (("container_name", service.container_name), ("hostname", service.hostname)):
        if name:
            yield name, (*path, field)
    for other, linking in document.services.items():
        for index, link in enumerate(linking.links):
            target, _, alias = link.partition(":")
            if target == key and alias:
                yield alias, ("services", other, "links", index)


def _judged(name: str, place: Path, context: Context) -> bool:
    """Tell whether a name can be a Service's; what cannot is a problem if anybody calls it so."""
    if names.is_reachable(name):
        return True
    if callers := context.peers.callers(name):
        message = f"no Service can be called {name}, but {' and '.join(callers)} would look for it"
        context.report.problem(place, message, f"let them call {names.service_name(context.key)}")
    else:
        context.report.warning(place, f"no Service can be called {name}: nobody finds the service under it")
    return False


def _host_name(context: Context) -> dict[str, str]:
    """The name that the container sees as its own: the first part, as a pod has no more."""
    name = (context.service.hostname or "").lower().partition(".")[0]
    return {"hostname": name} if names.is_label(name) else {}
