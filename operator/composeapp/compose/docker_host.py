"""
DOCKER HOST: what leans on the Docker Engine or the machine it runs on, which a cluster has not.

Each finding names the place, what is missing there, and the way out. Compose accepts all of these, so
:mod:`composeapp.compose.checks` says nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from composeapp.compose.docker_tools import gateway_starts_containers, is_gateway, way_out
from composeapp.compose.document import Document, Service
from composeapp.compose.document.parts import Mount
from composeapp.problems import Path, Problem

_SOCKETS: Final = ("docker.sock", "podman.sock", "docker_engine")
"""How the path of an engine's socket ends, on Linux and on Windows."""

_MODEL_RUNNER: Final = "model-runner.docker.internal"
_HOSTS: Final = (
    "host.docker.internal",
    "gateway.docker.internal",
    "docker.for.mac.localhost",
    "host.containers.internal",
)
"""Names that an engine gives to the machine it runs on."""

_HOST_GATEWAY: Final = "host-gateway"


def find(document: Document) -> tuple[Problem, ...]:
    """Return what cannot work in a cluster, service by service; paths are those of the canonical document."""
    return tuple(
        problem
        for name, service in document.services.items()
        for problem in (*_engine(name, service), *_network(name, service), *_addresses(name, service))
    ) + tuple(_configs(document))


def find_warnings(document: Document) -> tuple[Problem, ...]:
    """Return what loses its meaning in a cluster and stops nothing, or may stop only a part."""
    return tuple(
        warning
        for name, service in document.services.items()
        for warning in (*_host_gateways(name, service), *_lonely_gateway(name, service))
    )


def _engine(name: str, service: Service) -> Iterator[Problem]:
    path: Path = ("services", name)
    for index, mount in enumerate(service.volumes):
        if is_socket(mount):
            message = f"{mount.source} is the Docker Engine's socket; a pod has no Docker Engine to talk to"
            yield Problem((*path, "volumes", index), message, way_out(service.image))
    if service.use_api_socket:
        message = "a pod has no Docker Engine whose API it could use"
        yield Problem((*path, "use_api_socket"), message, way_out(service.image))


def is_socket(mount: Mount) -> bool:
    """Tell whether a mount is the socket of a container engine."""
    return mount.type in ("bind", "npipe") and (mount.source or "").endswith(_SOCKETS)


def _network(name: str, service: Service) -> Iterator[Problem]:
    if service.network_mode == "host":
        yield Problem(
            ("services", name, "network_mode"),
            "a pod has its own network, not that of a Docker host",
            "remove it: services reach each other by name, list under ports what others call",
        )


def _addresses(name: str, service: Service) -> Iterator[Problem]:
    """Look for names that only an engine resolves, unless the author gave them an address."""
    given = {host for host, addresses in service.extra_hosts.items() if set(addresses) - {_HOST_GATEWAY}}
    overwritten = _written_by_bindings(service)
    for path, text in _texts(service):
        if path[0] == "environment" and path[1] in overwritten:
            continue
        yield from _named((("services", name, *path)), text, service, given)


def _named(path: Path, text: str, service: Service | None, given: set[str]) -> Iterator[Problem]:
    if _MODEL_RUNNER in text and _MODEL_RUNNER not in given:
        yield Problem(path, f"a cluster has no Docker Model Runner at {_MODEL_RUNNER}", _bind_instead(path, service))
    for host in _HOSTS:
        if host in text and host not in given:
            yield Problem(path, f"{host} is the Docker host; in a cluster that name leads nowhere", _address_hint(path))


def _configs(document: Document) -> Iterator[Problem]:
    for key, config in document.configs.items():
        yield from _named(("configs", key, "content"), config.content or "", None, set())


def _address_hint(path: Path) -> str:
    set_it = f"set {path[-1]} to" if "environment" in path else "name"
    return f"run what listens there as a service and {set_it} its name, or {set_it} an address that pods can reach"


def _bind_instead(path: Path, service: Service | None) -> str:
    variable = f"endpoint_var: {path[-1]}" if "environment" in path else "endpoint_var: …"
    model = next(iter(service.models), "llm") if service else "llm"
    return f"let a model's binding set the address: models: {{{model}: {{{variable}}}}}"


def _written_by_bindings(service: Service) -> set[str]:
    """The variables that carry a model's URL: they replace what ``environment`` says."""
    return {
        binding.endpoint_var or f"{model.upper().replace('-', '_')}_URL" for model, binding in service.models.items()
    }


def _texts(service: Service) -> Iterator[tuple[Path, str]]:
    """Yield the texts in which a program is told an address."""
    yield from _in_mapping(("environment",), service.environment)
    yield from _in_words(("command",), service.command)
    yield from _in_words(("entrypoint",), service.entrypoint)
    if service.healthcheck:
        yield from _in_words(("healthcheck", "test"), service.healthcheck.test)
    for key in ("pre_start", "post_start", "pre_stop"):
        for index, hook in enumerate(getattr(service, key)):
            yield from _in_mapping((key, index, "environment"), hook.environment)
            yield from _in_words((key, index, "command"), hook.command)


def _in_mapping(path: Path, texts: Mapping[str, str | None]) -> Iterator[tuple[Path, str]]:
    for name, text in texts.items():
        yield (*path, name), text or ""


def _in_words(path: Path, words: tuple[str, ...] | None) -> Iterator[tuple[Path, str]]:
    for index, word in enumerate(words or ()):
        yield (*path, index), word


def _host_gateways(name: str, service: Service) -> Iterator[Problem]:
    for host, addresses in service.extra_hosts.items():
        if _HOST_GATEWAY in addresses:
            yield Problem(
                ("services", name, "extra_hosts", host),
                f"{host} would be the Docker host; a cluster has none, so the name is left out",
                "write an address that pods can reach, or remove it",
            )


def _lonely_gateway(name: str, service: Service) -> Iterator[Problem]:
    """A gateway without a socket is no mistake that Docker finds: it may have remote servers only."""
    has_engine = service.use_api_socket or any(is_socket(mount) for mount in service.volumes)
    if is_gateway(service.image) and not has_engine and gateway_starts_containers(service.command):
        message = "the MCP gateway starts its servers as containers, which needs a Docker Engine"
        yield Problem(("services", name), message, way_out(service.image))
