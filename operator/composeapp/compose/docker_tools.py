"""Well-known images that drive a Docker Engine, and what does their work in a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_GATEWAY: Final = "mcp-gateway"
_STATIC: Final = ("--static", "--static=true")

_ROUTES: Final = "remove the service: an Ingress of the cluster routes requests to services by name"
_VERSIONS: Final = "remove the service: name versions under images, and let CI or GitOps change them"
_VIEWS: Final = "remove the service: kubectl, or a dashboard of the cluster, shows and manages what runs"
_OBSERVES: Final = "remove the service: the cluster's own agents collect logs and metrics of every pod"
_RESTARTS: Final = "remove the service: Kubernetes restarts what fails"
_BUILDS: Final = "remove the service: build in CI, or with a builder that needs no Docker Engine"

WAYS_OUT: Final[Mapping[str, str]] = {
    _GATEWAY: "run each MCP server as a service 'mcp-NAME' that listens on port 4444, and give the gateway "
    "'--static=true' and no socket; or let the agents call servers that speak HTTP themselves",
    **dict.fromkeys(("traefik", "nginx-proxy", "caddy-docker-proxy", "acme-companion", "docker-gen"), _ROUTES),
    **dict.fromkeys(("watchtower", "diun", "ouroboros"), _VERSIONS),
    **dict.fromkeys(("portainer", "portainer-ce", "portainer-ee", "dockge", "yacht", "lazydocker"), _VIEWS),
    **dict.fromkeys(
        ("dozzle", "cadvisor", "promtail", "alloy", "vector", "fluent-bit", "telegraf", "agent"), _OBSERVES
    ),
    "autoheal": _RESTARTS,
    **dict.fromkeys(("buildx", "buildkit", "act_runner", "gitlab-runner", "kaniko"), _BUILDS),
}
"""Last part of an image's name → the way out."""

_ANY: Final = (
    "remove it; what the service does through the engine needs the Kubernetes API, or services of this document"
)


def way_out(image: str | None) -> str:
    """Say what does the work of an image that needs the Docker Engine."""
    return WAYS_OUT.get(_short_name(image), _ANY)


def is_gateway(image: str | None) -> bool:
    """Tell whether an image is Docker's MCP gateway."""
    return _short_name(image) == _GATEWAY


def gateway_starts_containers(command: Iterable[str] | None) -> bool:
    """Tell whether an MCP gateway starts its servers; a static one connects to servers that run already."""
    return not any(word in _STATIC for word in command or ())


def _short_name(image: str | None) -> str:
    return (image or "").rpartition("/")[2].partition("@")[0].partition(":")[0]
