"""What a service refers to exists (compose-go, ``loader/validate.go``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from composeapp.compose.checks.judged import INVALID, Judged
from composeapp.compose.defaults import NAMESPACES, SERVICE_PREFIX
from composeapp.problems import Path

_DEFAULT_NETWORK: Final = "default"


def networks(judged: Judged) -> None:
    """The ``default`` network need not be declared."""
    known = {_DEFAULT_NETWORK, *judged.document.networks}
    for name in judged.service.networks:
        _exists(judged, "network", name, known, ("networks", name))


def volumes(judged: Judged) -> None:
    """Only named volumes are declared."""
    for index, mount in enumerate(judged.service.volumes):
        if mount.type == "volume" and mount.source:
            _exists(judged, "volume", mount.source, judged.document.volumes, ("volumes", index))


def configs(judged: Judged) -> None:
    """Every config is declared."""
    for index, mount in enumerate(judged.service.configs):
        _exists(judged, "config", mount.source or "", judged.document.configs, ("configs", index))


def secrets(judged: Judged) -> None:
    """Every secret is declared."""
    for index, mount in enumerate(judged.service.secrets):
        _exists(judged, "secret", mount.source or "", judged.document.secrets, ("secrets", index))


def build_secrets(judged: Judged) -> None:
    """A build's secrets are declared too."""
    for index, mount in enumerate(judged.service.build.secrets if judged.service.build else ()):
        place = ("build", "secrets", index)
        _exists(judged, "build secret", mount.source or "", judged.document.secrets, place)


def models(judged: Judged) -> None:
    """Every model is declared."""
    for name in judged.service.models:
        _exists(judged, "model", name, judged.document.models, ("models", name))


_DECLARED_UNDER: Final[Mapping[str, str]] = {
    "network": "networks: {{{}: {{}}}}",
    "volume": "volumes: {{{}: {{}}}} (kubectl apply drops a plain '{}:' from an edit, unless with --server-side)",
}
"""Kind of thing → how it is declared, where nothing more needs to be said of it."""


def _exists(judged: Judged, kind: str, name: str, known: Iterable[str], place: Path) -> None:
    if name not in known:
        declared = _DECLARED_UNDER.get(kind, "").format(name, name)
        hint = judged.suggestions.near(name, known) or (declared and f"declare it: {declared}")
        judged.problem(place, f'service "{judged.name}" refers to undefined {kind} {name}{INVALID}', hint)


def dependencies(judged: Judged) -> None:
    """Who must be there takes part; an optional dependency may be left out by its profile."""
    for name, dependency in judged.service.depends_on.items():
        optional = not dependency.required and name in judged.document.disabled_services
        if name in judged.document.services or optional:
            continue
        place = next(_implied_at(judged, name), ("depends_on", name))
        if name in judged.document.jobs:
            words = f'service "{judged.name}" cannot depend on job "{name}": services can only depend on other services'
            judged.problem(place, words + INVALID)
        else:
            words = f'service "{judged.name}" depends on undefined service "{name}"{INVALID}'
            judged.problem(place, words, _who_is_meant(judged, name))


def _who_is_meant(judged: Judged, name: str) -> str:
    document = judged.document
    if name in document.disabled_services:
        profiles = " or ".join(document.disabled_services[name].profiles)
        return f"it is only there with the profile {profiles}: activate that, or write required: false"
    if name in document.models:
        return f"{name} is a model: list it under the service's models"
    return judged.suggestions.near(name, document.services)


def _implied_at(judged: Judged, name: str) -> Iterator[Path]:
    """Find the keys that imply a dependency on a service."""
    for key in NAMESPACES:
        if getattr(judged.service, key) == SERVICE_PREFIX + name:
            yield (key,)
    for key in ("links", "volumes_from"):
        for index, text in enumerate(getattr(judged.service, key)):
            if text.partition(":")[0] == name:
                yield (key, index)


def shared_network(judged: Judged) -> None:
    """Whose network is shared takes part, even if the dependency itself is optional."""
    mode = judged.service.network_mode or ""
    name = mode.removeprefix(SERVICE_PREFIX)
    dependency: Any = judged.service.depends_on.get(name)
    already_said = dependency is not None and dependency.required
    if mode.startswith(SERVICE_PREFIX) and name not in judged.document.services and not already_said:
        judged.problem(("network_mode",), f"service \"{name}\" not found for network_mode 'service:{name}'")


def build_contexts(judged: Judged) -> None:
    """A build may use the result of another service's build, active or not."""
    everyone = {**judged.document.disabled_services, **judged.document.services}
    contexts = judged.service.build.additional_contexts if judged.service.build else {}
    for context, source in contexts.items():
        name = source.removeprefix(SERVICE_PREFIX)
        if name == source or (name in everyone and everyone[name].build):
            continue
        what = "non-buildable" if name in everyone else "unknown"
        words = f'service "{judged.name}" declares {what} service "{name}" as additional contexts {context}'
        hint = "" if name in everyone else judged.suggestions.near(name, everyone)
        judged.problem(("build", "additional_contexts", context), words, hint)
