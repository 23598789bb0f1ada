"""
DEFAULTS: what Compose fills in when everything is merged.

Facts: compose-go, ``loader/normalize.go`` and ``transform/defaults.go``. What a field of the Document
has as its default is not written here. Two things that Compose adds are left out on purpose: the
``default`` network (an empty ``networks`` means it) and names such as ``project_volume`` (Kubernetes
objects get names of their own).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from composeapp.compose.canonical.mounts import clean_target
from composeapp.compose.document.service import Container
from composeapp.compose.merge import merge
from composeapp.compose.variables import RefusedVariableError, Variables
from composeapp.problems import Path, Report

SERVICE_PREFIX: Final = "service:"
"""How a key says whose network, or other namespace, a service shares."""
_CONTAINER: Final = "container:"
NAMESPACES: Final = ("network_mode", "ipc", "pid", "uts", "cgroup")
_NOT_INHERITED: Final = ("volumes", "extensions")


def complete(values: Mapping[str, Any], variables: Variables, report: Report) -> dict[str, Any]:
    """Return the document with what Compose fills in; variables that have no value are warned of."""
    filled = _Filler(variables, report)
    return {
        **values,
        **{
            kind: {name: filled.workload(workload, (kind, name)) for name, workload in values[kind].items()}
            for kind in ("services", "jobs")
            if values.get(kind)
        },
        **({"configs": filled.configs(values["configs"])} if values.get("configs") else {}),
    }


class _Filler:
    def __init__(self, variables: Variables, report: Report) -> None:
        self._variables = variables
        self._report = report

    def workload(self, service: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """Fill in one service or job."""
        result = {key: fill(service[key]) for key, fill in _FILLED.items() if service.get(key) is not None}
        filled = {**service, **result}
        if "environment" in service:
            filled["environment"] = self._environment(service["environment"], (*path, "environment"))
        if service.get("build") is not None:
            filled["build"] = self._build(service["build"], (*path, "build"))
        if filled.get("deploy") is not None and filled.get("scale") is not None:
            filled["deploy"] = {"replicas": filled["scale"], **filled["deploy"]}
        if dependencies := _dependencies(filled):
            filled["depends_on"] = dependencies
        if service.get("pre_start"):
            filled["pre_start"] = [_inherited(filled, hook) for hook in service["pre_start"]]
        return filled

    def configs(self, configs: Mapping[str, Any]) -> dict[str, Any]:
        """A config's variable is its content."""
        return {name: self._config(config, ("configs", name)) for name, config in configs.items()}

    def _config(self, config: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
        content = self._value(config["environment"], (*path, "environment")) if "environment" in config else None
        return config if content is None else {**config, "content": content}

    def _environment(self, environment: Mapping[str, str | None], path: Path) -> dict[str, str | None]:
        """A name without a value takes the project's variable."""
        filled = self._passed_on(environment, path)
        for name, value in filled.items():
            if value is None:
                words = f'The "{name}" variable is not set. It stays unset.'
                self._report.warning((*path, name), words, f"set variables.{name}")
        return filled

    def _passed_on(self, values: Mapping[str, str | None], path: Path) -> dict[str, str | None]:
        return {name: self._value(name, (*path, name)) if value is None else value for name, value in values.items()}

    def _value(self, name: str, path: Path) -> str | None:
        try:
            return self._variables.get(name, path)
        except RefusedVariableError as error:
            self._report.problems.append(error.problem)
            return None

    def _build(self, build: Mapping[str, Any], path: Path) -> dict[str, Any]:
        arguments = self._passed_on(build.get("args", {}), (*path, "args"))
        filled = {"context": ".", **build}
        if arguments:
            filled["args"] = {name: value for name, value in arguments.items() if value is not None}
        if "dockerfile" not in build and "dockerfile_inline" not in build:
            filled["dockerfile"] = "Dockerfile"
        return filled


def _secrets(mounts: list[Mapping[str, Any]]) -> list[Any]:
    return [{"target": f"/run/secrets/{mount.get('source')}", **mount} for mount in mounts]


def _volumes(mounts: list[Mapping[str, Any]]) -> list[Any]:
    return [{**mount, "target": clean_target(mount["target"])} if mount.get("target") else mount for mount in mounts]


def _devices(requests: list[Mapping[str, Any]]) -> list[Any]:
    """Without a number or names, all."""
    return [request if request.keys() & {"count", "device_ids"} else {**request, "count": -1} for request in requests]


def _deploy(deploy: Mapping[str, Any]) -> dict[str, Any]:
    resources = deploy.get("resources") or {}
    reservations = resources.get("reservations") or {}
    if not reservations.get("devices"):
        return dict(deploy)
    reserved = {**reservations, "devices": _devices(reservations["devices"])}
    return {**deploy, "resources": {**resources, "reservations": reserved}}


_FILLED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "secrets": _secrets,
    "volumes": _volumes,
    "gpus": _devices,
    "deploy": _deploy,
    "pull_policy": lambda policy: "missing" if policy == "if_not_present" else policy,
}
"""Key of a service → what fills in its value."""


def _dependencies(service: Mapping[str, Any]) -> dict[str, Any]:
    """Add those that other keys imply, where ``depends_on`` does not name them itself."""
    implied: dict[str, Any] = {}
    for link in service.get("links") or ():
        implied.setdefault(_before_colon(link), _started(restart=True))
    for namespace in NAMESPACES:
        shared = service.get(namespace) or ""
        if shared.startswith(SERVICE_PREFIX):
            implied.setdefault(shared.removeprefix(SERVICE_PREFIX), _started(restart=True))
    for source in service.get("volumes_from") or ():
        if not source.startswith(_CONTAINER):
            implied.setdefault(source.partition(":")[0], _started(restart=False))
    return {**implied, **(service.get("depends_on") or {})}


def _before_colon(link: str) -> str:
    """A link is ``SERVICE`` or ``SERVICE:ALIAS``; anything else is no link that Compose splits."""
    parts = link.split(":")
    return parts[0] if len(parts) == 2 else link  # noqa: PLR2004 - the two of them


def _started(*, restart: bool) -> dict[str, Any]:
    return {"condition": "service_started", "restart": restart, "required": True}


def _inherited(service: Mapping[str, Any], hook: Mapping[str, Any]) -> Any:
    """A hook runs in its service's container, but for the mounts, unless it says otherwise."""
    inherited = {
        key: value for key, value in service.items() if key in Container.model_fields and key not in _NOT_INHERITED
    }
    return merge(inherited, hook, ("services", "hook"))
